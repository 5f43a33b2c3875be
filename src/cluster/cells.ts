/** Rows of coordinates, `dimensions` of them each. */
type Rows = Float32Array | Float64Array;

/** Which cell each row lies in, and how many cells have one. */
export interface Cells {
  /** Number of the cell of each row; cells are numbered in the order in which they are met. */
  readonly cellOf: Int32Array;
  /** The first row of each cell. */
  readonly firstRow: number[];
}

/** Groups rows by the cell ⌊x / size⌋ of a grid they lie in. Only cells with a row cost anything, whatever the dimension. */
export function groupByCell(rows: Rows, dimensions: number, size: number): Cells {
  const count = rows.length / dimensions;
  const cellOf = new Int32Array(count);
  const firstRow: number[] = [];
  // A hash table with linear probing, at most half full.
  let capacity = 16;
  while (capacity < 2 * count) capacity *= 2;
  const table = new Int32Array(capacity).fill(-1);
  const coordinates = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) coordinates[i] = Math.floor(rows[i] / size);
  for (let i = 0; i < count; i++) {
    const base = i * dimensions;
    let hash = 0;
    for (let d = 0; d < dimensions; d++) {
      // Bitwise operators take a number modulo 2³²; the second term tells apart what that would not.
      const value = coordinates[base + d];
      hash = Math.imul(hash ^ value ^ Math.floor(value / 2 ** 32), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    let slot = hash & (capacity - 1);
    for (;;) {
      const cell = table[slot];
      if (cell < 0) {
        table[slot] = firstRow.length;
        cellOf[i] = firstRow.length;
        firstRow.push(i);
        break;
      }
      const other = firstRow[cell] * dimensions;
      let d = 0;
      while (d < dimensions && coordinates[other + d] === coordinates[base + d]) d++;
      if (d === dimensions) {
        cellOf[i] = cell;
        break;
      }
      slot = (slot + 1) & (capacity - 1);
    }
  }
  return { cellOf, firstRow };
}

/**
 * Splits rows into compact groups of at most `limit`: halved at the median of the widest coordinate until they are small enough.
 * @param selection the rows to split, by number; left as it is.
 */
export function compactGroups(rows: Rows, dimensions: number, selection: Int32Array, limit: number): Int32Array[] {
  if (selection.length <= limit) return selection.length > 0 ? [selection] : [];
  let widest = 0;
  let extent = -1;
  for (let d = 0; d < dimensions; d++) {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const row of selection) {
      const value = rows[row * dimensions + d];
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (high - low > extent) {
      extent = high - low;
      widest = d;
    }
  }
  const sorted = selection
    .slice()
    .sort((a, b) => rows[a * dimensions + widest] - rows[b * dimensions + widest] || a - b);
  // Whole groups to the left, so that only the last one is not full.
  const half = Math.ceil(sorted.length / limit / 2) * limit;
  return [
    ...compactGroups(rows, dimensions, sorted.slice(0, half), limit),
    ...compactGroups(rows, dimensions, sorted.slice(half), limit),
  ];
}
