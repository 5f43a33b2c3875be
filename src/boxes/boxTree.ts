import { areaOf } from './overlap';

// Which box of many overlaps another most, without asking each: boxes are halved into groups of near ones, and a group is left out where
// none of its boxes can overlap as much as one that is known. The bounds are computed by the operations of the overlaps themselves, in the
// same order, so that rounding never makes a bound too small: the results are those of a loop over all, ties included.

/** Boxes of a group that is not divided further. */
const leafSize = 4;

/** Numbers of a group: the least x1 and y1, the largest x2 and y2, the least and the largest width and height. */
const boundNumbers = 8;

/** The room that is left for rounding where a box might be no larger than what it shares. */
const slack = 1 - 1e-12;

/** Most groups on the way down: halves of 2^32 boxes. */
const deepest = 64;

/** Boxes that can be asked for those that overlap another most. */
export class BoxTree {
  readonly #corners: Float32Array;
  /** The boxes, those of a group beside each other. */
  readonly #rows: Uint32Array;
  /** Of group k, its boxes from `#from[k]` to `#to[k]`; its halves are 2 k + 1 and 2 k + 2. */
  readonly #from: Uint32Array;
  readonly #to: Uint32Array;
  readonly #bounds: Float64Array;
  /** The first row of each group. */
  readonly #first: Uint32Array;
  readonly #isLeaf: Uint8Array;
  /** Boxes of each group that were not taken yet. */
  readonly #left: Uint32Array;
  readonly #taken: Uint8Array;
  /** Corners of the boxes in the order of `#rows`, and their areas. */
  readonly #own: Float64Array;
  readonly #areas: Float64Array;
  readonly #stack = new Uint32Array(2 * deepest);
  readonly #stackBounds = new Float64Array(2 * deepest);
  readonly #box = new Float64Array(4);

  /** @param corners x1, y1, x2, y2 of all boxes, one after the other. @param rows those that the tree holds, each once. */
  constructor(corners: Float32Array, rows: readonly number[]) {
    this.#corners = corners;
    this.#rows = Uint32Array.from(rows);
    let groups = 1;
    for (let size = rows.length; size > leafSize; size = Math.ceil(size / 2)) groups = 2 * groups + 1;
    this.#from = new Uint32Array(groups);
    this.#to = new Uint32Array(groups);
    this.#bounds = new Float64Array(groups * boundNumbers);
    this.#first = new Uint32Array(groups);
    this.#isLeaf = new Uint8Array(groups);
    this.#left = new Uint32Array(groups);
    this.#taken = new Uint8Array(corners.length / 4);
    if (rows.length > 0) this.#build(0, 0, rows.length);
    this.#own = new Float64Array(4 * rows.length);
    this.#areas = new Float64Array(rows.length);
    for (const [at, row] of this.#rows.entries()) {
      this.#own.set(corners.subarray(4 * row, 4 * row + 4), 4 * at);
      this.#areas[at] = areaOf(corners, row);
    }
  }

  #build(group: number, from: number, to: number): void {
    const { length } = this.#from;
    this.#from[group] = from;
    this.#to[group] = to;
    this.#left[group] = to - from;
    const axis = this.#measure(group, from, to);
    if (2 * group + 2 >= length || to - from <= 1) {
      this.#isLeaf[group] = 1;
      return;
    }
    const corners = this.#corners;
    const own = this.#rows.subarray(from, to);
    const sorted = Float64Array.from(own, (row) => corners[4 * row + axis]).sort();
    const middle = (to - from) >> 1;
    const pivot = sorted[middle];
    // Those below the middle one in front, then its equals: halves of equal size.
    const below: number[] = [];
    const equal: number[] = [];
    const above: number[] = [];
    for (const row of own) {
      const value = corners[4 * row + axis];
      (value < pivot ? below : value > pivot ? above : equal).push(row);
    }
    own.set([...below, ...equal, ...above]);
    this.#build(2 * group + 1, from, from + middle);
    this.#build(2 * group + 2, from + middle, to);
  }

  /** Fills in the numbers of a group. @returns the corner in which its boxes differ most. */
  #measure(group: number, from: number, to: number): number {
    const least = [0, 1, 2, 3].map(() => Number.POSITIVE_INFINITY);
    const most = [0, 1, 2, 3].map(() => Number.NEGATIVE_INFINITY);
    const sizes = [Number.POSITIVE_INFINITY, 0, Number.POSITIVE_INFINITY, 0];
    let first = Number.POSITIVE_INFINITY;
    for (let at = from; at < to; at++) {
      const row = this.#rows[at];
      first = Math.min(first, row);
      for (let k = 0; k < 4; k++) {
        const value = this.#corners[4 * row + k];
        least[k] = Math.min(least[k], value);
        most[k] = Math.max(most[k], value);
      }
      for (const axis of [0, 1]) {
        const size = this.#corners[4 * row + axis + 2] - this.#corners[4 * row + axis];
        sizes[2 * axis] = Math.min(sizes[2 * axis], size);
        sizes[2 * axis + 1] = Math.max(sizes[2 * axis + 1], size);
      }
    }
    this.#bounds.set([least[0], least[1], most[2], most[3], ...sizes], group * boundNumbers);
    this.#first[group] = first;
    const spreads = most.map((value, k) => value - least[k]);
    return spreads.indexOf(Math.max(...spreads));
  }

  /** The most that any box of a group may overlap another. */
  #bound(group: number, box: Float64Array, area: number): number {
    const at = group * boundNumbers;
    const bounds = this.#bounds;
    const wide = Math.min(Math.min(box[2], bounds[at + 2]) - Math.max(box[0], bounds[at]), bounds[at + 5]);
    if (wide <= 0) return 0;
    const high = Math.min(Math.min(box[3], bounds[at + 3]) - Math.max(box[1], bounds[at + 1]), bounds[at + 7]);
    if (high <= 0) return 0;
    const shared = wide * high;
    const least = bounds[at + 4] * bounds[at + 6];
    return least >= shared ? shared / (area + least - shared) : shared / (area * slack);
  }

  /** IoU of a box of the tree and another, in the operations of `overlapOf`. */
  #overlap(at: number, box: Float64Array, area: number): number {
    const own = this.#own;
    const wide = Math.min(own[4 * at + 2], box[2]) - Math.max(own[4 * at], box[0]);
    if (wide <= 0) return 0;
    const high = Math.min(own[4 * at + 3], box[3]) - Math.max(own[4 * at + 1], box[1]);
    if (high <= 0) return 0;
    const shared = wide * high;
    return shared === 0 ? 0 : shared / (this.#areas[at] + area - shared);
  }

  /**
   * The box that overlaps box i of some corners most, of equal ones that of the first row.
   * @param enough where a box overlaps it by so much, any such box is found instead.
   * @returns its row; −1 where none shares an area with it.
   */
  best(boxes: Float32Array, i: number, enough = Number.POSITIVE_INFINITY): number {
    if (this.#rows.length === 0) return -1;
    const area = areaOf(boxes, i);
    const box = this.#box;
    for (let k = 0; k < 4; k++) box[k] = boxes[4 * i + k];
    const stack = this.#stack;
    const bounds = this.#stackBounds;
    let found = -1;
    let most = 0;
    let depth = 1;
    stack[0] = 0;
    bounds[0] = 1;
    while (depth > 0) {
      const group = stack[--depth];
      const bound = bounds[depth];
      if (bound < most || (bound === most && this.#first[group] > found)) continue;
      if (this.#isLeaf[group]) {
        for (let at = this.#from[group]; at < this.#to[group]; at++) {
          const overlap = this.#overlap(at, box, area);
          if (overlap < most || overlap === 0 || (overlap === most && this.#rows[at] > found)) continue;
          found = this.#rows[at];
          most = overlap;
          if (most >= enough) return found;
        }
        continue;
      }
      const one = 2 * group + 1;
      const left = this.#bound(one, box, area);
      const right = this.#bound(one + 1, box, area);
      // The better half lies on top: it is looked at first.
      const better = left >= right ? 0 : 1;
      for (let turn = 0; turn < 2; turn++) {
        const half = turn === 0 ? 1 - better : better;
        const own = half === 0 ? left : right;
        if (own === 0 || own < most) continue;
        stack[depth] = one + half;
        bounds[depth++] = own;
      }
    }
    return found;
  }

  /** Takes all boxes that overlap box i of some corners by exactly so much; each is taken once, whoever asks. */
  take(boxes: Float32Array, i: number, overlap: number, taken: (row: number) => void): void {
    const area = areaOf(boxes, i);
    const box = Float64Array.from(boxes.subarray(4 * i, 4 * i + 4));
    const walk = (group: number): number => {
      if (this.#left[group] === 0 || this.#bound(group, box, area) < overlap) return 0;
      let count = 0;
      if (this.#isLeaf[group]) {
        for (let at = this.#from[group]; at < this.#to[group]; at++) {
          const row = this.#rows[at];
          if (this.#taken[row] || this.#overlap(at, box, area) !== overlap) continue;
          this.#taken[row] = 1;
          count++;
          taken(row);
        }
      } else count = walk(2 * group + 1) + walk(2 * group + 2);
      this.#left[group] -= count;
      return count;
    };
    if (this.#rows.length > 0) walk(0);
  }
}

/** Rows of boxes that no earlier box equals, and for each box the row of the first that equals it. */
export function firstOfEqual(corners: Float32Array): { rows: number[]; firsts: Uint32Array } {
  const known = new Map<number, number[]>();
  const firsts = new Uint32Array(corners.length / 4);
  const rows: number[] = [];
  // −0 and 0 are the same number with other bits.
  const bits = new Int32Array(corners.map((corner) => corner + 0).buffer);
  for (let i = 0; i < firsts.length; i++) {
    let hash = 17;
    for (let k = 4 * i; k < 4 * i + 4; k++) hash = Math.imul(hash ^ bits[k] ^ (bits[k] >>> 15), 0x9e3779b1);
    const alike = known.get(hash);
    const first = alike?.find((row) => [0, 1, 2, 3].every((k) => bits[4 * row + k] === bits[4 * i + k])) ?? i;
    firsts[i] = first;
    if (first !== i) continue;
    rows.push(i);
    if (alike) alike.push(i);
    else known.set(hash, [i]);
  }
  return { rows, firsts };
}
