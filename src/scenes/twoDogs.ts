import ndarray, { type NdArray } from 'ndarray';

const brown = [0.55, 0.36, 0.2];
const dark = [0.36, 0.23, 0.13];
const sand = [0.87, 0.74, 0.52];
const tan = [0.72, 0.57, 0.36];
const cream = [0.95, 0.88, 0.74];
const black = [0.1, 0.08, 0.08];

/** Ellipses from the back to the front: center x and y, half axes, color. */
const parts: readonly (readonly [number, number, number, number, readonly number[]])[] = [
  // The brown dog: tail, body, legs, head, ears, muzzle, eyes, nose.
  [62, 214, 20, 12, dark],
  [118, 188, 58, 58, brown],
  [98, 238, 16, 12, dark],
  [152, 232, 15, 18, dark],
  [136, 98, 46, 40, brown],
  [98, 78, 15, 28, dark],
  [172, 76, 14, 26, dark],
  [150, 112, 24, 17, tan],
  [124, 90, 5, 6, black],
  [156, 88, 5, 6, black],
  [156, 106, 7, 5, black],
  // The one in front of it, of the color of sand.
  [338, 160, 14, 24, tan],
  [276, 190, 66, 42, sand],
  [228, 228, 13, 26, tan],
  [256, 230, 13, 24, sand],
  [306, 230, 13, 24, tan],
  [330, 222, 13, 28, sand],
  [222, 146, 38, 36, sand],
  [252, 132, 12, 24, tan],
  [192, 132, 11, 24, tan],
  [210, 162, 17, 12, cream],
  [210, 138, 4, 5, black],
  [232, 138, 4, 5, black],
  [206, 157, 6, 4, black],
];

/** A painted image of two dogs, and what a detector might say of it. */
export interface TwoDogs {
  /** `[280, 400, 3]`, 0–1. */
  image: NdArray<Float32Array>;
  /** `[4][4]` x1, y1, x2, y2 in px: two boxes on the dog to the left, then two on the one to the right. */
  boxes: number[][];
  /** `[4]`, of the boxes. */
  scores: number[];
  /** What the boxes are called: blue, orange, purple, yellow. */
  names: string[];
}

/**
 * The example of non-maximum suppression: two dogs, and two boxes on each, with overlaps of 0.78 and 0.74 on the same dog and of less
 * than 0.1 across the dogs. Each call makes its own.
 */
export function twoDogs(): TwoDogs {
  const image = ndarray(new Float32Array(280 * 400 * 3), [280, 400, 3]);
  for (let y = 0; y < 280; y++) {
    for (let x = 0; x < 400; x++) {
      let color: readonly number[] = y < 170 ? [0.66, 0.82, 0.94] : [0.5, 0.7, 0.38];
      for (const [centerX, centerY, radiusX, radiusY, own] of parts) {
        if (((x - centerX) / radiusX) ** 2 + ((y - centerY) / radiusY) ** 2 <= 1) color = own;
      }
      for (let c = 0; c < 3; c++) image.set(y, x, c, color[c]);
    }
  }
  return {
    image,
    boxes: [
      [40, 50, 200, 250],
      [52, 58, 210, 236],
      [181, 104, 354, 254],
      [169, 125, 364, 261],
    ],
    scores: [0.9, 0.8, 0.75, 0.7],
    names: ['blue', 'orange', 'purple', 'yellow'],
  };
}
