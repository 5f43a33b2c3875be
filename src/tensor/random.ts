import { checkList } from '../checks/arguments';
import { shown } from '../checks/shown';
/** The state of a {@link Random}, to be stored as JSON and continued from. */
export interface RandomState {
  /** The state of the generator, four words of 32 bits. */
  words: [number, number, number, number];
  /** The second of the last pair of normal numbers, where it has not been handed out yet. */
  spare: number | null;
}

/** A seeded source of random numbers: the same seed, the same numbers, on every machine. */
export interface Random {
  /** A number in [0, 1), a multiple of 2⁻³². */
  uniform(): number;
  /** A number from the standard normal distribution. */
  normal(): number;
  /** A whole number from 0 to n − 1, each equally likely. @throws unless n is a whole number from 1 to 2³². */
  integer(n: number): number;
  /** Puts an array into random order, in place (Fisher–Yates), and returns it. @throws on what is no array. */
  shuffle<Item>(items: Item[]): Item[];
  /** Where the source stands. */
  state(): RandomState;
}

/** Spreads a seed over independent 32-bit words (Steele, Lea and Flood 2014, in its 32-bit form). */
function* splitMix(seed: number): Generator<number, never> {
  let state = seed | 0;
  for (;;) {
    state = (state + 0x9e3779b9) | 0;
    let word = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
    yield (word ^ (word >>> 16)) >>> 0;
  }
}

class SmallFastCounting implements Random {
  #words: Uint32Array;
  #spare: number | null;

  constructor({ words, spare }: RandomState) {
    this.#words = Uint32Array.from(words);
    this.#spare = spare;
  }

  /** Doty-Humphrey's sfc32: passes PractRand, and its period is at least 2³². */
  #next(): number {
    const w = this.#words;
    const result = (w[0] + w[1] + w[3]) >>> 0;
    w[3]++;
    w[0] = w[1] ^ (w[1] >>> 9);
    w[1] = w[2] + (w[2] << 3);
    w[2] = ((w[2] << 21) | (w[2] >>> 11)) + result;
    return result;
  }

  uniform(): number {
    return this.#next() / 2 ** 32;
  }

  normal(): number {
    if (this.#spare !== null) {
      const spare = this.#spare;
      this.#spare = null;
      return spare;
    }
    // Box and Muller (1958); 1 − u is never 0.
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  integer(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 2 ** 32)
      throw new Error(`integer: expected a whole number from 1 to 2^32, got ${shown(n)}`);
    // Words beyond the last whole multiple of n would favor small numbers: draw again.
    const limit = 2 ** 32 - (2 ** 32 % n);
    let word = this.#next();
    while (word >= limit) word = this.#next();
    return word % n;
  }

  shuffle<Item>(items: Item[]): Item[] {
    checkList('shuffle', 'items', items, 'things to put in order');
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [items[i], items[j]] = [items[j], items[i]];
    }
    return items;
  }

  state(): RandomState {
    return { words: [...this.#words] as RandomState['words'], spare: this.#spare };
  }
}

/**
 * A seeded source of random numbers.
 * @param seed a whole number, of which 32 bits count, or a {@link RandomState} to continue from.
 * @throws where the seed is not a whole number or the state is not one.
 */
export function createRandom(seed: number | RandomState): Random {
  if (typeof seed === 'object' && seed !== null) {
    const { words, spare } = seed;
    const valid =
      Array.isArray(words) &&
      words.length === 4 &&
      words.every((word) => Number.isInteger(word) && word >= 0 && word < 2 ** 32);
    if (!valid || !(spare === null || Number.isFinite(spare)))
      throw new Error('createRandom: expected a saved state, got something else');
    return new SmallFastCounting(seed);
  }
  if (!Number.isSafeInteger(seed)) throw new Error(`createRandom: expected a whole number as seed, got ${shown(seed)}`);
  const words = splitMix(seed);
  const draw = () => words.next().value;
  return new SmallFastCounting({ words: [draw(), draw(), draw(), draw()], spare: null });
}
