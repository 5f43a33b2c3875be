import { type Array64, at, build } from './array64';
import { map2 } from './elementwise';
import { mean } from './reduce';

/** Biased variance over axes, which stay with size 1. */
export function variance(x: Array64, axes: readonly number[]): Array64 {
  const average = mean(x, axes);
  return mean(
    map2(x, average, (value, center) => (value - center) ** 2),
    axes,
  );
}

/** Per-channel normalization of `[N, H, W, C]` with given statistics `[C]`. */
export function batchNorm2dEvaluate(
  x: Array64,
  scale: Array64,
  shift: Array64,
  { average, spread, epsilon }: { average: Array64; spread: Array64; epsilon: number },
): Array64 {
  return build(x.shape, (n, r, c, q) => {
    const normalized = (at(x, n, r, c, q) - average.data[q]) / Math.sqrt(spread.data[q] + epsilon);
    return normalized * at(scale, q) + at(shift, q);
  });
}

/** Per-channel normalization of `[N, H, W, C]` with the batch's own statistics. */
export function batchNorm2d(x: Array64, scale: Array64, shift: Array64, epsilon: number): Array64 {
  const axes = [0, 1, 2];
  return batchNorm2dEvaluate(x, scale, shift, { average: mean(x, axes), spread: variance(x, axes), epsilon });
}

/** Normalizes each group of channels of each image. */
export function groupNorm(x: Array64, scale: Array64, shift: Array64, groups: number, epsilon: number): Array64 {
  const [batch, height, width, channels] = x.shape;
  const split = { shape: [batch, height * width, groups, channels / groups], data: x.data };
  const [average, spread] = [mean(split, [1, 3]), variance(split, [1, 3])];
  return build(x.shape, (n, r, c, q) => {
    const group = Math.floor(q / (channels / groups));
    const normalized =
      (at(x, n, r, c, q) - at(average, n, 0, group, 0)) / Math.sqrt(at(spread, n, 0, group, 0) + epsilon);
    return normalized * at(scale, q) + at(shift, q);
  });
}

/** Normalizes over the last axes: those of `scale`. */
export function layerNorm(x: Array64, scale: Array64, shift: Array64, epsilon: number): Array64 {
  const first = x.shape.length - scale.shape.length;
  const axes = scale.shape.map((_, axis) => first + axis);
  const [average, spread] = [mean(x, axes), variance(x, axes)];
  return build(x.shape, (...index) => {
    const outer = index.map((i, axis) => (axis < first ? i : 0));
    const normalized = (at(x, ...index) - at(average, ...outer)) / Math.sqrt(at(spread, ...outer) + epsilon);
    return normalized * at(scale, ...index.slice(first)) + at(shift, ...index.slice(first));
  });
}
