import { quoted } from '../platform/textFile';
import { boxAround, isShare } from './fitBox';
import { looseNumber } from './looseValues';

/** A row of labels: all numbers are shares of the image's sides. */
export interface YoloRow {
  /** Number of the class, or its name. */
  kind: number | string;
  /** x1, y1, x2, y2. */
  corners: number[];
  /** x, y, x, y, … where the row is an outline or a turned box. */
  polygon: number[] | null;
  /** What stands behind the box or the outline and is not read. */
  more: 'confidence' | 'points' | null;
}

/** The words of a row, between which may stand spaces or commas. */
function wordsOf(line: string): string[] {
  const words = line.split(/\s+/);
  return words.length >= 5 ? words.map((word) => word.replace(/[,;]$/, '')) : line.split(/[\s,;]+/).filter(Boolean);
}

/** Whether numbers behind a box are points of a pose with their visibility, which is 0, 1 or 2. */
function arePoints(more: readonly number[]): boolean {
  return more.length > 0 && more.length % 3 === 0 && more.every((value, i) => i % 3 < 2 || [0, 1, 2].includes(value));
}

function boxRow(kind: number | string, numbers: readonly number[], more: YoloRow['more']): YoloRow | string {
  const [x, y, width, height] = numbers;
  const got = quoted(numbers.slice(0, 4).join(' '));
  if (![x, y, width, height].every(isShare)) return `expected shares of the image from 0 to 1, got ${got}`;
  if (!(width > 0 && height > 0)) return `expected a box with an area, got ${got}`;
  return {
    kind,
    corners: [x - width / 2, y - height / 2, x + width / 2, y + height / 2],
    polygon: null,
    more,
  };
}

/**
 * A row as a box, or what is wrong with it. Behind the class, a number or a name, stand
 * - 4 numbers: center x, center y, width, height; 5: a confidence behind them;
 * - 6 or more: an outline x, y, x, y, … or the four corners of a turned box, of which the box around is read; one more: a confidence;
 * - points of a pose behind the box, as many numbers as `pose` says.
 */
export function parseYoloRow(line: string, pose: number): YoloRow | string {
  const words = wordsOf(line);
  const first = words.findIndex((word) => !Number.isNaN(looseNumber(word)));
  const isNamed = first > 0;
  const begin = isNamed ? first : 1;
  const numbers = words.slice(begin).map(looseNumber);
  const kind = isNamed ? words.slice(0, first).join(' ') : looseNumber(words[0]);
  if (numbers.length < 4 || numbers.some(Number.isNaN) || first < 0) {
    return `expected a class and 4 numbers, got ${quoted(line)}`;
  }
  if (pose > 0 && numbers.length === 4 + pose) return boxRow(kind, numbers, 'points');
  if (numbers.length === 4) return boxRow(kind, numbers, null);
  if (numbers.length === 5) return boxRow(kind, numbers, 'confidence');
  const odd = numbers.length % 2 === 1;
  if (odd && arePoints(numbers.slice(4))) return boxRow(kind, numbers, 'points');
  const polygon = odd ? numbers.slice(0, -1) : numbers;
  if (!polygon.every(isShare)) return `expected shares of the image from 0 to 1, got ${quoted(polygon.join(' '))}`;
  return { kind, corners: boxAround(polygon), polygon, more: odd ? 'confidence' : null };
}
