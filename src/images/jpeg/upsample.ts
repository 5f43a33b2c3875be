import type { JpegComponent, JpegFile } from './jpegFile';

// Colors are stored at half the resolution as a rule. As libjpeg does ("fancy upsampling", jdsample.c), each new sample is ¾ of the
// nearest stored one and ¼ of the next nearest, in both directions; other ratios repeat samples.

/** Two rows of stored blocks of a component: what is needed to make the rows of one of them. */
export interface Strips {
  /** Rows of samples, used in turns. */
  samples: Uint8ClampedArray;
  /** Samples from one row to the next. */
  stride: number;
  /** Rows that are kept. */
  rows: number;
}

/** Where a row of samples begins; beyond the image's border it is the border's. */
function rowAt({ stride, rows }: Strips, height: number, row: number): number {
  return (Math.min(height - 1, Math.max(0, row)) % rows) * stride;
}

/** Twice as many columns. @param line gets 2 · width samples. */
function widen(source: ArrayLike<number>, from: number, width: number, line: Uint8ClampedArray): void {
  line[0] = source[from];
  line[1] = (3 * source[from] + source[from + 1] + 2) >> 2;
  for (let x = 1; x < width - 1; x++) {
    const own = 3 * source[from + x];
    line[2 * x] = (own + source[from + x - 1] + 1) >> 2;
    line[2 * x + 1] = (own + source[from + x + 1] + 2) >> 2;
  }
  const end = from + width - 1;
  line[2 * width - 2] = (3 * source[end] + source[end - 1] + 1) >> 2;
  line[2 * width - 1] = source[end];
}

/** Twice as many columns, and one of the two rows that a row becomes. @param near that row. @param far the next one on the other side. */
function widenBetween(
  source: ArrayLike<number>,
  near: number,
  far: number,
  width: number,
  line: Uint8ClampedArray,
): void {
  let before = 0;
  let own = 3 * source[near] + source[far];
  let after = 3 * source[near + 1] + source[far + 1];
  line[0] = (own * 4 + 8) >> 4;
  line[1] = (own * 3 + after + 7) >> 4;
  for (let x = 1; x < width - 1; x++) {
    before = own;
    own = after;
    after = 3 * source[near + x + 1] + source[far + x + 1];
    line[2 * x] = (own * 3 + before + 8) >> 4;
    line[2 * x + 1] = (own * 3 + after + 7) >> 4;
  }
  line[2 * width - 2] = (after * 3 + own + 8) >> 4;
  line[2 * width - 1] = (after * 4 + 7) >> 4;
}

/**
 * The samples of a component along a row of the image.
 * @returns fills `line` with at least the image's width.
 */
export function upsampleRow(
  { most }: JpegFile,
  { across, down, size: { height, width } }: JpegComponent,
  strips: Strips,
  y: number,
  line: Uint8ClampedArray,
): void {
  const { samples } = strips;
  const [wider, higher] = [most.across / across, most.down / down];
  const row = Math.floor(y / higher);
  const near = rowAt(strips, height, row);
  const isUpper = y % higher === 0;
  const far = rowAt(strips, height, isUpper ? row - 1 : row + 1);
  if (wider === 1 && higher === 1) line.set(samples.subarray(near, near + width));
  else if (wider === 2 && higher === 1 && width > 2) widen(samples, near, width, line);
  else if (wider === 2 && higher === 2 && width > 2) widenBetween(samples, near, far, width, line);
  else if (wider === 1 && higher === 2) {
    const rounding = isUpper ? 1 : 2;
    for (let x = 0; x < width; x++) line[x] = (3 * samples[near + x] + samples[far + x] + rounding) >> 2;
  } else for (let x = 0; x < width; x++) line.fill(samples[near + x], x * wider, (x + 1) * wider);
}
