import { type Array64, at, build } from './array64';

export interface ResizeSettings64 {
  size: readonly [number, number];
  mode: 'nearest' | 'nearestExact' | 'bilinear' | 'bicubic';
  alignCorners?: boolean;
  cubic?: number;
}

/** The weight of a pixel at a distance: a triangle, or Keys' cubic in its two pieces. */
function weight(mode: 'bilinear' | 'bicubic', a: number, d: number): number {
  if (mode === 'bilinear') return Math.max(0, 1 - Math.abs(d));
  const t = Math.abs(d);
  if (t <= 1) return (a + 2) * t ** 3 - (a + 3) * t ** 2 + 1;
  return t < 2 ? a * t ** 3 - 5 * a * t ** 2 + 8 * a * t - 4 * a : 0;
}

/** Every pixel of the result as the double sum over all pixels near it, those beyond the border read from the border. */
export function resize(x: Array64, { size, mode, alignCorners = false, cubic = -0.75 }: ResizeSettings64): Array64 {
  const [batch, height, width, channels] = x.shape;
  const clamped = (n: number, r: number, c: number, q: number) =>
    at(x, n, Math.max(0, Math.min(height - 1, r)), Math.max(0, Math.min(width - 1, c)), q);
  return build([batch, ...size, channels], (n, r, c, q) => {
    if (mode === 'nearest' || mode === 'nearestExact') {
      const shift = mode === 'nearest' ? 0 : 0.5;
      return clamped(n, Math.floor(((r + shift) * height) / size[0]), Math.floor(((c + shift) * width) / size[1]), q);
    }
    const center = (i: number, input: number, output: number) => {
      if (alignCorners) return output === 1 ? 0 : (i * (input - 1)) / (output - 1);
      return ((i + 0.5) * input) / output - 0.5;
    };
    const [y, z] = [center(r, height, size[0]), center(c, width, size[1])];
    let total = 0;
    for (let row = Math.floor(y) - 2; row <= Math.floor(y) + 3; row++) {
      for (let column = Math.floor(z) - 2; column <= Math.floor(z) + 3; column++) {
        total += weight(mode, cubic, y - row) * weight(mode, cubic, z - column) * clamped(n, row, column, q);
      }
    }
    return total;
  });
}
