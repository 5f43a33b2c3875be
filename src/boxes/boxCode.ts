import type { NdArray } from 'ndarray';
import { checkList, checkTensor } from '../checks/arguments';
import { checkPositive } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { concat } from '../ops/concat';
import { add, clamp, exp, multiply, scale, subtract } from '../ops/elementwise';
import { slice } from '../ops/slice';
import { show } from '../shape/shape';
import { type Tensor, tensor } from '../tensor/tensor';
import { type BoxArray, type BoxList, boxArray, readBoxes, readRows } from './boxList';

/** Settings of {@link boxCode}. */
export interface BoxCodeOptions {
  /** Factors on t_x, t_y, t_w and t_h: the larger, the more a loss on the code minds that number. R-CNN's heads use [10, 10, 5, 5]. */
  weights?: readonly [number, number, number, number];
  /** Decoding limits log(width / prior width) and log(height / prior height) to this: a wild prediction must not become an infinite box. */
  maxLogSize?: number;
}

/** How a box is written as a change of a prior: an anchor, or a proposal. */
export interface BoxCode {
  /**
   * What a network must predict to turn each prior into its box.
   * @param boxes `[N, 4]` x1, y1, x2, y2 in px. @param priors `[N, 4]`.
   * @returns `[N, 4]`: t_x, t_y, t_w, t_h.
   * @throws where a box or a prior has no width or height: its logarithm is none.
   */
  encode(boxes: BoxArray, priors: BoxArray): NdArray<Float32Array>;
  /**
   * The boxes that predictions stand for.
   * @param code `[N, 4]`: t_x, t_y, t_w, t_h. @param priors `[N, 4]`.
   * @returns `[N, 4]` x1, y1, x2, y2 in px, not clipped to any image.
   */
  decode(code: BoxArray, priors: BoxArray): NdArray<Float32Array>;
  /** {@link decode} of predictions that are still to be computed, with gradients to the code; the priors are numbers and get none. */
  decodeTensor(code: Tensor, priors: BoxArray): Tensor;
}

function readPriors(caller: string, boxes: BoxArray, name: string): BoxList {
  const list = readBoxes(caller, boxes, name);
  for (let i = 0; i < 4 * list.count; i += 4) {
    if (list.corners[i] < list.corners[i + 2] && list.corners[i + 1] < list.corners[i + 3]) continue;
    const box = show([...list.corners.subarray(i, i + 4)]);
    throw new Error(`${caller}: expected ${name} with width and height above 0, got ${box} at ${i >> 2}`);
  }
  return list;
}

function checkPaired(caller: string, name: string, count: number, priors: number): void {
  if (count !== priors) throw new Error(`${caller}: expected ${name} [${priors}, 4], one a prior, got [${count}, 4]`);
}

/**
 * The box transform of R-CNN. With a prior's center (p_x, p_y), width p_w and height p_h, and those of the box b:
 *
 *     t_x = w_x (b_x − p_x) / p_w      t_w = w_w log(b_w / p_w)
 *     t_y = w_y (b_y − p_y) / p_h      t_h = w_h log(b_h / p_h)
 *
 * and back: b_x = p_x + p_w t_x / w_x, b_w = p_w exp(min(t_w / w_w, maxLogSize)). Decoding undoes encoding, as long as no box is more
 * than exp(maxLogSize) times as long as its prior.
 *
 * @param options weights: (w_x, w_y, w_w, w_h), 1 by default; maxLogSize: log(1000 / 16) by default, as in Detectron.
 * @throws on weights or a limit that are not above 0.
 * @see Girshick et al. 2014, Rich feature hierarchies, appendix C; the slides' b_x = p_x + p_w t_x.
 */
export function boxCode(options: BoxCodeOptions = {}): BoxCode {
  const { weights = [1, 1, 1, 1], maxLogSize = Math.log(1000 / 16) } = checkOptions('boxCode', options, {
    weights: 'any',
    maxLogSize: 'any',
  });
  checkList('boxCode', 'weights', weights, '4 numbers');
  if (weights.length !== 4) throw new Error(`boxCode: expected 4 weights, got ${weights.length}`);
  for (const weight of weights) checkPositive('boxCode', 'weights', weight);
  checkPositive('boxCode', 'maxLogSize', maxLogSize);

  function encode(boxes: BoxArray, priors: BoxArray): NdArray<Float32Array> {
    const { count, corners } = readPriors('boxCode.encode', boxes, 'boxes');
    const { count: priorCount, corners: from } = readPriors('boxCode.encode', priors, 'priors');
    checkPaired('boxCode.encode', 'boxes', count, priorCount);
    const code = new Float32Array(4 * count);
    for (let i = 0; i < 4 * count; i += 4) {
      for (const axis of [0, 1]) {
        const [low, high] = [corners[i + axis], corners[i + axis + 2]];
        const [priorLow, priorHigh] = [from[i + axis], from[i + axis + 2]];
        const size = priorHigh - priorLow;
        code[i + axis] = (weights[axis] * ((low + high) / 2 - (priorLow + priorHigh) / 2)) / size;
        code[i + axis + 2] = weights[axis + 2] * Math.log((high - low) / size);
      }
    }
    return boxArray(code);
  }

  function decode(code: BoxArray, priors: BoxArray): NdArray<Float32Array> {
    const { count, corners: changes } = readRows('boxCode.decode', code, 'code');
    const { count: priorCount, corners: from } = readBoxes('boxCode.decode', priors, 'priors');
    checkPaired('boxCode.decode', 'code', count, priorCount);
    const boxes = new Float32Array(4 * count);
    for (let i = 0; i < 4 * count; i += 4) {
      for (const axis of [0, 1]) {
        const [low, high] = [from[i + axis], from[i + axis + 2]];
        const center = (low + high) / 2 + ((high - low) * changes[i + axis]) / weights[axis];
        const size = (high - low) * Math.exp(Math.min(changes[i + axis + 2] / weights[axis + 2], maxLogSize));
        boxes[i + axis] = center - size / 2;
        boxes[i + axis + 2] = center + size / 2;
      }
    }
    return boxArray(boxes);
  }

  function decodeTensor(code: Tensor, priors: BoxArray): Tensor {
    checkTensor('boxCode.decodeTensor', 'code', code);
    const { count, corners: from } = readBoxes('boxCode.decodeTensor', priors, 'priors');
    if (code.rank !== 2 || code.shape[1] !== 4 || code.shape[0] !== count) {
      throw new Error(`boxCode.decodeTensor: expected code [${count}, 4], one a prior, got ${show(code.shape)}`);
    }
    const pairs = (value: (low: number, high: number, axis: number) => number) =>
      tensor(
        Float32Array.from({ length: 2 * count }, (_, at) => {
          const [i, axis] = [4 * (at >> 1), at & 1];
          return value(from[i + axis], from[i + axis + 2], axis);
        }),
        [count, 2],
      );
    const centers = pairs((low, high) => (low + high) / 2);
    const sizes = pairs((low, high) => high - low);
    const steps = pairs((low, high, axis) => (high - low) / weights[axis]);
    const logSizes = multiply(slice(code, { start: [0, 2] }), tensor([[1 / weights[2], 1 / weights[3]]]));
    const center = add(centers, multiply(slice(code, { end: [count, 2] }), steps));
    const half = scale(multiply(sizes, exp(clamp(logSizes, { max: maxLogSize }))), 0.5);
    return concat([subtract(center, half), add(center, half)], { axis: 1 });
  }

  return { encode, decode, decodeTensor };
}
