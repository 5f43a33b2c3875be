import type { PlanStep } from '../plan/planDescription';
import { type Ending, emitSums, endingSource } from './ending';
import type { Lowering } from './rule';
import {
  chooseSumTile,
  declareTile,
  each,
  kernelFromSource,
  multiplyAdd,
  returnTile,
  type Tile,
  tileConstants,
} from './source';

/**
 * Sums for cells × columns: each cell takes some runs of numbers on the left, and each number meets a row of the right side. Matrix products
 * and convolutions are such sums; the cells form rows, as the outputs of an image do.
 */
export interface WindowSums {
  /** What the kernel is called. */
  readonly name: string;
  readonly left: number;
  /** `[length, columns]`, with the counts of all runs as length; for each row of cells one where `rightStep` is not 0. */
  readonly right: number;
  readonly columns: number;
  readonly rows: number;
  readonly rowCells: number;
  /** Declares `origin<name>`, where the first cell of a row of cells begins on the left; `row` is the row's source. */
  readonly declareOrigin: (name: string, row: string) => string;
  /** From one cell of a row to the next, on the left. */
  readonly cellStep: number;
  /** What a cell takes: `count` numbers from `offset` on. */
  readonly runs: readonly { readonly offset: number; readonly count: number }[];
  /** From one number of a run to the next. */
  readonly numberStep: number;
  /** From the right side of one row of cells to that of the next. */
  readonly rightStep: number;
}

/** How the tiles of a step stand in its grid. */
type Walk =
  /** `[columns, rowCells, rows]`: a tile lies within a row of cells. */
  | 'rows'
  /** `[columns, rows · rowCells]`: a tile may go on in the next row. */
  | 'cells'
  /** `[panel, panels, rows · rowCells]`: as `cells`, with the right side in panels as wide as a tile, one after the other. */
  | 'panels';

/** Numbers of a right side that stays in the first-level cache as it is. */
const smallRight = 2 ** 13;

/** Cells below which laying out the right side costs more than it gains. */
const fewCells = 32;

/** Cells of a row that no tile has to divide: all fit. */
const anyCells = 24;

/**
 * A large right side is laid out in panels, so that a tile's columns lie one behind the other: rows that are a power of 2 apart fall into the
 * same lines of the cache. Elsewhere a tile lies within a row where a good one divides it.
 */
function chooseWalk({ columns, rows, rowCells, runs, rightStep }: WindowSums): { walk: Walk; tile: Tile } {
  const tile = chooseSumTile(columns, rowCells);
  const length = runs.reduce((sum, { count }) => sum + count, 0);
  const cells = rows * rowCells;
  if (rightStep !== 0 || cells < 2) return { walk: 'rows', tile };
  if (length * columns > smallRight && cells >= fewCells) {
    return { walk: 'panels', tile: chooseSumTile(columns, anyCells) };
  }
  if (tile.quads * tile.rows < 6 && cells >= 4) return { walk: 'cells', tile: chooseSumTile(columns, anyCells) };
  return { walk: 'rows', tile };
}

/** Lays out `[length, columns]` as `[panels, length, width]`. */
function packPanels(lowering: Lowering, right: number, length: number, columns: number, quads: number): number {
  const width = 4 * quads;
  if (width === columns) return right;
  const values = each(quads, (quad) => {
    return `const v${quad} = b[this.thread.y * ${columns} + this.thread.z * ${width} + this.thread.x + ${4 * quad}];`;
  });
  const names = Array.from({ length: quads }, (_, quad) => `v${quad}`);
  return lowering.emit({
    kernel: kernelFromSource('packPanels', ['b'], `${values}\nreturn ${quads > 1 ? `[${names.join(', ')}]` : 'v0'};`),
    grid: [width, length, columns / width],
    constants: tileConstants({ quads, rows: 1 }),
    scalars: {},
    inputs: [right],
  });
}

/** The places of a tile's cells: declarations, and for each cell the source of where it begins on the left and of its number. */
interface Places {
  readonly declarations: string;
  readonly base: (cell: number) => string;
  readonly cell: (cell: number) => string;
}

function placesOf({ rows, rowCells, cellStep, declareOrigin }: WindowSums, walk: Walk, tile: Tile): Places {
  if (walk === 'rows') {
    return {
      declarations: `${declareOrigin('', 'this.thread.z')}\nconst base = origin + this.thread.y * ${cellStep};`,
      base: (cell) => `base + ${cell * cellStep}`,
      cell: (cell) => `(this.thread.z * ${rowCells} + this.thread.y + ${cell})`,
    };
  }
  const axis = walk === 'cells' ? 'this.thread.y' : 'this.thread.z';
  const count = rows * rowCells;
  if (rows === 1 && count % tile.rows === 0) {
    return {
      declarations: `${declareOrigin('', '0')}\nconst base = origin + ${axis} * ${cellStep};`,
      base: (cell) => `base + ${cell * cellStep}`,
      cell: (cell) => `(${axis} + ${cell})`,
    };
  }
  // Past the last cell, the last one is computed again; nothing stores it.
  const declarations = each(tile.rows, (cell) => {
    const place = cell > 0 && count % tile.rows > 0 ? `Math.min(${axis} + ${cell}, ${count - 1})` : `${axis} + ${cell}`;
    const line = rows === 1 ? '0' : `Math.floor((cell${cell} + 0.5) / ${rowCells})`;
    return `const cell${cell} = ${place};
const line${cell} = ${line};
${declareOrigin(`${cell}`, `line${cell}`)}
const base${cell} = origin${cell} + (cell${cell} - line${cell} * ${rowCells}) * ${cellStep};`;
  });
  return { declarations, base: (cell) => `base${cell}`, cell: (cell) => `cell${cell}` };
}

/** Emits the sums; what follows may join them. The result is `[rows, rowCells, columns]`. */
export function emitWindowSums(lowering: Lowering, sums: WindowSums): number {
  const { name, left, columns, rows, rowCells, runs, numberStep, rightStep } = sums;
  const { walk, tile } = chooseWalk(sums);
  const length = runs.reduce((sum, { count }) => sum + count, 0);
  const cells = rows * rowCells;
  const isPacked = walk === 'panels';
  const width = 4 * tile.quads;
  const right = isPacked ? packPanels(lowering, sums.right, length, columns, tile.quads) : sums.right;
  const { declarations, base, cell } = placesOf(sums, walk, tile);
  const step = numberStep === 1 ? 'q' : `q * ${numberStep}`;
  let first = 0;
  const loops = runs.map(({ offset, count }) => {
    const row = isPacked
      ? `(this.thread.y * ${length} + ${first} + q) * ${width}`
      : `${rightStep === 0 ? '' : `this.thread.z * ${rightStep} + `}(${first} + q) * ${columns}`;
    first += count;
    const lines = multiplyAdd(
      tile,
      (quad) => `b[${row} + this.thread.x + ${4 * quad}]`,
      (place) => `a[${base(place)} + ${offset} + ${step}]`,
    );
    return `for (let q = 0; q < ${count}; q++) {\n${lines}\n}`;
  });
  const channel = isPacked ? `this.thread.y * ${width} + this.thread.x` : 'this.thread.x';
  const grids = {
    rows: [columns, rowCells, rows],
    cells: [columns, cells],
    panels: [width, columns / width, cells],
  };
  const place = isPacked ? { TILE_X: tile.quads, TILE_Z: tile.rows, TILE_DEEP: 1 } : tileConstants(tile);
  const make = (ending: Ending): PlanStep => {
    const { parameters, inputs, constants, scalars, start, finish } = endingSource(ending, tile, channel);
    const body = `${declarations}
${declareTile(tile, start)}
${loops.join('\n')}
${finish((row) => `${cell(row)} * ${columns} + ${channel}`)}
${returnTile(tile)}`;
    return {
      kernel: kernelFromSource(name, ['a', 'b', ...parameters], body),
      grid: grids[walk],
      constants: { ...constants, ...place },
      scalars,
      inputs: [left, right, ...inputs],
    };
  };
  return emitSums(lowering, { channels: columns, cells, make });
}
