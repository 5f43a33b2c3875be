import type { PlanStep } from '../plan/planDescription';
import { resizeChannels } from './channels';
import { type Ending, emitSums, endingSource } from './ending';
import type { Lowering } from './rule';
import { declareTile, each, kernelFromSource, returnTile, wholeLanes } from './source';

/**
 * How the cells that are summed along an axis depend on the output's cell o and the tap: ⌊o / per⌋ · step + reach(o mod per, tap).
 * A convolution has `per` 1 and its stride as `step`, its input gradient the reverse.
 */
export interface WindowAxis {
  /** Cells of the array that is summed. */
  readonly size: number;
  readonly outSize: number;
  readonly taps: number;
  readonly per: number;
  readonly step: number;
  /** Null where the tap meets no cell. */
  readonly reach: (phase: number, tap: number) => number | null;
}

/** A window of one channel each: the axes, and how many images and channels there are. */
export interface ChannelWindow {
  readonly batch: number;
  readonly channels: number;
  readonly rows: WindowAxis;
  readonly columns: WindowAxis;
}

/** Output cells of one call. */
interface Block {
  readonly quads: number;
  readonly height: number;
  readonly width: number;
}

/** A place of the sum's array that some outputs of a block read, counted from the block's base, and the outputs with their taps. */
interface Reading {
  readonly place: number;
  readonly uses: { readonly output: number; readonly tap: number }[];
}

/** What the outputs 0 … count − 1 of a block read along an axis, in the order of the places. */
function readings({ per, step, taps, reach }: WindowAxis, first: number, count: number): Reading[] {
  const all = new Map<number, Reading>();
  for (let output = 0; output < count; output++) {
    for (let tap = 0; tap < taps; tap++) {
      const reached = reach((first + output) % per, tap);
      if (reached === null) continue;
      const place = Math.floor((first + output) / per) * step + reached;
      const reading = all.get(place) ?? { place, uses: [] };
      reading.uses.push({ output, tap });
      all.set(place, reading);
    }
  }
  return [...all.values()].sort((a, b) => a.place - b.place);
}

/** Multiply-adds, written out, that a kernel may have: beyond, compiling takes longer than is gained. */
const longest = 2400;

/** Where a block of columns stands: `at` its first output column, or null for any at which all that it reads lies inside. */
type Position = number | null;

/** The lines that sum one block of columns; borders are known when they are written, but for those above and below. */
function sumBlock(
  { channels, rows, columns }: ChannelWindow,
  { quads, height, width }: Block,
  phase: number,
  at: Position,
): string {
  const base = at === null ? 0 : (at / columns.per) * columns.step;
  const across = readings(columns, 0, width)
    .map(({ place, uses }) => ({
      place,
      uses: uses.filter(({ output }) => at === null || at + output < columns.outSize),
    }))
    .filter(
      ({ place, uses }) => uses.length > 0 && (at === null || (base + place >= 0 && base + place < columns.size)),
    );
  if (across.length === 0) return '';
  const left = across[0].place;
  const taps = [...new Set(across.flatMap(({ uses }) => uses.map(({ tap }) => tap)))];
  return readings(rows, phase, height)
    .map(({ place: down, uses: rowUses }) => {
      const weights = rowUses.flatMap(({ tap: i }) =>
        taps.map((j) =>
          each(quads, (quad) => {
            return `const w${i}_${j}_${quad} = w[${(i * columns.taps + j) * channels + 4 * quad} + this.thread.x];`;
          }),
        ),
      );
      const sums = across.map(({ place, uses }) =>
        each(quads, (quad) => {
          const number = `v${place - left}_${quad}`;
          const lines = uses.flatMap(({ output, tap: j }) =>
            rowUses.map(
              ({ output: row, tap: i }) => `s${row * width + output}_${quad} += ${number} * w${i}_${j}_${quad};`,
            ),
          );
          return `const ${number} = x[at + ${(place - left) * channels + 4 * quad}];\n${lines.join('\n')}`;
        }),
      );
      return `{
const row = top + ${down};
if (row >= 0 && row < ${rows.size}) {
const at = ((n * ${rows.size} + row) * ${columns.size} + ${at === null ? `base + ${left}` : base + left}) * ${channels} + this.thread.x;
${weights.join('\n')}
${sums.join('\n')}
}
}`;
    })
    .join('\n');
}

/** Distances from a block's base to the first and last column that it reads. */
function reachOf({ columns }: ChannelWindow, width: number): { low: number; high: number } {
  const places = readings(columns, 0, width).map(({ place }) => place);
  return { low: Math.min(...places), high: Math.max(...places) };
}

/** The blocks of a row: at which columns they begin, and which of them read and write inside the arrays alone. */
function blocksOf(window: ChannelWindow, { width }: Block) {
  const { columns } = window;
  const { low, high } = reachOf(window, width);
  const begins = Array.from({ length: Math.ceil(columns.outSize / width) }, (_, i) => i * width);
  const baseOf = (at: number) => (at / columns.per) * columns.step;
  const isInner = (at: number) =>
    baseOf(at) + low >= 0 && baseOf(at) + high < columns.size && at + width <= columns.outSize;
  const inner = begins.filter(isInner);
  return { inner, outer: begins.filter((at) => !isInner(at)), low, last: inner.length > 0 ? baseOf(inner.at(-1)!) : 0 };
}

/** Nested choices, the last without a test. */
function choose(branches: readonly { readonly test: string; readonly lines: string }[]): string {
  return branches.reduceRight(
    (rest, { test, lines }) => (rest === '' ? lines : `if (${test}) {\n${lines}\n} else {\n${rest}\n}`),
    '',
  );
}

const quotient = (source: string, divisor: number) =>
  divisor === 1 ? source : `Math.floor((${source} + 0.5) / ${divisor})`;

/** The kernel of a window over each channel by itself, a block of outputs a call; null where it would become too long. */
function bodyOf(
  window: ChannelWindow,
  block: Block,
  finish: (at: Position) => string,
  start?: (quad: number) => string,
) {
  const { rows, columns } = window;
  const { inner, outer, low, last } = blocksOf(window, block);
  const lines = (phase: number, at: Position) => `${sumBlock(window, block, phase, at)}\n${finish(at)}`;
  const phases = block.height % rows.per === 0 ? [0] : Array.from({ length: rows.per }, (_, phase) => phase);
  const branches = phases.map((phase) => ({
    test: `phase === ${phase}`,
    lines: choose([
      ...(inner.length > 0 ? [{ test: `base >= ${-low} && base < ${last + 1}`, lines: lines(phase, null) }] : []),
      ...outer.map((at) => ({ test: `this.thread.y === ${at}`, lines: lines(phase, at) })),
    ]),
  }));
  const tile = { quads: block.quads, rows: block.height * block.width };
  return `
const n = Math.floor((this.thread.z + 0.5) / ${rows.outSize});
const own = this.thread.z - n * ${rows.outSize};
const group = ${quotient('own', rows.per)};
const phase = own - group * ${rows.per};
const top = group * ${rows.step};
const base = ${quotient('this.thread.y', columns.per)} * ${columns.step};
${declareTile(tile, start)}
${choose(branches)}
${returnTile(tile)}`;
}

/** Written-out multiply-adds of a block of columns in all its branches. */
function lengthOf(window: ChannelWindow, block: Block): number {
  const { rows, columns } = window;
  const { inner, outer } = blocksOf(window, block);
  const phases = block.height % rows.per === 0 ? 1 : rows.per;
  const share = (rows.taps / rows.per) * (columns.taps / columns.per);
  return phases * (Math.min(1, inner.length) + outer.length) * block.quads * block.width * block.height * share;
}

/** Bytes of a first-level cache line, and sets and ways of such a cache, as most processors have them. */
const cache = { line: 64, sets: 64, ways: 8 };

/** Lines that cells side by side may occupy at once: few where the distance between them is a multiple of a large power of 2. */
function linesAtOnce(channels: number): number {
  const bytes = 4 * channels;
  let sets = cache.sets;
  for (let step = bytes / cache.line; sets > 1 && Number.isInteger(step) && step % 2 === 0; step /= 2) sets /= 2;
  return sets * cache.ways;
}

/**
 * The block of a window. More columns share more of what they read; up to eight sums and the weights of a row fit the registers. Two rows
 * share what both read. Where cells side by side fall into the same lines of the cache, a call takes more of each line.
 */
function chooseBlock(window: ChannelWindow): Block | null {
  const { rows, columns, channels } = window;
  const isCrowded = linesAtOnce(channels) < 32 && (channels / 4) % 2 === 0;
  const most = isCrowded ? 5 : columns.per > 1 ? 14 : 8;
  const widths = Array.from({ length: most }, (_, i) => i + 1).filter((width) => width % columns.per === 0);
  if (widths.length === 0) return null;
  // A call costs about as much as the sums of two more columns.
  const cost = (width: number) => Math.ceil(columns.outSize / width) * (width + 2);
  const width = widths.reduce((best, next) => (cost(next) <= cost(best) ? next : best));
  const pair = rows.per > 1 ? rows.per : rows.taps * columns.taps <= 9 && !isCrowded ? 2 : 1;
  const height = rows.outSize % pair === 0 && pair * width <= 28 ? pair : 1;
  const block = { quads: isCrowded ? 2 : 1, height, width };
  return [block, { ...block, height: 1 }].find((each) => lengthOf(window, each) <= longest) ?? null;
}

/**
 * Emits the sums of windows over each channel by itself, x `[batch, height, width, channels]` with weights `[taps, taps, channels]`.
 * Neighbors share what they read, and there is no border to be written around the images.
 * @returns null where the window is so large that the plain kernel does as well.
 */
export function sumChannels(lowering: Lowering, x: number, w: number, window: ChannelWindow): number | null {
  const { batch, channels, rows, columns } = window;
  const wide = wholeLanes(channels);
  const whole = { ...window, channels: wide };
  const block = chooseBlock(whole);
  if (!block) return null;
  const filled = resizeChannels(lowering, x, batch * rows.size * columns.size, channels, wide);
  const weights = resizeChannels(lowering, w, rows.taps * columns.taps, channels, wide);
  const cells = batch * rows.outSize * columns.outSize;
  const make = (ending: Ending): PlanStep => {
    const tile = { quads: block.quads, rows: block.height * block.width };
    const { parameters, inputs, constants, scalars, start, finish } = endingSource(ending, tile);
    const end = (at: Position) =>
      finish((row) => {
        const [down, across] = [Math.floor(row / block.width), row % block.width];
        if (at !== null && at + across >= columns.outSize) return null;
        const column = at === null ? `this.thread.y + ${across}` : `${at + across}`;
        return `((this.thread.z + ${down}) * ${columns.outSize} + ${column}) * ${wide} + this.thread.x`;
      });
    return {
      kernel: kernelFromSource('depthwiseTiled', ['x', 'w', ...parameters], bodyOf(whole, block, end, start)),
      grid: [wide, columns.outSize, batch * rows.outSize],
      constants: { ...constants, TILE_X: block.quads, TILE_Y: block.width, TILE_Z: block.height },
      scalars,
      inputs: [filled, weights, ...inputs],
    };
  };
  const sums = emitSums(lowering, { channels: wide, cells, make });
  return resizeChannels(lowering, sums, cells, wide, channels);
}
