import { checkFrom0 } from '../../checks/numbers';
import { checkOptions } from '../../checks/options';
import { shown, shownWord } from '../../checks/shown';
/** A color space that a strategy sees the image in; `rgi` is R and G over R + G + B and the intensity, `h` and `i` are one channel each. */
export type SearchColors = 'rgb' | 'hsv' | 'lab' | 'rgi' | 'h' | 'i';

/** A way in which two regions can be alike. */
export type RegionSimilarity = 'color' | 'texture' | 'size' | 'fill';

/** One way of grouping an image. */
export interface SearchStrategy {
  colors: SearchColors;
  /** What makes regions alike; the similarities are added. */
  similarity: readonly RegionSimilarity[];
  /** k of the segmentation that it starts from. */
  scale: number;
}

/** `single` is one strategy, `fast` are 8, and `quality` are 80. */
export type SearchMode = 'single' | 'fast' | 'quality';

const searchColors: readonly SearchColors[] = ['rgb', 'hsv', 'lab', 'rgi', 'h', 'i'];
const regionSimilarities: readonly RegionSimilarity[] = ['color', 'texture', 'size', 'fill'];

const all: RegionSimilarity[] = ['color', 'texture', 'size', 'fill'];
const colorless: RegionSimilarity[] = ['texture', 'size', 'fill'];

function everyCombination(
  colors: readonly SearchColors[],
  similarities: readonly RegionSimilarity[][],
  scales: readonly number[],
): SearchStrategy[] {
  return colors.flatMap((space) =>
    scales.flatMap((scale) => similarities.map((similarity) => ({ colors: space, similarity, scale }))),
  );
}

// Uijlings et al. 2013, table 5.
const modes: Record<SearchMode, SearchStrategy[]> = {
  single: everyCombination(['hsv'], [all], [100]),
  fast: everyCombination(['hsv', 'lab'], [all, colorless], [50, 100]),
  quality: everyCombination(['hsv', 'lab', 'rgi', 'h', 'i'], [all, colorless, ['fill'], ['size']], [50, 100, 150, 300]),
};

/**
 * The strategies of one of the paper's mixes, a fresh copy.
 * @throws on another mode.
 */
export function searchStrategies(mode: SearchMode): SearchStrategy[] {
  if (typeof mode !== 'string' || !Object.hasOwn(modes, mode)) {
    throw new Error(`searchStrategies: expected mode single, fast or quality, got ${shownWord(mode)}`);
  }
  return modes[mode].map((strategy) => ({ ...strategy, similarity: [...strategy.similarity] }));
}

/** Throws unless a strategy is one. */
export function checkStrategy(caller: string, strategy: SearchStrategy): void {
  const { colors, similarity, scale } = checkOptions(caller, strategy, {
    colors: 'any',
    similarity: 'any',
    scale: 'any',
  });
  if (!searchColors.includes(colors)) {
    throw new Error(`${caller}: expected colors among ${searchColors.join(', ')}, got ${shownWord(colors)}`);
  }
  const named = Array.isArray(similarity) ? (similarity as readonly RegionSimilarity[]) : [];
  const repeated = new Set(named).size < named.length;
  if (named.length === 0 || repeated || !named.every((name) => regionSimilarities.includes(name))) {
    const got = shown(similarity);
    throw new Error(`${caller}: expected similarity to list some of ${regionSimilarities.join(', ')} once, got ${got}`);
  }
  checkFrom0(caller, 'scale', scale);
}
