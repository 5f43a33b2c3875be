import type { NdArray } from 'ndarray';
import { type AnchorShape, checkAnchorShapes } from '../../boxes/anchorShape';
import { anchors } from '../../boxes/anchors';
import { checkImageSize } from '../../boxes/imageSize';
import { concatRows } from '../../boxes/rows';
import { checkList } from '../../checks/arguments';
import type { ImageSize } from '../../shape/types';

/** Widths and heights of the priors of each level, the finest first, px. */
export type LevelShapes = readonly (readonly AnchorShape[])[];

/** For objects of 12 to 32 px on maps of strides 4, 8 and 16: squares of two sizes each. */
export const usualShapes: LevelShapes = [
  [
    [14, 14],
    [17, 17],
  ],
  [
    [20, 20],
    [24, 24],
  ],
  [
    [28, 28],
    [34, 34],
  ],
];

/** Throws unless there is a list of widths and heights for each of so many levels, or for one or more. */
export function checkLevelShapes(model: string, shapes: LevelShapes, levels?: number): void {
  checkList(model, 'shapes', shapes, 'lists of widths and heights, one a level');
  if (shapes.length === 0) throw new Error(`${model}: expected shapes for one level or more, got none`);
  for (const [i, own] of shapes.entries()) {
    checkAnchorShapes(model, own, `shapes of level ${i}`);
    if (own.length === 0) throw new Error(`${model}: expected shapes of level ${i}, got none`);
  }
  if (levels !== undefined && shapes.length !== levels) {
    throw new Error(`${model}: expected shapes for ${levels} levels, one list each, got ${shapes.length}`);
  }
}

/** Throws unless each level has as many shapes: heads whose weights all levels share predict as many numbers for each cell. */
export function checkAlike(model: string, shapes: LevelShapes): void {
  const counts = shapes.map(({ length }) => length);
  if (counts.some((count) => count !== counts[0])) {
    throw new Error(
      `${model}: expected as many shapes in each level, which share their weights, got ${counts.join(', ')}`,
    );
  }
}

/** Throws unless an image has sides that are multiples of the coarsest stride. */
export function checkLevelImage(model: string, image: ImageSize, coarsest: number): void {
  checkImageSize(model, 'image', image);
  const { height, width } = image;
  if (height % coarsest || width % coarsest) {
    throw new Error(`${model}: expected an image with sides that are multiples of ${coarsest}, got ${height}×${width}`);
  }
}

/** The priors of all levels, for images of any size. */
export class LevelPriors {
  readonly shapes: LevelShapes;
  #last: { key: string; boxes: NdArray<Float32Array> } | null = null;

  /** @param strides the coarsest last. @param shapes checked by {@link checkLevelShapes}; they are copied. */
  constructor(
    readonly model: string,
    readonly strides: readonly number[],
    shapes: LevelShapes,
  ) {
    this.shapes = shapes.map((own) => own.map(([width, height]) => [width, height]));
  }

  /**
   * `[P, 4]` x1, y1, x2, y2 in px, level by level, each in the order of `anchors`; those of the last size are kept, and not to be changed.
   * @throws unless the coarsest stride divides the sides.
   */
  of(image: ImageSize): NdArray<Float32Array> {
    const { strides, shapes } = this;
    checkLevelImage(this.model, image, strides[strides.length - 1]);
    const { height, width } = image;
    const key = `${height}×${width}`;
    if (this.#last?.key !== key) {
      const levels = strides.map((stride, i) =>
        anchors({ height: height / stride, width: width / stride, stride, shapes: shapes[i] }),
      );
      this.#last = { key, boxes: concatRows(...levels) };
    }
    return this.#last.boxes;
  }

  /** A copy of the same, which may be changed. */
  copyOf(image: ImageSize): NdArray<Float32Array> {
    return concatRows(this.of(image));
  }
}
