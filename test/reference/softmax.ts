import type { Array64 } from './array64';
import { map, map2 } from './elementwise';
import { max, sum } from './reduce';

/** log softmax along one axis. */
export function logSoftmax(x: Array64, axis: number): Array64 {
  const centered = map2(x, max(x, [axis]), (value, largest) => value - largest);
  const total = sum(map(centered, Math.exp), [axis]);
  return map2(centered, total, (value, exponentials) => value - Math.log(exponentials));
}

/** softmax along one axis. */
export function softmax(x: Array64, axis: number): Array64 {
  return map(logSoftmax(x, axis), Math.exp);
}
