import { printable, shortened } from '../checks/printable';

type Cell = string | number | null | undefined;

/** Characters of a cell at most. */
const widest = 200;

/** Values of a column: numbers with three decimals where one of them has any, nothing as a dash. */
function columnTexts(values: readonly Cell[]): string[] {
  const whole = values.every((value) => typeof value !== 'number' || Number.isInteger(value));
  return values.map((value) => {
    if (value === null || value === undefined) return '–';
    if (typeof value === 'string') return printable(shortened(value, widest));
    return whole ? String(value) : value.toFixed(3);
  });
}

/** Characters, where a letter of two halves is one. */
const widthOf = (text: string) => [...text].length;

/** Rows as lines of text, their columns below each other; numbers to the right. */
export function textTable(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const texts = columns.map((name, column) => [name, ...columnTexts(rows.map((row) => row[column]))]);
  const widths = texts.map((own) => own.reduce((widest, text) => Math.max(widest, widthOf(text)), 0));
  const numeric = columns.map((_, column) => rows.some((row) => typeof row[column] === 'number'));
  const line = (row: number) =>
    texts
      .map((own, column) => {
        const room = ' '.repeat(widths[column] - widthOf(own[row]));
        return numeric[column] ? room + own[row] : own[row] + room;
      })
      .join('  ')
      .trimEnd();
  return Array.from({ length: rows.length + 1 }, (_, row) => line(row)).join('\n');
}
