/** Sizes of a tensor's axes, outermost first; `[]` is a single number. */
export type Shape = readonly number[];

/** One number for both image axes, or `[vertical, horizontal]`. */
export type Pair = number | readonly [number, number];

/** One number for all three axes of a volume, or `[depth, vertical, horizontal]`. */
export type Triple = number | readonly [number, number, number];

/** Size of an image, px. */
export interface ImageSize {
  /** Rows, px. */
  height: number;
  /** Columns, px. */
  width: number;
}
