import ndarray, { type NdArray } from 'ndarray';
import { show } from '../shape/shape';
import type { Classes, Sample } from './dataset';

type Panoptic = Pick<Sample, 'panoptic' | 'labels'>;

/** Calls back for every pixel with its segment, after it has been checked. */
function eachPixel(
  caller: string,
  { panoptic, labels }: Panoptic,
  { stuff, things }: Classes,
  visit: (segment: number, pixel: number) => void,
): void {
  if (panoptic?.shape?.length !== 2) {
    throw new Error(
      `${caller}: expected panoptic to be an ndarray [H, W], got ${panoptic?.shape ? show(panoptic.shape) : typeof panoptic}`,
    );
  }
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
      if (!(Number.isInteger(segment) && segment >= 0 && segment < segments)) {
        throw new Error(`${caller}: expected segments below ${segments}, got ${segment} at [${y}, ${x}]`);
      }
      visit(segment, pixel);
    }
  }
}

/**
 * The semantic map that a panoptic one contains: stuff stays, and every thing becomes its class.
 *
 * @param sample panoptic `[H, W]`, and the labels `[G]` of its things. @param classes names of stuff and things.
 * @returns `[H, W]`, entry of `[...stuff, ...things]`.
 * @throws on other shapes, and where a segment or a label does not exist.
 */
export function panopticToSemantic(sample: Panoptic, classes: Classes): NdArray<Uint8Array> {
  const { panoptic, labels } = sample;
  const first = classes.stuff.length;
  const semantic: number[] = [];
  eachPixel('panopticToSemantic', sample, classes, (segment) => {
    semantic.push(segment < first ? segment : first + labels.get(segment - first));
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
export function panopticToMasks(sample: Panoptic, classes: Classes): NdArray<Uint8Array> {
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
