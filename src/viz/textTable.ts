import { checkList } from '../checks/arguments';
import { largest } from '../checks/extremes';
import { checkCount } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { shown } from '../checks/shown';

/** Settings of {@link textTable}. */
export interface TextTableOptions {
  /** Above the columns. */
  head?: readonly string[];
  /** Decimals of numbers that are not whole (2). */
  decimals?: number;
}

/**
 * Rows as lines of text whose columns stand below one another, for `console.log`: texts to the left, numbers to the right.
 * @example
 * console.log(textTable([['nearest', 28.5], ['bicubic', 30]], { head: ['method', 'dB'], decimals: 1 }));
 *
 * @param rows `[R][C]`: numbers, texts, or both.
 * @returns R lines, one more with a head.
 * @throws where a row or the head is longer or shorter than the first row, and on anything but numbers and texts.
 */
export function textTable(rows: readonly (readonly (number | string)[])[], options: TextTableOptions = {}): string {
  const { head, decimals = 2 } = checkOptions('textTable', options, { head: 'texts', decimals: 'any' });
  checkCount('textTable', 'decimals', decimals, 0);
  if (decimals > 20) throw new Error(`textTable: expected at most 20 decimals, got ${decimals}`);
  checkList('textTable', 'rows', rows, 'lists of numbers and texts');
  for (const [i, row] of rows.entries()) {
    if (!Array.isArray(row))
      throw new Error(`textTable: expected a list of numbers and texts, got ${shown(row)} at ${i}`);
    if (row.length !== rows[0].length) {
      throw new Error(`textTable: expected rows of ${rows[0].length}, got ${row.length} at ${i}`);
    }
    const bad = row.findIndex((cell) => typeof cell !== 'string' && typeof cell !== 'number');
    if (bad >= 0) throw new Error(`textTable: expected numbers and texts, got ${shown(row[bad])} at ${i}`);
  }
  if (head && rows.length > 0 && head.length !== rows[0].length) {
    throw new Error(`textTable: expected a head of ${rows[0].length}, got ${head.length}`);
  }
  const written = rows.map((row) => row.map((cell) => write(cell, decimals)));
  const all = head ? [[...head], ...written] : written;
  const columns = all[0]?.length ?? 0;
  const isText = Array.from({ length: columns }, (_, c) => rows.some((row) => typeof row[c] === 'string'));
  const widths = Array.from({ length: columns }, (_, c) => largest(all.map((row) => row[c].length)));
  return all
    .map((row) => row.map((cell, c) => (isText[c] ? cell.padEnd(widths[c]) : cell.padStart(widths[c]))))
    .map((row) => row.join('  ').trimEnd())
    .join('\n');
}

function write(cell: number | string, decimals: number): string {
  if (typeof cell === 'string') return cell;
  return Number.isInteger(cell) ? String(cell) : cell.toFixed(decimals);
}
