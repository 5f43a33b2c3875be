import ndarray, { type NdArray } from 'ndarray';
import { checkArray } from '../checks/arrays';
import { append, largest } from '../checks/extremes';
import { checkCount } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { checkShape, show } from '../shape/shape';
import type { ImageSize } from '../shape/types';
import { type AnchorShape, checkAnchorShapes } from './anchorShape';
import { type BoxArray, type BoxNumbers, boxArray, readBoxes, readNumbers } from './boxList';
import type { Detections } from './detections';
import { checkImageSize } from './imageSize';

/** Settings of {@link yoloGrid}. */
export interface YoloGridOptions {
  /** Rows and columns of cells; one number where there are as many of both. */
  cells: number | readonly [rows: number, columns: number];
  /** The size of the image, px; cells share it evenly. */
  image: ImageSize;
  /** K, the number of classes, without one for the background. */
  classes: number;
  /** The shapes of the B anchor boxes of every cell. Without them, boxes of a cell differ by their number alone. */
  anchors?: readonly AnchorShape[];
  /** B, the boxes that a cell can name; as many as anchors, and 1 without. */
  boxesPerCell?: number;
  /** Whether the boxes of a cell share one class, as in the first YOLO, S×S×(5·B + K); else it is S×S×B·(5 + K). */
  sharedClasses?: boolean;
}

/** What {@link YoloGrid.encode} makes of an image's boxes. */
export interface GridLabel {
  /** `[rows, columns, depth]`; 0 where the entry does not matter. */
  label: NdArray<Float32Array>;
  /** The same shape: 1 where the entry matters, 0 for the slides' “?”. */
  cares: NdArray<Uint8Array>;
  /** `[G]`: the slot of each box, (row · columns + column) · B + b; null where it found none. */
  slots: (number | null)[];
  /** Boxes that found no slot: the network will never hear of them. */
  dropped: number[];
}

/** The grid of one image size. */
export interface YoloGrid {
  /** `[rows, columns, depth]` of a label. */
  readonly shape: readonly [rows: number, columns: number, depth: number];
  /** What the numbers of a cell are called: p_c, b_x, b_y, b_h, b_w, c_1, …; `[depth]`. */
  readonly entries: readonly string[];
  /** Numbers in a label. */
  readonly size: number;
  /** Height and width of a cell, px. */
  readonly cell: ImageSize;
  /** B. */
  readonly boxesPerCell: number;
  /**
   * The label of boxes: each goes to the cell in which its midpoint lies. Of several in a cell, the pair of box and anchor whose
   * shapes overlap most comes first, then the best pair of what is left, and so on; without anchors, boxes come in their order.
   * @param boxes `[G, 4]` x1, y1, x2, y2 in px. @param labels `[G]`, classes from 0.
   * @throws on other shapes, boxes without area, midpoints outside the image, and labels that are no class.
   */
  encode(boxes: BoxArray, labels: BoxNumbers): GridLabel;
  /**
   * The boxes that a label names, cell by cell: those with p_c above the threshold. The class is the largest c, the score p_c · c.
   * Decoding undoes encoding, up to the order of the boxes and rounding, for all that were not dropped.
   * @param label `[rows, columns, depth]`. @param options threshold: 0.5.
   * @throws on another shape, numbers that are not finite, and boxes of negative size.
   */
  decode(label: NdArray, options?: { threshold?: number }): Detections;
  /**
   * The anchor boxes around the midpoints of all cells, `[rows · columns · B, 4]` x1, y1, x2, y2 in px; slot s is row s.
   * @throws on a grid without anchors.
   */
  priors(): NdArray<Float32Array>;
}

/** Intersection over union of two shapes with one midpoint. */
export function shapeOverlap(width: number, height: number, [anchorWidth, anchorHeight]: AnchorShape): number {
  const shared = Math.min(width, anchorWidth) * Math.min(height, anchorHeight);
  return shared / (width * height + anchorWidth * anchorHeight - shared);
}

/**
 * The label of a grid detector. The image is cut into cells; for each of the B boxes of a cell the label has
 *
 *     p_c, b_x, b_y, b_h, b_w, c_1, …, c_K
 *
 * p_c: whether there is an object. b_x, b_y: its midpoint, from 0 to 1 across the cell. b_h, b_w: its height and width in cells, which
 * may exceed 1. c: one 1 at its class. Where p_c is 0, all others do not matter. With `sharedClasses` a cell has its B times five
 * numbers first and then one c_1, …, c_K for all of them: boxes of another class than the cell's first are dropped.
 *
 * @throws unless cells, classes and boxes are whole numbers above 0 and the anchors have sizes above 0, one for each box.
 * @see Redmon et al. 2016, You only look once; Redmon and Farhadi 2017, YOLO9000, for anchors. There b_w and b_h are shares of the
 * image; here, as on the slides, of the cell.
 */
export function yoloGrid(options: YoloGridOptions): YoloGrid {
  checkOptions('yoloGrid', options, {
    cells: 'any',
    image: 'any',
    classes: 'any',
    anchors: 'any',
    boxesPerCell: 'any',
    sharedClasses: 'flag',
  });
  const { cells, image, classes, anchors, sharedClasses = false } = options;
  if (anchors !== undefined) checkAnchorShapes('yoloGrid', anchors);
  const { boxesPerCell = anchors?.length ?? 1 } = options;
  const [rows, columns] = Array.isArray(cells) ? cells : [cells, cells];
  checkCount('yoloGrid', 'rows of cells', rows, 1);
  checkCount('yoloGrid', 'columns of cells', columns, 1);
  checkImageSize('yoloGrid', 'image', image);
  checkCount('yoloGrid', 'classes', classes, 1);
  checkCount('yoloGrid', 'boxesPerCell', boxesPerCell, 1);
  if (anchors && anchors.length !== boxesPerCell) {
    throw new Error(`yoloGrid: expected ${boxesPerCell} anchors, one a box, got ${anchors.length}`);
  }
  const cell = { height: image.height / rows, width: image.width / columns };
  const depth = sharedClasses ? 5 * boxesPerCell + classes : boxesPerCell * (5 + classes);
  checkShape('yoloGrid', [rows, columns, depth]);
  const size = rows * columns * depth;
  /** Where the numbers of box b begin among those of its cell, and where its classes do. */
  const boxAt = (b: number) => b * (sharedClasses ? 5 : 5 + classes);
  const classesAt = (b: number) => (sharedClasses ? 5 * boxesPerCell : boxAt(b) + 5);

  const box = ['p_c', 'b_x', 'b_y', 'b_h', 'b_w'];
  const scores = Array.from({ length: classes }, (_, k) => `c_${k + 1}`);
  const entries = Array.from({ length: boxesPerCell }, () => (sharedClasses ? box : [...box, ...scores])).flat();
  if (sharedClasses) append(entries, scores);

  /** Gives the boxes of one cell their places: pairs of box and place. */
  function share(own: readonly number[], corners: Float32Array, labels: Float64Array): [number, number][] {
    const overlaps = new Float64Array(own.length * boxesPerCell).fill(1);
    if (anchors) {
      for (const [i, g] of own.entries()) {
        const [width, height] = [corners[4 * g + 2] - corners[4 * g], corners[4 * g + 3] - corners[4 * g + 1]];
        for (let b = 0; b < boxesPerCell; b++) {
          overlaps[i * boxesPerCell + b] = shapeOverlap(width, height, anchors[b]);
        }
      }
    }
    const taken = new Map<number, number>();
    const placed = new Set<number>();
    while (taken.size < boxesPerCell) {
      // The best pair of what is left, the first of equal ones.
      let [most, place] = [-1, -1];
      for (let pair = 0; pair < overlaps.length; pair++) {
        if (overlaps[pair] <= most || taken.has(pair % boxesPerCell)) continue;
        const i = Math.floor(pair / boxesPerCell);
        if (placed.has(i)) continue;
        const shared = sharedClasses && placed.size > 0;
        if (shared && labels[own[i]] !== labels[own[[...placed][0]]]) continue;
        [most, place] = [overlaps[pair], pair];
      }
      if (place < 0) break;
      const i = Math.floor(place / boxesPerCell);
      taken.set(place % boxesPerCell, own[i]);
      placed.add(i);
    }
    return [...taken].map(([b, g]) => [g, b]);
  }

  function encode(boxes: BoxArray, labels: BoxNumbers): GridLabel {
    const { count, corners } = readBoxes('yoloGrid.encode', boxes);
    const numbers = readNumbers('yoloGrid.encode', 'labels', labels, count);
    const inCell = new Map<number, number[]>();
    for (let g = 0; g < count; g++) {
      const box = corners.subarray(4 * g, 4 * g + 4);
      const [x1, y1, x2, y2] = box;
      if (x1 === x2 || y1 === y2) {
        throw new Error(`yoloGrid.encode: expected boxes with width and height above 0, got ${show([...box])} at ${g}`);
      }
      const [x, y] = [(x1 + x2) / 2, (y1 + y2) / 2];
      if (x < 0 || y < 0 || x > image.width || y > image.height) {
        const size = `${image.width}×${image.height} px`;
        throw new Error(`yoloGrid.encode: expected midpoints inside ${size}, got ${show([x, y])} at ${g}`);
      }
      if (!Number.isInteger(numbers[g]) || numbers[g] < 0 || numbers[g] >= classes) {
        throw new Error(`yoloGrid.encode: expected labels from 0 to ${classes - 1}, got ${numbers[g]} at ${g}`);
      }
      // A midpoint on the image's last edge belongs to the last cell.
      const row = Math.min(rows - 1, Math.floor(y / cell.height));
      const column = Math.min(columns - 1, Math.floor(x / cell.width));
      const place = row * columns + column;
      const own = inCell.get(place);
      if (own) own.push(g);
      else inCell.set(place, [g]);
    }

    const label = new Float32Array(size);
    const cares = new Uint8Array(size);
    for (let place = 0; place < rows * columns; place++) {
      for (let b = 0; b < boxesPerCell; b++) cares[place * depth + boxAt(b)] = 1;
    }
    const slots = Array<number | null>(count).fill(null);
    for (const [place, own] of inCell) {
      const [row, column] = [Math.floor(place / columns), place % columns];
      for (const [g, b] of share(own, corners, numbers)) {
        const [x1, y1, x2, y2] = corners.subarray(4 * g, 4 * g + 4);
        const first = place * depth + boxAt(b);
        const firstClass = place * depth + classesAt(b);
        label[first] = 1;
        label[first + 1] = (x1 + x2) / 2 / cell.width - column;
        label[first + 2] = (y1 + y2) / 2 / cell.height - row;
        label[first + 3] = (y2 - y1) / cell.height;
        label[first + 4] = (x2 - x1) / cell.width;
        label[firstClass + numbers[g]] = 1;
        cares.fill(1, first, first + 5);
        cares.fill(1, firstClass, firstClass + classes);
        slots[g] = place * boxesPerCell + b;
      }
    }
    const shape = [rows, columns, depth];
    const dropped = slots.flatMap((slot, g) => (slot === null ? [g] : []));
    return { label: ndarray(label, shape), cares: ndarray(cares, shape), slots, dropped };
  }

  function decode(label: NdArray, options: { threshold?: number } = {}): Detections {
    const { threshold = 0.5 } = checkOptions('yoloGrid.decode', options, { threshold: 'number' });
    checkArray('yoloGrid.decode', 'a label', label, show([rows, columns, depth]));
    const [corners, found, scores]: number[][] = [[], [], []];
    for (let slot = 0; slot < rows * columns * boxesPerCell; slot++) {
      const [place, b] = [Math.floor(slot / boxesPerCell), slot % boxesPerCell];
      const [row, column] = [Math.floor(place / columns), place % columns];
      const read = (at: number): number => {
        const value = Number(label.get(row, column, at));
        if (Number.isFinite(value)) return value;
        throw new Error(`yoloGrid.decode: expected finite numbers, got ${value} at [${row}, ${column}, ${at}]`);
      };
      const first = boxAt(b);
      const [present, x, y, height, width] = [0, 1, 2, 3, 4].map((i) => read(first + i));
      const chances = Array.from({ length: classes }, (_, k) => read(classesAt(b) + k));
      if (present <= threshold) continue;
      if (height < 0 || width < 0) {
        throw new Error(
          `yoloGrid.decode: expected b_h and b_w ≥ 0, got ${show([height, width])} at [${row}, ${column}]`,
        );
      }
      const [centerX, centerY] = [(column + x) * cell.width, (row + y) * cell.height];
      const [halfWidth, halfHeight] = [(width * cell.width) / 2, (height * cell.height) / 2];
      corners.push(centerX - halfWidth, centerY - halfHeight, centerX + halfWidth, centerY + halfHeight);
      const best = largest(chances);
      found.push(chances.indexOf(best));
      scores.push(present * best);
    }
    return {
      boxes: boxArray(Float32Array.from(corners)),
      labels: ndarray(Int32Array.from(found), [found.length]),
      scores: ndarray(Float32Array.from(scores), [scores.length]),
    };
  }

  function priors(): NdArray<Float32Array> {
    if (!anchors) throw new Error('yoloGrid.priors: expected a grid with anchors, got one without');
    const corners = new Float32Array(rows * columns * anchors.length * 4);
    let at = 0;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const [x, y] = [(column + 0.5) * cell.width, (row + 0.5) * cell.height];
        for (const [width, height] of anchors) {
          corners.set([x - width / 2, y - height / 2, x + width / 2, y + height / 2], at);
          at += 4;
        }
      }
    }
    return boxArray(corners);
  }

  return { shape: [rows, columns, depth], entries, size, cell, boxesPerCell, encode, decode, priors };
}
