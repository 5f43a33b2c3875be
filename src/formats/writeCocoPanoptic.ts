import ndarray, { type NdArray } from 'ndarray';
import { checkList } from '../checks/arguments';
import { checkArray } from '../checks/arrays';
import { checkOptions } from '../checks/options';
import { checkPath } from '../checks/path';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';
import { checkClasses } from '../data/checkSample';
import type { Classes } from '../data/dataset';
import type { PanopticMap } from '../data/panoptic';
import { encodePng } from '../images/pngEncode';
import { makeFolder } from '../platform/makeFolder';
import { basename, dirname, join } from '../platform/paths';
import { replaceFile } from '../platform/replaceFile';
import { baseOf, stemOf } from './fileNames';
import { idToRgb, mostIds } from './segmentIds';

/** One segment of an image, as COCO's panoptic files list it. */
export interface CocoSegment {
  /** What its pixels have in the PNG, R + 256 G + 65536 B. */
  id: number;
  /** The category's id. */
  category_id: number | string;
  /** Pixels. */
  area: number;
  /** x, y, width, height of the box around it, px. */
  bbox: [number, number, number, number];
  /** 1 where it is a crowd. */
  iscrowd: 0 | 1;
  /** Of a predicted object: how sure the model is. */
  score?: number;
}

/** A panoptic map as COCO stores it: ids by pixel, and the list of segments. */
export interface CocoSegments {
  /** `[H, W]`, 0 for void. */
  ids: NdArray<Int32Array>;
  /** Those with pixels, stuff first. */
  segments: CocoSegment[];
}

/**
 * The id of segment n: spread over all colors, so that segments next to each other differ at sight. No two have the same, since the
 * factor and 2²⁴ − 1 have no divisor in common.
 */
const idOf = (n: number) => 1 + Number((BigInt(n + 1) * 10368889n) % BigInt(mostIds - 1));

/**
 * A panoptic map in the form in which COCO stores it.
 *
 * @param map the segments `[H, W]` of a prediction or of ground truth, −1 for void, and the labels `[G]` of its things.
 * @param classes names of stuff and things. @param categoryIds the id of each class of `[...stuff, ...things]` (1, 2, …).
 * @throws on other shapes, and on segments, labels and categories that do not exist.
 */
export function cocoSegments(
  map: PanopticMap & { scores?: NdArray<Float32Array> },
  classes: Classes,
  categoryIds?: readonly (number | string | null)[],
): CocoSegments {
  return segmentsOf('cocoSegments', map, classes, categoryIds);
}

/** Throws unless there is an id for each class; those that are not given count from 1. */
function checkIds(caller: string, { stuff, things }: Classes, ids?: readonly unknown[]): (number | string | null)[] {
  const count = stuff.length + things.length;
  if (ids === undefined) return Array.from({ length: count }, (_, label) => label + 1);
  checkList(caller, 'categoryIds', ids, 'ids');
  if (ids.length !== count) throw new Error(`${caller}: expected ${count} categoryIds, one a class, got ${ids.length}`);
  return ids.map((id) => {
    if (id === null || typeof id === 'string' || Number.isFinite(id)) return id as number | string | null;
    throw new Error(`${caller}: expected ids of categories, got ${shown(id)}`);
  });
}

function segmentsOf(
  caller: string,
  map: PanopticMap & { scores?: NdArray<Float32Array> },
  classes: Classes,
  ids?: readonly (number | string | null)[],
): CocoSegments {
  checkClasses(caller, classes);
  const categoryIds = checkIds(caller, classes, ids);
  if (!isRecord(map)) throw new Error(`${caller}: expected { panoptic, labels }, got ${shown(map)}`);
  const { panoptic, labels, crowd, scores } = map;
  checkArray(caller, 'panoptic', panoptic, '[H, W]');
  checkArray(caller, 'labels', labels, '[G]');
  const [count] = labels.shape;
  if (crowd !== undefined) checkArray(caller, 'crowd', crowd, `[${count}]`);
  if (scores !== undefined) checkArray(caller, 'scores', scores, `[${count}]`);
  const [height, width] = panoptic.shape;
  const stuff = classes.stuff.length;
  const found = new Map<number, { id: number; area: number; corners: [number, number, number, number] }>();
  const numbers = new Int32Array(height * width);
  for (let y = 0, pixel = 0; y < height; y++) {
    for (let x = 0; x < width; x++, pixel++) {
      const segment = panoptic.get(y, x);
      if (segment === -1) continue;
      if (!(Number.isInteger(segment) && segment >= 0 && segment < stuff + count)) {
        throw new Error(
          `${caller}: expected segments from 0 to ${stuff + count - 1}, or −1 for void, got ${segment} at [${y}, ${x}]`,
        );
      }
      let entry = found.get(segment);
      if (!entry) {
        entry = { id: idOf(segment), area: 0, corners: [x, y, x + 1, y + 1] };
        found.set(segment, entry);
      }
      numbers[pixel] = entry.id;
      entry.area++;
      const [x1, y1, x2] = entry.corners;
      entry.corners = [Math.min(x1, x), y1, Math.max(x2, x + 1), y + 1];
    }
  }
  const segments = [...found]
    .sort(([one], [other]) => one - other)
    .map(
      ([
        segment,
        {
          id,
          area,
          corners: [x1, y1, x2, y2],
        },
      ]): CocoSegment => {
        const g = segment - stuff;
        const label = g < 0 ? segment : stuff + labels.get(g);
        const category = categoryIds[label];
        if (category === undefined || (g >= 0 && !(labels.get(g) >= 0))) {
          throw new Error(
            `${caller}: expected labels from 0 to ${classes.things.length - 1}, got ${labels.get(g)} at ${g}`,
          );
        }
        if (category === null) throw new Error(`${caller}: expected the id of category ${label}, got none`);
        const score = g >= 0 && scores ? { score: Number(scores.get(g)) } : {};
        const iscrowd = g >= 0 && crowd?.get(g) ? 1 : 0;
        const bbox: CocoSegment['bbox'] = [x1, y1, x2 - x1, y2 - y1];
        return { id, category_id: category, area, bbox, iscrowd, ...score };
      },
    );
  return { ids: ndarray(numbers, [height, width]), segments };
}

/** What {@link writeCocoPanoptic} must know beside the maps. */
export interface CocoPanopticIds {
  /** Names of stuff and things. */
  classes: Classes;
  /** File name of each image, such as `000000000139.jpg`; its PNG is called alike. */
  fileNames: readonly string[];
  /** The id of each image (1, 2, …). */
  imageIds?: readonly (number | string)[];
  /** The id of each class of `[...stuff, ...things]` (1, 2, …). */
  categoryIds?: readonly (number | string | null)[];
}

/**
 * Writes panoptic maps in COCO's format: `<path>`, a JSON file with images, categories and the segments of each image, and a PNG of each
 * image in the folder beside it that has its name without `.json`. {@link readCocoPanoptic}, panopticapi and COCO's server read them. The
 * JSON is written last: without it, there is no half of a result.
 *
 * @param maps one map `[H, W]` an image, predictions or ground truth.
 * @throws as {@link cocoSegments} does, where there is not one name an image, or one twice, and where the system refuses.
 */
export function writeCocoPanoptic(
  path: string,
  maps: readonly (PanopticMap & { scores?: NdArray<Float32Array> })[],
  ids: CocoPanopticIds,
): void {
  const caller = 'writeCocoPanoptic';
  checkPath(caller, path);
  checkList(caller, 'maps', maps, '{ panoptic, labels }');
  const { classes, fileNames, imageIds, categoryIds } = checkOptions(caller, ids, {
    classes: 'any',
    fileNames: 'any',
    imageIds: 'any',
    categoryIds: 'any',
  });
  checkClasses(caller, classes);
  checkList(caller, 'fileNames', fileNames, 'names');
  if (imageIds !== undefined) checkList(caller, 'imageIds', imageIds, 'ids');
  for (const id of imageIds ?? []) {
    if (typeof id !== 'string' && !Number.isFinite(id))
      throw new Error(`${caller}: expected ids of images, got ${shown(id)}`);
  }
  for (const [name, list] of Object.entries({ fileNames, imageIds })) {
    if (list && list.length !== maps.length) {
      throw new Error(`${caller}: expected ${name} of ${maps.length} images, got ${list.length}`);
    }
  }
  const names = fileNames.map((name) => {
    if (typeof name === 'string' && stemOf(baseOf(name)) !== '') return `${stemOf(baseOf(name))}.png`;
    throw new Error(`${caller}: expected names of files, got ${shown(name)}`);
  });
  const twice = names.find((name, n) => names.indexOf(name) !== n);
  if (twice !== undefined) throw new Error(`${caller}: expected each name once, got that of ${twice} twice`);
  const known = checkIds(caller, classes, categoryIds);
  const folder = join(dirname(path), stemOf(basename(path)));
  const entries = maps.map((map, n) => {
    const { ids: own, segments } = segmentsOf(`${caller}: image ${n}`, map, classes, known);
    const [height, width] = own.shape;
    const id = imageIds?.[n] ?? n + 1;
    makeFolder(folder);
    replaceFile(caller, join(folder, names[n]), encodePng(idToRgb(own)));
    return {
      image: { id, file_name: fileNames[n], height, width },
      annotation: { image_id: id, file_name: names[n], segments_info: segments },
    };
  });
  replaceFile(caller, path, panopticJson(classes, known, entries));
}

/** An image and its segments, as they stand in a panoptic file. @internal */
export interface PanopticEntry {
  image: { id: number | string; file_name: string; height: number; width: number };
  annotation: { image_id: number | string; file_name: string; segments_info: CocoSegment[] };
}

/** The text of a panoptic file. @internal */
export function panopticJson(
  { stuff, things }: Classes,
  categoryIds: readonly (number | string | null)[],
  entries: readonly PanopticEntry[],
): string {
  const categories = [...stuff, ...things].flatMap((name, label) => {
    const id = categoryIds[label];
    return id === null ? [] : [{ id, name, supercategory: name, isthing: Number(label >= stuff.length) }];
  });
  const lines = (list: readonly object[]) => list.map((entry) => JSON.stringify(entry)).join(',\n');
  const images = lines(entries.map(({ image }) => image));
  const annotations = lines(entries.map(({ annotation }) => annotation));
  return `{"images": [\n${images}\n],\n"annotations": [\n${annotations}\n],\n"categories": [\n${lines(categories)}\n]}\n`;
}
