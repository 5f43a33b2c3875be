import ndarray, { type NdArray } from 'ndarray';
import { checkList } from '../checks/arguments';
import { checkOptions } from '../checks/options';
import { shown } from '../checks/shown';
import { checkShape } from '../shape/shape';
import { type BoxArray, readBoxes } from './boxList';
import { checkMapLevel, type MapLevel } from './mapLevel';
import { areaOf } from './overlap';

/** Least and largest distance from a location to the farthest side of its object, px, both exclusive: `[0, 32]`, `[64, Infinity]`. */
export type FcosRange = readonly [least: number, most: number];

/** One map of a pyramid, as FCOS assigns objects to it. */
export interface FcosLevel extends MapLevel {
  /** Objects of this level: those whose farthest side is more than `least` and less than `most` px from the location. */
  range: FcosRange;
}

/** Result of {@link fcosTargets}, one entry for each location. */
export interface FcosMatches {
  /** `[P]`: the object that a location is to predict, a row of `truths`; null for background. */
  truths: (number | null)[];
  /** `[P, 4]`: distances from the location to the left, top, right and bottom of its box, px; 0 for background. */
  distances: NdArray<Float32Array>;
  /** `[P]`: √(min(l, r) / max(l, r) · min(t, b) / max(t, b)); 0 for background. */
  centerness: NdArray<Float32Array>;
}

/** Throws unless a list of levels has cells, strides and ranges. */
function checkLevels(levels: readonly FcosLevel[]): void {
  checkList('fcosTargets', 'levels', levels, '{ height, width, stride, range }');
  for (const [i, level] of levels.entries()) {
    const { height, width, stride, range } = checkOptions(`fcosTargets: level ${i}`, level, {
      height: 'any',
      width: 'any',
      stride: 'any',
      range: 'any',
    });
    checkMapLevel('fcosTargets', i, { height, width, stride });
    checkFcosRange('fcosTargets', `range of level ${i}`, range);
  }
}

/** Throws unless a value is `[least, most]` with 0 ≤ least < most. */
export function checkFcosRange(caller: string, name: string, range: FcosRange): void {
  const isRange =
    Array.isArray(range) &&
    range.length === 2 &&
    range.every((end) => typeof end === 'number') &&
    range[0] >= 0 &&
    range[0] < range[1];
  if (!isRange) throw new Error(`${caller}: expected ${name} [least, most], 0 ≤ least < most, got ${shown(range)}`);
}

/** Throws unless center sampling has a radius above 0; it may be without end. */
export function checkFcosRadius(caller: string, radius: number): void {
  if (!(typeof radius === 'number' && radius > 0)) {
    throw new Error(`${caller}: expected radius above 0, got ${shown(radius)}`);
  }
}

/**
 * Decides which object each location of a pyramid is to predict, without anchors. A location is the middle of a cell,
 * ((x + ½) · stride, (y + ½) · stride). It is assigned an object if three things hold: it lies inside the box; it is less than `radius`
 * cells from the box's center along both axes (center sampling); and the farthest side of the box is within the range of its level. Of
 * several such objects it gets the one with the smallest area, and of equal ones the first.
 *
 * @param levels the maps, the finest first: locations are numbered level by level, row by row. @param truths `[G, 4]` x1, y1, x2, y2 in px.
 * @param options radius: in cells (1.5); Infinity for the whole box.
 * @throws on levels without cells, ranges out of order, boxes that are inside out or not finite, and a radius that is not above 0.
 * @see Tian et al. 2019, FCOS: Fully convolutional one-stage object detection, section 3; torchvision's `FCOS` assigns the same.
 */
export function fcosTargets(
  levels: readonly FcosLevel[],
  truths: BoxArray,
  options: { radius?: number } = {},
): FcosMatches {
  const { radius = 1.5 } = checkOptions('fcosTargets', options, { radius: 'any' });
  checkFcosRadius('fcosTargets', radius);
  checkLevels(levels);
  const { count, corners } = readBoxes('fcosTargets', truths, 'truths');
  const places = levels.reduce((sum, { height, width }) => sum + height * width, 0);
  checkShape('fcosTargets', [places, 4]);
  const found = new Array<number | null>(places).fill(null);
  const distances = new Float32Array(4 * places);
  const centerness = new Float32Array(places);
  // Largest first: a smaller object takes a place from a larger one, the first from an equal one.
  const order = Array.from({ length: count }, (_, g) => g).sort(
    (g, h) => areaOf(corners, h) - areaOf(corners, g) || h - g,
  );
  let first = 0;
  for (const { height, width, stride, range } of levels) {
    for (const g of order) {
      const [x1, y1, x2, y2] = corners.subarray(4 * g, 4 * g + 4);
      const reach = radius * stride;
      for (let row = 0; row < height; row++) {
        const y = (row + 0.5) * stride;
        if (y <= y1 || y >= y2 || Math.abs(y - (y1 + y2) / 2) >= reach) continue;
        for (let column = 0; column < width; column++) {
          const x = (column + 0.5) * stride;
          if (x <= x1 || x >= x2 || Math.abs(x - (x1 + x2) / 2) >= reach) continue;
          const [left, top, right, bottom] = [x - x1, y - y1, x2 - x, y2 - y];
          const farthest = Math.max(left, top, right, bottom);
          if (farthest <= range[0] || farthest >= range[1]) continue;
          const place = first + row * width + column;
          found[place] = g;
          distances.set([left, top, right, bottom], 4 * place);
        }
      }
    }
    first += height * width;
  }
  for (let place = 0; place < places; place++) {
    if (found[place] === null) continue;
    const [left, top, right, bottom] = distances.subarray(4 * place, 4 * place + 4);
    const across = Math.min(left, right) / Math.max(left, right);
    centerness[place] = Math.sqrt((across * Math.min(top, bottom)) / Math.max(top, bottom));
  }
  return { truths: found, distances: ndarray(distances, [places, 4]), centerness: ndarray(centerness, [places]) };
}
