import { checkCount, checkPositive } from '../checks/numbers';

/** One map of a detector that looks at several. */
export interface MapLevel {
  /** Rows of cells. */
  height: number;
  /** Columns of cells. */
  width: number;
  /** Pixels of the image from one cell to the next. */
  stride: number;
}

/** Throws unless a level has cells and a stride. */
export function checkMapLevel(caller: string, i: number, { height, width, stride }: MapLevel): void {
  checkCount(caller, `height of level ${i}`, height, 1);
  checkCount(caller, `width of level ${i}`, width, 1);
  checkPositive(caller, `stride of level ${i}`, stride);
}
