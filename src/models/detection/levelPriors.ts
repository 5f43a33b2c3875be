import type { NdArray } from 'ndarray';
import { type AnchorShape, checkAnchorShapes } from '../../boxes/anchorShape';
import { anchors } from '../../boxes/anchors';
import { checkImageSize } from '../../boxes/imageSize';
import { concatRows } from '../../boxes/rows';
import { checkList } from '../../checks/arguments';
import type { ImageSize } from '../../shape/types';

/** Widths and heights of the priors of each level, the finest first, px. */
export type LevelShapes = readonly (readonly AnchorShape[])[];

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

/** Throws unless each level has as many shapes: heads whose weights all levels share say the same number of things of each cell. */
export function checkAlike(model: string, shapes: LevelShapes): void {
  const counts = shapes.map(({ length }) => length);
  if (counts.some((count) => count !== counts[0])) {
    throw new Error(
      `${model}: expected as many shapes in each level, which share their weights, got ${counts.join(', ')}`,
    );
  }
}

/** The priors of all levels, for images of any size; those of the last size are kept. */
export class LevelPriors {
  #last: { key: string; boxes: NdArray<Float32Array> } | null = null;

  constructor(
    readonly model: string,
    readonly strides: readonly number[],
    readonly shapes: LevelShapes,
  ) {}

  /** `[P, 4]` x1, y1, x2, y2 in px, level by level, each in the order of `anchors`. @throws unless the coarsest stride divides the sides. */
  of(image: ImageSize): NdArray<Float32Array> {
    checkImageSize(this.model, 'image', image);
    const { height, width } = image;
    const coarsest = Math.max(...this.strides);
    if (height % coarsest || width % coarsest) {
      throw new Error(
        `${this.model}: expected an image with sides that are multiples of ${coarsest}, got ${height}×${width}`,
      );
    }
    const key = `${height}×${width}`;
    if (this.#last?.key !== key) {
      const levels = this.strides.map((stride, i) =>
        anchors({ height: height / stride, width: width / stride, stride, shapes: this.shapes[i] }),
      );
      this.#last = { key, boxes: concatRows(...levels) };
    }
    return this.#last.boxes;
  }
}
