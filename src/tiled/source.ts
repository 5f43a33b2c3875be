import type { KernelFunction } from '../plan/planDescription';
import { fusesMultiplyAdd } from '../simd';

/** Four lanes of SIMD: channels come in multiples of it. */
const lanes = 4;

/** Channels rounded up to whole lanes. */
export function wholeLanes(channels: number): number {
  return Math.ceil(channels / lanes) * lanes;
}

/** A register tile: `quads` × 4 neighboring channels of `rows` neighboring cells along y, computed by one thread. */
export interface Tile {
  readonly quads: number;
  readonly rows: number;
}

/** The constants by which the code generator knows a tile. */
export function tileConstants({ quads, rows }: Tile): Record<string, number> {
  return quads * rows > 1 ? { TILE_X: quads, TILE_Y: rows } : {};
}

/** Tiles from their text, such as `8×6 16×2`: channels × cells. */
function readTiles(text: string): Tile[] {
  return text.split(' ').map((tile) => {
    const [channels, rows] = tile.split('×').map(Number);
    return { quads: channels / lanes, rows };
  });
}

/**
 * Tiles of sums, the fastest first: the more numbers and vectors share, the fewer are loaded. Twelve accumulators fit the registers of
 * every SIMD machine where a product is added by one instruction, about ten where the product needs a register of its own. Measured by
 * test/bench/tune.mjs, see test/bench/tiles.txt and tilesBaseline.txt.
 */
const sumTiles = {
  fused: readTiles('8×6 8×5 16×2 8×4 12×3 8×3 12×2 4×7 4×8 4×6 4×5 8×2 16×1 16×3 12×4 4×4 12×1 4×3 8×1 4×2 4×1'),
  unfused: readTiles('12×3 8×5 16×2 8×4 12×2 8×3 4×8 8×2 8×6 16×1 16×3 12×4 4×6 4×5 4×7 4×4 12×1 4×3 8×1 4×2 4×1'),
};

/**
 * The tile of a long sum: the fastest that divides the output, `channels` (a multiple of 4) along x and `cells` along y. `step`: rows must be
 * a multiple of it.
 */
export function chooseSumTile(channels: number, cells: number, step = 1): Tile {
  const fits = ({ quads, rows }: Tile) => (channels / 4) % quads === 0 && cells % rows === 0 && rows % step === 0;
  return sumTiles[fusesMultiplyAdd() ? 'fused' : 'unfused'].find(fits) ?? { quads: 1, rows: step };
}

/** Accumulators of a tile of copies and short sums. */
const accumulators = 8;

/**
 * The largest tile that divides the output, for copies and short sums: `channels` along x must be a multiple of 4. `step`: rows must be a
 * multiple of it.
 */
export function chooseTile(
  channels: number,
  cells: number,
  { step = 1, widest = 2 }: { step?: number; widest?: number } = {},
): Tile {
  let quads = Math.min(widest, channels / 4);
  while ((channels / 4) % quads) quads--;
  let rows = Math.floor(accumulators / quads);
  while (rows > step && (cells % rows || rows % step)) rows--;
  return { quads, rows };
}

const functions = new Map<string, KernelFunction>();

/** The kernel of a source text; the same text gives the same function, so that plans are found again. */
export function kernelFromSource(name: string, parameters: readonly string[], body: string): KernelFunction {
  const text = `return function ${name}(${parameters.join(', ')}) {\n${body}\n}`;
  let kernel = functions.get(text);
  if (!kernel) {
    kernel = new Function(text)() as KernelFunction;
    functions.set(text, kernel);
  }
  return kernel;
}

/** A line of source for each number below `count`. */
export const each = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n');

/** Declares the tile's accumulators; `start` is the source of the first value of a quad in a row. */
export function declareTile(
  { quads, rows }: Tile,
  start: (quad: number, row: number) => string = () => '0.5 * 0',
): string {
  return each(rows, (row) => each(quads, (quad) => `let s${row}_${quad} = ${start(quad, row)};`));
}

/** One step of all sums: the tile's rows share the vectors, and its quads share the numbers. */
export function multiplyAdd(
  { quads, rows }: Tile,
  vector: (quad: number) => string,
  number: (row: number) => string | null,
): string {
  const vectors = each(quads, (quad) => `const v${quad} = ${vector(quad)};`);
  const sums = each(rows, (row) => {
    const source = number(row);
    if (source === null) return '';
    return `const u${row} = ${source};\n${each(quads, (quad) => `s${row}_${quad} += u${row} * v${quad};`)}`;
  });
  return `${vectors}\n${sums}`;
}

/** Hands back the tile, quads of a row side by side, or the one number where the tile is a single quad of a single row. */
export function returnTile({ quads, rows }: Tile): string {
  const names = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: quads }, (_, quad) => `s${row}_${quad}`),
  ).flat();
  return names.length === 1 ? `return ${names[0]};` : `return [${names.join(', ')}];`;
}
