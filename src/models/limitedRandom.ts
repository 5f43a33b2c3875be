import type { BoundedRandom } from '../nn/initialize';
import { show, sizeOf } from '../shape/shape';
import type { Random } from '../tensor/random';

/** Weights of all layers of a model together at most: 512 MiB of numbers. Each setting alone may be large, but not all of them at once. */
const mostWeights = 2 ** 27;

/**
 * A source for the first weights of a model: the numbers of another one, until all layers together would have more than `most`.
 * @param model what the error begins with.
 */
export function boundedRandom(model: string, source: Random, most = mostWeights): BoundedRandom {
  let left = most;
  return {
    uniform: () => source.uniform(),
    normal: () => source.normal(),
    integer: (n) => source.integer(n),
    shuffle: (items) => source.shuffle(items),
    state: () => source.state(),
    reserve(caller, shape) {
      left -= sizeOf(shape);
      // Of a model in a model, the outer one counts as well.
      (source as Partial<BoundedRandom>).reserve?.(caller, shape);
      if (left >= 0) return;
      throw new Error(
        `${model}: expected at most ${most} weights in all layers together, got more with ${show(shape)} of ${caller}; choose fewer classes, channels or inputs`,
      );
    },
  };
}

/** A source of random numbers for a model that is made, and what ends its limit. */
export interface LimitedRandom {
  random: Random;
  /** The model is made: whatever it draws from now on is for its use. */
  unlimit(): void;
}

/**
 * A source that gives at most so many numbers: a model whose weights are drawn from it cannot have more of them, and fails before it takes
 * the memory or the time for them.
 * @param refuse throws.
 */
export function limitedRandom(source: Random, most: number, refuse: () => never): LimitedRandom {
  let left = most;
  const drawn = <Result>(draw: () => Result) => {
    if (--left < 0) refuse();
    return draw();
  };
  return {
    random: {
      uniform: () => drawn(() => source.uniform()),
      normal: () => drawn(() => source.normal()),
      integer: (n) => drawn(() => source.integer(n)),
      shuffle: (items) => source.shuffle(items),
      state: () => source.state(),
    },
    unlimit() {
      left = Number.POSITIVE_INFINITY;
    },
  };
}
