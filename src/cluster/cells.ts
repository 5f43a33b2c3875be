/** Rows of coordinates, `dimensions` of them each. */
type Rows = Float32Array | Float64Array;

/** Numbers the cells ⌊x / size⌋ of a grid in the order in which they are met. Only cells that were met cost anything. */
export class CellIndex {
  readonly #dimensions: number;
  readonly #size: number;
  /** A hash table with linear probing, at most half full: numbers of cells, or −1. */
  #table = new Int32Array(1024).fill(-1);
  /** Coordinates of the cells, by number. */
  #cells = new Float64Array(0);
  #count = 0;

  constructor(dimensions: number, size: number) {
    this.#dimensions = dimensions;
    this.#size = size;
    this.#cells = new Float64Array(512 * dimensions);
  }

  /** How many cells there are. */
  get count(): number {
    return this.#count;
  }

  /** Number of the cell in which a row lies; a cell that is new gets the next number. */
  numberOf(rows: Rows, row: number): number {
    const dimensions = this.#dimensions;
    if (2 * this.#count >= this.#table.length) this.#grow();
    const candidate = this.#count * dimensions;
    for (let d = 0; d < dimensions; d++) {
      this.#cells[candidate + d] = Math.floor(rows[row * dimensions + d] / this.#size);
    }
    const slot = this.#slotOf(this.#count);
    if (this.#table[slot] < 0) this.#table[slot] = this.#count++;
    return this.#table[slot];
  }

  /** Where a cell is in the table, or the free slot where it belongs. */
  #slotOf(cell: number): number {
    const cells = this.#cells;
    const dimensions = this.#dimensions;
    const base = cell * dimensions;
    const mask = this.#table.length - 1;
    let hash = 0;
    for (let d = 0; d < dimensions; d++) {
      hash = Math.imul(hash ^ cells[base + d], 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const other = this.#table[slot];
      if (other < 0) return slot;
      let d = 0;
      while (d < dimensions && cells[other * dimensions + d] === cells[base + d]) d++;
      if (d === dimensions) return slot;
    }
  }

  #grow(): void {
    const cells = new Float64Array(this.#cells.length * 2);
    cells.set(this.#cells);
    this.#cells = cells;
    this.#table = new Int32Array(this.#table.length * 2).fill(-1);
    for (let cell = 0; cell < this.#count; cell++) this.#table[this.#slotOf(cell)] = cell;
  }
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
