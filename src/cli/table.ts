/** A value as a table shows it: numbers with four digits, nothing as a dash. */
export function cellText(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'string') return value;
  return Number.isInteger(value) ? String(value) : value.toFixed(3);
}

/** Rows as lines of text, their columns below each other; numbers to the right. */
export function textTable(
  columns: readonly string[],
  rows: readonly (readonly (string | number | null | undefined)[])[],
): string {
  const texts = [columns, ...rows.map((row) => row.map(cellText))];
  const widths = columns.map((_, column) => Math.max(...texts.map((row) => [...row[column]].length)));
  const numeric = columns.map((_, column) => rows.some((row) => typeof row[column] === 'number'));
  const line = (row: readonly string[]) =>
    row
      .map((text, column) => {
        const room = ' '.repeat(widths[column] - [...text].length);
        return numeric[column] ? room + text : text + room;
      })
      .join('  ')
      .trimEnd();
  return texts.map(line).join('\n');
}
