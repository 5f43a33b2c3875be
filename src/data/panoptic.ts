import ndarray, { type NdArray } from 'ndarray';
import { checkArray } from '../checks/arrays';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';
import { checkClasses } from './checkSample';
import { type Classes, type Sample, voidLabel } from './dataset';

/** A panoptic map of one image: every pixel belongs to one segment, or to none. */
export interface PanopticMap {
  /** `[H, W]`: stuff of class s is segment s, thing g is segment `stuff.length + g`, and −1 is void, of which nobody says what it shows. */
  panoptic: NdArray<Int32Array>;
  /** `[G]`: the class of each thing, entry of `things`. */
  labels: NdArray<Int32Array>;
  /** `[G]`, of ground truth: 1 where a segment holds a crowd that nobody counted; none where it is absent. */
  crowd?: NdArray<Uint8Array>;
}

/** What a panoptic label is: the map of its objects, and their classes. */
export type PanopticLabels = Pick<Sample, 'panoptic' | 'labels'>;

/** The segment of pixels of which nobody says what they show. */
const voidSegment = -1;

function checkPanoptic(caller: string, sample: PanopticLabels, classes: Classes): void {
  checkClasses(caller, classes);
  if (!isRecord(sample)) throw new Error(`${caller}: expected { panoptic, labels }, got ${shown(sample)}`);
  checkArray(caller, 'panoptic', sample.panoptic, '[H, W]');
  checkArray(caller, 'labels', sample.labels, '[G]');
}

/** Calls back for every pixel with its segment, after it has been checked. */
function eachPixel(
  caller: string,
  { panoptic, labels }: PanopticLabels,
  { stuff, things }: Classes,
  visit: (segment: number, pixel: number) => void,
): void {
  const [count] = labels.shape;
  for (let g = 0; g < count; g++) {
    if (!(labels.get(g) in things)) {
      throw new Error(`${caller}: expected labels below ${things.length}, got ${labels.get(g)} at ${g}`);
    }
  }
  const [height, width] = panoptic.shape;
  const segments = stuff.length + count;
  for (let y = 0, pixel = 0; y < height; y++) {
    for (let x = 0; x < width; x++, pixel++) {
      const segment = panoptic.get(y, x);
      if (!(Number.isInteger(segment) && segment >= voidSegment && segment < segments)) {
        throw new Error(
          `${caller}: expected segments below ${segments}, or −1 for void, got ${segment} at [${y}, ${x}]`,
        );
      }
      visit(segment, pixel);
    }
  }
}

/**
 * The semantic map that a panoptic one contains: stuff stays, every thing becomes its class, and void is {@link voidLabel}.
 *
 * @param sample panoptic `[H, W]`, and the labels `[G]` of its things. @param classes names of stuff and things.
 * @returns `[H, W]`, entry of `[...stuff, ...things]`, or {@link voidLabel}.
 * @throws on other shapes, and where a segment or a label does not exist.
 */
export function panopticToSemantic(sample: PanopticLabels, classes: Classes): NdArray<Uint8Array> {
  checkPanoptic('panopticToSemantic', sample, classes);
  const { panoptic, labels } = sample;
  const first = classes.stuff.length;
  const semantic: number[] = [];
  eachPixel('panopticToSemantic', sample, classes, (segment) => {
    if (segment === voidSegment) semantic.push(voidLabel);
    else semantic.push(segment < first ? segment : first + labels.get(segment - first));
  });
  return ndarray(Uint8Array.from(semantic), [...panoptic.shape]);
}

/**
 * The masks of the things of a panoptic map; no two of them share a pixel.
 *
 * @param sample panoptic `[H, W]`, and the labels `[G]` of its things. @param classes names of stuff and things.
 * @returns `[G, H, W]`, 1 where the thing is seen, else 0.
 * @throws on other shapes, and where a segment or a label does not exist.
 */
export function panopticToMasks(sample: PanopticLabels, classes: Classes): NdArray<Uint8Array> {
  checkPanoptic('panopticToMasks', sample, classes);
  const { panoptic, labels } = sample;
  const [count] = labels.shape;
  const pixels = panoptic.size;
  const masks = new Uint8Array(count * pixels);
  eachPixel('panopticToMasks', sample, classes, (segment, pixel) => {
    const thing = segment - classes.stuff.length;
    if (thing >= 0) masks[thing * pixels + pixel] = 1;
  });
  return ndarray(masks, [count, ...panoptic.shape]);
}
