import type { PlanStep } from '../plan/planDescription';
import { resizeChannels } from './channels';
import type { WindowAxis } from './depthwise';
import { type Ending, emitSums, endingSource } from './ending';
import { padImage } from './padImage';
import type { Lowering } from './rule';
import { chooseSumTile, declareTile, kernelFromSource, multiplyAdd, returnTile, type Tile } from './source';

/** A window over the channels of groups: channels of the array that is summed and of the output, and how many groups they form. */
export interface GroupWindow {
  readonly batch: number;
  readonly groups: number;
  readonly inPerGroup: number;
  readonly outPerGroup: number;
  readonly rows: WindowAxis;
  readonly columns: WindowAxis;
}

/** Cells that the window reaches before the first and behind the last one of an axis. */
function borderOf({ size, outSize, per, step, taps, reach }: WindowAxis): [number, number] {
  const ends = [0, outSize - 1].map((output) => {
    const places: number[] = [];
    // The neighbors' phases may reach further than the end's own.
    for (let phase = 0; phase < per; phase++) {
      for (let tap = 0; tap < taps; tap++) {
        const place = reach(phase, tap);
        if (place !== null) places.push(Math.floor(output / per) * step + place);
      }
    }
    return places;
  });
  return [Math.max(0, -Math.min(0, ...ends[0])), Math.max(0, Math.max(0, ...ends[1]) - size + 1)];
}

/** A tile, and whether it may go on in the next row of the output. */
interface GroupTile {
  readonly tile: Tile;
  readonly broken: boolean;
}

/**
 * The tile of a window: a few cells of a row of the output × channels of one group. Where no good number of cells divides a row, a tile may go
 * on in the next one; with a stride it may not, since its cells meet different taps. Null where none holds whole strides.
 */
function chooseGroupTile({ outPerGroup, rows, columns }: GroupWindow): GroupTile | null {
  const tile = chooseSumTile(outPerGroup, columns.outSize, columns.per);
  if (columns.outSize % tile.rows || columns.per > 8) return null;
  if (tile.quads * tile.rows >= 6 || rows.per > 1 || columns.per > 1) return { tile, broken: false };
  return { tile: chooseSumTile(outPerGroup, 24), broken: true };
}

/** The image with its border, of which the cells before the first are `above` rows and `left` columns. */
interface Padded {
  readonly index: number;
  readonly height: number;
  readonly width: number;
  readonly above: number;
  readonly left: number;
}

function pad(lowering: Lowering, x: number, { batch, groups, inPerGroup, rows, columns }: GroupWindow): Padded {
  const [above, below] = borderOf(rows);
  const [left, right] = borderOf(columns);
  const image = { batch, height: rows.size, width: columns.size, channels: groups * inPerGroup };
  const index = padImage(lowering, x, { ...image, before: [above, left], after: [below, right] });
  return { index, height: rows.size + above + below, width: columns.size + left + right, above, left };
}

const quotient = (source: string, divisor: number) =>
  divisor === 1 ? source : `Math.floor((${source} + 0.5) / ${divisor})`;

/** Declares where in the padded image the window of a tile's cell begins, `base<cell>`; past the last cell it is the last one's. */
function declarePlace({ batch, groups, inPerGroup, rows, columns }: GroupWindow, image: Padded, cell: number): string {
  const last = batch * rows.outSize * columns.outSize - 1;
  const channels = groups * inPerGroup;
  return `
const cell${cell} = ${cell === 0 ? 'this.thread.z' : `Math.min(this.thread.z + ${cell}, ${last})`};
const line${cell} = Math.floor((cell${cell} + 0.5) / ${columns.outSize});
const n${cell} = Math.floor((line${cell} + 0.5) / ${rows.outSize});
const own${cell} = line${cell} - n${cell} * ${rows.outSize};
const down${cell} = ${quotient(`own${cell}`, rows.per)};
const top${cell} = n${cell} * ${image.height} + down${cell} * ${rows.step};
const across${cell} = ${quotient(`(cell${cell} - line${cell} * ${columns.outSize})`, columns.per)};
const base${cell} = (top${cell} * ${image.width} + across${cell} * ${columns.step}) * ${channels} + this.thread.y * ${inPerGroup};`;
}

/** The loop over the input channels of a group for one tap; empty where no cell of the tile meets it. */
function sumTap(window: GroupWindow, image: Padded, { tile, broken }: GroupTile, phase: number, i: number, j: number) {
  const { groups, inPerGroup, outPerGroup, rows, columns } = window;
  const down = rows.reach(phase, i);
  if (down === null) return '';
  const number = (row: number) => {
    const across = columns.reach(row % columns.per, j);
    if (across === null) return null;
    const moved = broken ? 0 : Math.floor(row / columns.per) * columns.step;
    const place = (down + image.above) * image.width + across + image.left + moved;
    return `x[base${broken ? row : 0} + ${place * groups * inPerGroup} + q]`;
  };
  if (Array.from({ length: tile.rows }, (_, row) => number(row)).every((source) => source === null)) return '';
  const first = (i * columns.taps + j) * inPerGroup;
  const vector = (quad: number) =>
    `w[(${first} + q) * ${groups * outPerGroup} + this.thread.y * ${outPerGroup} + this.thread.x + ${4 * quad}]`;
  return `for (let q = 0; q < ${inPerGroup}; q++) {\n${multiplyAdd(tile, vector, number)}\n}`;
}

/** The loops over all taps; which of them count depends on the row's remainder where the window has a stride. */
function sumTaps(window: GroupWindow, image: Padded, chosen: GroupTile): string {
  const { rows, columns } = window;
  const taps = Array.from({ length: rows.taps * columns.taps }, (_, tap) => tap);
  const branch = (phase: number) =>
    taps
      .map((tap) => sumTap(window, image, chosen, phase, Math.floor(tap / columns.taps), tap % columns.taps))
      .join('\n');
  let sums = branch(rows.per - 1);
  for (let phase = rows.per - 2; phase >= 0; phase--) {
    sums = `if (phase === ${phase}) {\n${branch(phase)}\n} else {\n${sums}\n}`;
  }
  return `const phase = own0 - down0 * ${rows.per};\n${sums}`;
}

/**
 * Emits the sums of windows over the channels of each group, x `[batch, height, width, groups · inPerGroup]` with weights `[taps, taps,
 * inPerGroup, groups · outPerGroup]`; outPerGroup is a multiple of 4. The grid counts channels of a group, groups, and cells, so that all
 * lanes of a call belong to one group.
 * @returns null where no tile holds whole strides.
 */
export function sumGroups(lowering: Lowering, x: number, w: number, window: GroupWindow): number | null {
  const { batch, groups, outPerGroup, rows } = window;
  const { outSize, per } = window.columns;
  // Columns are filled up to whole strides, and cut afterwards.
  const filled = { ...window, columns: { ...window.columns, outSize: Math.ceil(outSize / per) * per } };
  const chosen = chooseGroupTile(filled);
  if (!chosen) return null;
  const { tile, broken } = chosen;
  const image = pad(lowering, x, filled);
  const cells = batch * rows.outSize * filled.columns.outSize;
  const places = Array.from({ length: broken ? tile.rows : 1 }, (_, cell) => declarePlace(filled, image, cell));
  const sums = sumTaps(filled, image, chosen);
  const make = (ending: Ending): PlanStep => {
    const channel = `this.thread.y * ${outPerGroup} + this.thread.x`;
    const { parameters, inputs, constants, scalars, start, finish } = endingSource(ending, tile, channel);
    const own = (row: number) =>
      `(${broken ? `cell${row}` : `(this.thread.z + ${row})`} * ${groups} + this.thread.y) * ${outPerGroup} + this.thread.x`;
    const body = `${places.join('\n')}
${declareTile(tile, start)}
${sums}
${finish(own)}
${returnTile(tile)}`;
    return {
      kernel: kernelFromSource('groupedTiled', ['x', 'w', ...parameters], body),
      grid: [outPerGroup, groups, cells],
      constants: { ...constants, TILE_X: tile.quads, TILE_Y: 1, TILE_Z: tile.rows },
      scalars,
      inputs: [image.index, w, ...inputs],
    };
  };
  const index = emitSums(lowering, { channels: groups * outPerGroup, cells, make });
  const row = groups * outPerGroup;
  return resizeChannels(lowering, index, batch * rows.outSize, filled.columns.outSize * row, outSize * row);
}
