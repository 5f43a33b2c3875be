import * as plain from '../../kernels/pool2d';
import type { PlanStep } from '../plan/planDescription';
import type { Lowering, Rule } from './rule';
import {
  chooseTile,
  declareTile,
  each,
  kernelFromSource,
  returnTile,
  type Tile,
  tileConstants,
  wholeLanes,
} from './source';

/** The constants of a pooling step, with their meaning in src/ops/pool2d.ts. */
interface Pooling {
  height: number;
  width: number;
  channels: number;
  outHeight: number;
  outWidth: number;
  kernelHeight: number;
  kernelWidth: number;
  strideY: number;
  strideX: number;
  padY: number;
  padX: number;
  dilationY: number;
  dilationX: number;
}

function poolingOf({ constants }: PlanStep): Pooling {
  return constants as unknown as Pooling;
}

/** Whether channels are no whole number of quads, and tiles must be. */
function overhangs({ channels }: Pooling, { wholeTiles }: Lowering): boolean {
  return wholeTiles && channels % 4 > 0;
}

/** Whether some window reaches over the border. */
function reachesOut({ height, width, outHeight, outWidth, ...window }: Pooling): boolean {
  const { kernelHeight, kernelWidth, strideY, strideX, padY, padX, dilationY, dilationX } = window;
  const lastRow = (outHeight - 1) * strideY + (kernelHeight - 1) * dilationY - padY;
  const lastColumn = (outWidth - 1) * strideX + (kernelWidth - 1) * dilationX - padX;
  return padY > 0 || padX > 0 || lastRow >= height || lastColumn >= width;
}

/** What happens to the cell of one tap of a window. */
interface Taps {
  /** Once a tap, where it lies inside the image; the names at hand are `row` and `column` of the pixel. */
  readonly tap?: string;
  /** For each accumulator of the tile: `value` is the pixel's number. */
  readonly cell: (place: string, value: string) => string;
  /** Whether the accumulators begin with the first cell of their window; it may come again. */
  readonly begun?: boolean;
}

/**
 * Walks the taps of a window: a few output columns of several channels a call. Only where windows reach over the border is a tap
 * tested, and then a call computes one column, so that the test is the same for all of it.
 */
function walk(pooling: Pooling, tile: Tile, { tap = '', cell, begun = false }: Taps): string {
  const { height, width, channels, outHeight, ...window } = pooling;
  const { kernelHeight, kernelWidth, strideY, strideX, padY, padX, dilationY, dilationX } = window;
  const guarded = reachesOut(pooling);
  const cells = each(tile.rows, (row) =>
    each(tile.quads, (quad) => {
      const value = `v${row}_${quad}`;
      const read = `const ${value} = x[at + ${row * strideX * channels + 4 * quad}];`;
      return `${read}\n${cell(`${row}_${quad}`, value)}`;
    }),
  );
  const inside = `
const row = top + i * ${dilationY};
const column = left + j * ${dilationX};
${guarded ? `if (row >= 0 && row < ${height} && column >= 0 && column < ${width}) {` : ''}
const at = ((n * ${height} + row) * ${width} + column) * ${channels} + this.thread.x;
${tap}
${cells}
${guarded ? '}' : ''}`;
  return `
const n = Math.floor((this.thread.z + 0.5) / ${outHeight});
const top = (this.thread.z - n * ${outHeight}) * ${strideY} - ${padY};
const left = this.thread.y * ${strideX} - ${padX};
${
  begun && !guarded
    ? `for (let j = 1; j < ${kernelWidth}; j++) {
const i = 0;${inside}
}`
    : ''
}
for (let i = ${begun && !guarded ? 1 : 0}; i < ${kernelHeight}; i++) {
for (let j = 0; j < ${kernelWidth}; j++) {${inside}
}
}`;
}

/** A tile of a few output columns where no tap needs a test, else of one. */
function forwardTile(pooling: Pooling): Tile {
  const guarded = reachesOut(pooling);
  return chooseTile(wholeLanes(pooling.channels), guarded ? 1 : pooling.outWidth, { widest: guarded ? 4 : 2 });
}

const emitted = (step: PlanStep, tile: Tile, parameters: string[], body: string): PlanStep => ({
  ...step,
  kernel: kernelFromSource(`${step.kernel.name}Tiled`, parameters, body),
  constants: tileConstants(tile),
});

/** The first tap of a window that begins at `start` and lies inside the image, as in the plain kernel. */
const firstInside = (start: string, dilation: number) =>
  dilation === 1
    ? `Math.max(0, ${start})`
    : `${start} + ${dilation} * Math.max(0, Math.floor((${dilation - 0.5} - (${start})) / ${dilation}))`;

/** Where the windows of a tile begin: their first cells inside the image. */
const firstCells = ({ height, width, channels, outHeight, dilationY, dilationX, ...window }: Pooling) => `
const n0 = Math.floor((this.thread.z + 0.5) / ${outHeight});
const row0 = ${firstInside(`(this.thread.z - n0 * ${outHeight}) * ${window.strideY} - ${window.padY}`, dilationY)};
const column0 = ${firstInside(`this.thread.y * ${window.strideX} - ${window.padX}`, dilationX)};
const at0 = ((n0 * ${height} + row0) * ${width} + column0) * ${channels} + this.thread.x;`;

/** The number in the first cell of each window of a tile. */
const firstValue =
  ({ channels, strideX }: Pooling) =>
  (quad: number, row: number) =>
    `x[at0 + ${row * strideX * channels + 4 * quad}]`;

/** Whether a number takes the place of the largest: as in the plain kernels, where only NaN differs from itself. */
const wins = (value: string, largest: string) => `${value} > ${largest} || ${value} !== ${value}`;

const maximum: Rule = (step, lowering) => {
  const window = poolingOf(step);
  if (overhangs(window, lowering)) return null;
  const tile = forwardTile(window);
  const taps = walk(window, tile, {
    cell: (place, value) => `s${place} = ${wins(value, `s${place}`)} ? ${value} : s${place};`,
    begun: true,
  });
  const body = `${firstCells(window)}\n${declareTile(tile, firstValue(window))}\n${taps}\n${returnTile(tile)}`;
  return lowering.emit(emitted(step, tile, ['x'], body));
};

const indices: Rule = (step, lowering) => {
  const window = poolingOf(step);
  if (overhangs(window, lowering)) return null;
  const tile = forwardTile(window);
  const largest = declareTile(tile, firstValue(window)).replace(/\bs(?=\d)/g, 'm');
  const places = declareTile(tile, (_, row) => `row0 * ${window.width} + column0 + ${row * window.strideX}`);
  const taps = walk(window, tile, {
    tap: each(tile.rows, (row) => `const own${row} = row * ${window.width} + column + ${row * window.strideX};`),
    cell: (place, value) => {
      const own = `own${place.split('_')[0]}`;
      const won = wins(value, `m${place}`);
      return `s${place} = ${won} ? ${own} : s${place};\nm${place} = ${won} ? ${value} : m${place};`;
    },
    begun: true,
  });
  const body = `${firstCells(window)}\n${largest}\n${places}\n${taps}\n${returnTile(tile)}`;
  return lowering.emit(emitted(step, tile, ['x'], body));
};

const average: Rule = (step, lowering) => {
  const window = poolingOf(step);
  if (overhangs(window, lowering)) return null;
  const tile = forwardTile(window);
  const taps = walk(window, tile, { cell: (place, value) => `s${place} += ${value};` });
  const counts = each(tile.rows, (row) => `const count${row} = down * columns[this.thread.y + ${row}];`);
  const divided = each(tile.rows, (row) =>
    each(tile.quads, (quad) => `s${row}_${quad} = s${row}_${quad} / count${row};`),
  );
  const body = `${declareTile(tile)}
${taps}
const down = rows[this.thread.z - n * ${window.outHeight}];
${counts}
${divided}
${returnTile(tile)}`;
  return lowering.emit(emitted(step, tile, ['x', 'rows', 'columns'], body));
};

/**
 * Gradients: each pixel looks at the windows that cover it. `cell` gives the share of a window's cell, of which the names at hand are
 * `cell` (its index), `own` (the pixel's number in its plane) and `r`, `c` (the window's row and column).
 */
function gradient(
  step: PlanStep,
  parameters: string[],
  { setup = '', share }: { setup?: string; share: (cell: string) => string },
): PlanStep {
  const { height, width, channels, outHeight, outWidth, ...window } = poolingOf(step);
  const { kernelHeight, kernelWidth, strideY, strideX, padY, padX, dilationY, dilationX } = window;
  const tile = { ...chooseTile(wholeLanes(channels), 1, { widest: 4 }), rows: 1 };
  const sums = each(tile.quads, (quad) => `s0_${quad} += ${share(`cell + ${4 * quad}`)};`);
  const body = `
const n = Math.floor((this.thread.z + 0.5) / ${height});
const row = this.thread.z - n * ${height};
const own = row * ${width} + this.thread.y;
${declareTile(tile)}
for (let i = 0; i < ${kernelHeight}; i++) {
const top = row + ${padY} - i * ${dilationY};
const r = Math.floor((top + 0.5) / ${strideY});
if (r >= 0 && r < ${outHeight} && r * ${strideY} === top) {
for (let j = 0; j < ${kernelWidth}; j++) {
const left = this.thread.y + ${padX} - j * ${dilationX};
const c = Math.floor((left + 0.5) / ${strideX});
if (c >= 0 && c < ${outWidth} && c * ${strideX} === left) {
const cell = ((n * ${outHeight} + r) * ${outWidth} + c) * ${channels} + this.thread.x;
${setup}
${sums}
}
}
}
}
${returnTile(tile)}`;
  return emitted(step, tile, parameters, body);
}

/**
 * Windows that lie side by side: a pixel belongs to one, and a call computes whole windows of a row. Null where they overlap, leave pixels
 * between them, or do not fill the row.
 */
function sideBySide(
  step: PlanStep,
  parameters: string[],
  share: (cell: string, own: string) => string,
): PlanStep | null {
  const { height, width, channels, outHeight, outWidth, ...window } = poolingOf(step);
  const { kernelHeight, kernelWidth, strideY, strideX, padY, padX, dilationY, dilationX } = window;
  if (kernelHeight !== strideY || kernelWidth !== strideX || padY > 0 || padX > 0 || strideX > 4) return null;
  if (dilationY > 1 || dilationX > 1) return null;
  if (width !== outWidth * strideX || height !== outHeight * strideY) return null;
  const tile = chooseTile(wholeLanes(channels), width, { step: strideX });
  const values = each(tile.rows, (row) =>
    each(tile.quads, (quad) => {
      const cell = `cell + ${Math.floor(row / strideX) * channels + 4 * quad}`;
      return `s${row}_${quad} = ${share(cell, `(own + ${row})`)};`;
    }),
  );
  const body = `
const n = Math.floor((this.thread.z + 0.5) / ${height});
const row = this.thread.z - n * ${height};
const own = row * ${width} + this.thread.y;
const r = Math.floor((row + 0.5) / ${strideY});
const c = Math.floor((this.thread.y + 0.5) / ${strideX});
const cell = ((n * ${outHeight} + r) * ${outWidth} + c) * ${channels} + this.thread.x;
${declareTile(tile)}
${values}
${returnTile(tile)}`;
  return emitted(step, tile, parameters, body);
}

const maximumGradient: Rule = (step, lowering) => {
  if (overhangs(poolingOf(step), lowering)) return null;
  const parameters = ['indices', 'upstream'];
  const share = (cell: string, own: string) => `(indices[${cell}] === ${own} ? upstream[${cell}] : 0)`;
  return lowering.emit(
    sideBySide(step, parameters, share) ?? gradient(step, parameters, { share: (cell) => share(cell, 'own') }),
  );
};

const averageGradient: Rule = (step, lowering) => {
  const window = poolingOf(step);
  if (overhangs(window, lowering)) return null;
  const parameters = ['upstream', 'rows', 'columns'];
  const all = window.kernelHeight * window.kernelWidth;
  const whole = sideBySide(step, parameters, (cell) => `upstream[${cell}] / ${all}`);
  const setup = 'const count = rows[r] * columns[c];';
  return lowering.emit(whole ?? gradient(step, parameters, { setup, share: (cell) => `upstream[${cell}] / count` }));
};

export const rules = new Map<PlanStep['kernel'], Rule>([
  [plain.maxPool2d, maximum],
  [plain.maxPool2dIndices, indices],
  [plain.maxPool2dGradient, maximumGradient],
  [plain.avgPool2d, average],
  [plain.avgPool2dGradient, averageGradient],
]);
