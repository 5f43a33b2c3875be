import { createRandom, type Random } from '../tensor/random';

/** The three parts of a data set, with no image in common. */
export const splits = ['train', 'validation', 'test'] as const satisfies readonly Split[];

/** Which of the disjoint parts of a data set: its scenes are drawn from random numbers of their own. */
export type Split = 'train' | 'validation' | 'test';

/**
 * The source of random numbers of one image. Seed, split and index are three words of the generator's state, whose step is a
 * bijection: two images never stand at the same state, whatever the order in which they are asked for.
 *
 * @param seed a whole number from 0 to 2³² − 1.
 * @param index a whole number from 0 to 2³² − 1.
 */
export function sceneRandom(seed: number, split: Split, index: number): Random {
  const random = createRandom({ words: [seed, splits.indexOf(split), index, 1], spare: null });
  // Fifteen steps mix words that differ in one bit (Doty-Humphrey seeds sfc32 so).
  for (let i = 0; i < 15; i++) random.uniform();
  return random;
}

/** A number in [low, high). */
export function uniformBetween(random: Random, low: number, high: number): number {
  return low + (high - low) * random.uniform();
}

/**
 * A number in [low, high) whose logarithm is uniform: low · (high / low)^u. The power is a product of square roots, one for each binary
 * digit of u: they are the same bits on every machine, exp and log need not be.
 */
export function logUniformBetween(random: Random, low: number, high: number): number {
  let [result, root, rest] = [low, high / low, random.uniform()];
  for (let digit = 0; digit < 32; digit++) {
    [root, rest] = [Math.sqrt(root), 2 * rest];
    if (rest < 1) continue;
    result *= root;
    rest -= 1;
  }
  return result;
}

const bellDeviation = Math.sqrt((4 * (256 ** 2 - 1)) / 12);

/**
 * A number of mean 0 and standard deviation 1 from a bell-shaped distribution: the sum of the four bytes of one draw, within ±3.45.
 * Sums are the same bits on every machine; the logarithm and the sine of a normal number need not be.
 */
export function bell(random: Random): number {
  const word = (random.uniform() * 2 ** 32) >>> 0;
  return ((word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24) - 510) / bellDeviation;
}

/** A direction `[cos φ, sin φ]`, each equally likely: a point of the disc, drawn until it lies in it, put on its edge. */
export function direction(random: Random): [number, number] {
  for (;;) {
    const [x, y] = [2 * random.uniform() - 1, 2 * random.uniform() - 1];
    const squared = x * x + y * y;
    if (squared > 1e-6 && squared <= 1) return [x / Math.sqrt(squared), y / Math.sqrt(squared)];
  }
}
