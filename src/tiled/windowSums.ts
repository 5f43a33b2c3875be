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

/** Numbers of a right side that a second-level cache holds as it is: 512 KB. */
const smallRight = 2 ** 17;

/** Cells below which laying out the right side costs more than it gains. */
const fewCells = 16;

/** Rows of a tile whose cells lie anywhere: each needs an address of its own. */
const apartRows = 4;

/** A walk with its tile; `apart`: the cells of a tile may lie in several rows. */
interface Plan {
  readonly walk: Walk;
  readonly tile: Tile;
  readonly apart: boolean;
}

/**
 * A large right side is laid out in panels, so that a tile's columns lie one behind the other: rows that are a power of 2 apart fall into the
 * same lines of the cache. A tile divides a row of cells where a good one does.
 */
function choosePlan({ columns, rows, rowCells, runs, rightStep }: WindowSums): Plan {
  const own = chooseSumTile(columns, rowCells);
  const length = runs.reduce((sum, { count }) => sum + count, 0);
  const cells = rows * rowCells;
  const isGood = own.quads * own.rows >= 6;
  const packs = rightStep === 0 && length * columns > smallRight && cells >= fewCells;
  if (rightStep !== 0 || cells < 4 || (isGood && !packs)) return { walk: 'rows', tile: own, apart: false };
  const walk = packs ? 'panels' : 'cells';
  return isGood ? { walk, tile: own, apart: false } : { walk, tile: chooseSumTile(columns, apartRows), apart: true };
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

/** Where the cells of a tile lie: declarations, and for each cell the source of where it begins on the left and of its number. */
interface Places {
  readonly declarations: string;
  readonly base: (cell: number) => string;
  readonly cell: (cell: number) => string;
}

const axes = { rows: 'this.thread.y', cells: 'this.thread.y', panels: 'this.thread.z' };

/** Places of which a tile divides the rows. */
function straightPlaces({ rowCells, cellStep, declareOrigin }: WindowSums, { walk }: Plan): Places {
  const axis = axes[walk];
  const base = (cell: number) => `base + ${cell * cellStep}`;
  if (walk === 'rows') {
    return {
      declarations: `${declareOrigin('', 'this.thread.z')}\nconst base = origin + ${axis} * ${cellStep};`,
      base,
      cell: (cell) => `(this.thread.z * ${rowCells} + ${axis} + ${cell})`,
    };
  }
  return {
    declarations: `const line = Math.floor((${axis} + 0.5) / ${rowCells});
${declareOrigin('', 'line')}
const base = origin + (${axis} - line * ${rowCells}) * ${cellStep};`,
    base,
    cell: (cell) => `(${axis} + ${cell})`,
  };
}

/** Places in several rows. Past the last cell, the last one is computed again; nothing stores it. */
function apartPlaces({ rows, rowCells, cellStep, declareOrigin }: WindowSums, { walk, tile }: Plan): Places {
  const axis = axes[walk];
  const count = rows * rowCells;
  const declarations = each(tile.rows, (cell) => {
    const place = `${axis} + ${cell}`;
    return `const cell${cell} = ${count % tile.rows === 0 ? place : `Math.min(${place}, ${count - 1})`};
const line${cell} = Math.floor((cell${cell} + 0.5) / ${rowCells});
${declareOrigin(`${cell}`, `line${cell}`)}
const base${cell} = origin${cell} + (cell${cell} - line${cell} * ${rowCells}) * ${cellStep};`;
  });
  return { declarations, base: (cell) => `base${cell}`, cell: (cell) => `cell${cell}` };
}

/** The loops over all runs. */
function sumRuns(
  { columns, runs, numberStep, rightStep }: WindowSums,
  { walk, tile }: Plan,
  base: Places['base'],
): string {
  const length = runs.reduce((sum, { count }) => sum + count, 0);
  const width = 4 * tile.quads;
  const step = numberStep === 1 ? 'q' : `q * ${numberStep}`;
  let first = 0;
  const loops = runs.map(({ offset, count }) => {
    const row =
      walk === 'panels'
        ? `(this.thread.y * ${length} + ${first} + q) * ${width}`
        : `${rightStep === 0 ? '' : `this.thread.z * ${rightStep} + `}(${first} + q) * ${columns}`;
    first += count;
    const lines = multiplyAdd(
      tile,
      (quad) => `b[${row} + this.thread.x + ${4 * quad}]`,
      (cell) => `a[${base(cell)} + ${offset} + ${step}]`,
    );
    return `for (let q = 0; q < ${count}; q++) {\n${lines}\n}`;
  });
  return loops.join('\n');
}

/** Emits the sums; what follows may join them. The result is `[rows, rowCells, columns]`. */
export function emitWindowSums(lowering: Lowering, sums: WindowSums): number {
  const { name, left, columns, rows, rowCells, runs } = sums;
  const plan = choosePlan(sums);
  const { walk, tile } = plan;
  const length = runs.reduce((sum, { count }) => sum + count, 0);
  const cells = rows * rowCells;
  const width = 4 * tile.quads;
  const isPacked = walk === 'panels';
  const right = isPacked ? packPanels(lowering, sums.right, length, columns, tile.quads) : sums.right;
  const { declarations, base, cell } = (plan.apart ? apartPlaces : straightPlaces)(sums, plan);
  const channel = isPacked ? `this.thread.y * ${width} + this.thread.x` : 'this.thread.x';
  const grids = {
    rows: [columns, rowCells, rows],
    cells: [columns, cells],
    panels: [width, columns / width, cells],
  };
  const tileSize = isPacked ? { TILE_X: tile.quads, TILE_Z: tile.rows, TILE_DEEP: 1 } : tileConstants(tile);
  const make = (ending: Ending): PlanStep => {
    const { parameters, inputs, constants, scalars, start, finish } = endingSource(ending, tile, channel);
    const body = `${declarations}
${declareTile(tile, start)}
${sumRuns(sums, plan, base)}
${finish((row) => `${cell(row)} * ${columns} + ${channel}`)}
${returnTile(tile)}`;
    return {
      kernel: kernelFromSource(name, ['a', 'b', ...parameters], body),
      grid: grids[walk],
      constants: { ...constants, ...tileSize },
      scalars,
      inputs: [left, right, ...inputs],
    };
  };
  return emitSums(lowering, { channels: columns, cells, make });
}
