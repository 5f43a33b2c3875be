import type { NdArray } from 'ndarray';

/** Under this name Node, and whatever prints as Node does, looks for a value's own way of being printed. */
export const inspectSymbol: unique symbol = Symbol.for('nodejs.util.inspect.custom') as never;

const digits = (value: number) => String(Number.isInteger(value) ? value : Number(value.toPrecision(3)));

/** Numbers in a few words: all of them up to eight, else the least and the largest; ones that are not finite are counted. */
export function describeNumbers(numbers: ArrayLike<number>): string {
  if (numbers.length === 0) return 'empty';
  if (numbers.length <= 8) return Array.from(numbers, digits).join(', ');
  let [least, most, odd] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (let i = 0; i < numbers.length; i++) {
    if (!Number.isFinite(numbers[i])) odd++;
    else [least, most] = [Math.min(least, numbers[i]), Math.max(most, numbers[i])];
  }
  const range = odd < numbers.length ? `${digits(least)} … ${digits(most)}` : '';
  return [range, odd > 0 ? `${odd} not finite` : ''].filter(Boolean).join(', ');
}

/** Rows and columns of a matrix that are still printed one by one. */
const [mostRows, mostColumns] = [20, 12];

/** An ndarray as text: its type, its shape and, where a person can read them, its numbers; a matrix row by row. */
export function describeNdarray(array: NdArray): string {
  const { shape, dtype } = array;
  const head = `ndarray [${shape.join(', ')}] ${dtype}`;
  if (shape.some((size) => size === 0)) return `${head}: empty`;
  if (shape.length === 2 && shape[1] <= mostColumns) {
    const shown = Array.from({ length: Math.min(shape[0], mostRows) }, (_, row) =>
      Array.from({ length: shape[1] }, (_, column) => digits(array.get(row, column))),
    );
    const widths = Array.from({ length: shape[1] }, (_, i) => Math.max(...shown.map((row) => row[i].length)));
    const lines = shown.map((row) => `  ${row.map((text, i) => text.padStart(widths[i])).join('  ')}`);
    const more = shape[0] > mostRows ? [`  … ${shape[0] - mostRows} more rows`] : [];
    return [`${head}:`, ...lines, ...more].join('\n');
  }
  const numbers: number[] = [];
  const visit = (at: number[]) => {
    if (at.length === shape.length) numbers.push(array.get(...at));
    else for (let i = 0; i < shape[at.length]; i++) visit([...at, i]);
  };
  const size = shape.reduce((product, length) => product * length, 1);
  if (size > 1e6) return head;
  visit([]);
  return `${head}: ${describeNumbers(numbers)}`;
}
