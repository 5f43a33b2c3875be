import type { Random } from '../tensor/random';

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
