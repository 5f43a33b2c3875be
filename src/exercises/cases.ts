import { createRandom, type Random } from '../tensor/random';

/** A map `[height][width]` of whole numbers from 0 to 9. */
export function digits(height: number, width: number, seed: number): number[][] {
  const random = createRandom(seed);
  return Array.from({ length: height }, () => Array.from({ length: width }, () => random.integer(10)));
}

/** Scores between 0 and 1 of which no two are equal, so that there is one right order. */
export function distinctScores(count: number, random: Random): number[] {
  return random.shuffle([...Array(count).keys()]).map((place) => (place + 1) / (count + 1));
}

/** Boxes x1, y1, x2, y2 of whole pixels, many of which overlap. */
export function someBoxes(count: number, seed: number): number[][] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => {
    const [x, y] = [random.integer(12), random.integer(12)];
    return [x, y, x + 6 + random.integer(8), y + 6 + random.integer(8)];
  });
}

/** Intersection over union of two boxes x1, y1, x2, y2; 0 where neither has an area. */
export function boxIouOf(p: readonly number[], q: readonly number[]): number {
  const width = Math.max(0, Math.min(p[2], q[2]) - Math.max(p[0], q[0]));
  const height = Math.max(0, Math.min(p[3], q[3]) - Math.max(p[1], q[1]));
  const area = ([x1, y1, x2, y2]: readonly number[]) => (x2 - x1) * (y2 - y1);
  const union = area(p) + area(q) - width * height;
  return union > 0 ? (width * height) / union : 0;
}
