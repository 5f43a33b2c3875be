import { type BareWindow, borderOf } from './convWindow';
import { padImage } from './padImage';
import type { Lowering } from './rule';
import { chooseSumTile, declareTile, kernelFromSource, multiplyAdd, returnTile, type Tile } from './source';

/** A convolution in groups, over an image without a border. */
export type GroupedWindow = BareWindow & { inPerGroup: number; outPerGroup: number };

/** Input channels of a group × 4 to 16 output channels; of narrow groups all channels for a whole row of taps, while the registers hold them. */
function chooseGradientTile({ inPerGroup, outPerGroup, kernelWidth }: GroupedWindow): {
  tile: Tile;
  tapsAtOnce: number;
} {
  const tile = chooseSumTile(outPerGroup, inPerGroup);
  const isNarrow = tile.rows === inPerGroup && tile.quads * tile.rows * kernelWidth <= 12;
  return isNarrow
    ? { tile: { ...tile, rows: inPerGroup * kernelWidth }, tapsAtOnce: kernelWidth }
    : { tile, tapsAtOnce: 1 };
}

/**
 * Emits the weight gradient of a convolution in groups, whose outPerGroup is a multiple of 4. The grid counts channels of a group, groups, and
 * blocks × taps × input channels of a group.
 * @returns the step that gives `[blocks, taps, inPerGroup, outChannels]`.
 */
export function groupedWeightGradient(
  lowering: Lowering,
  x: number,
  upstream: number,
  window: GroupedWindow,
  blockRows: number,
): number {
  const { batch, height, width, inChannels, outHeight, outWidth, outChannels, kernelHeight, kernelWidth } = window;
  const { strideY, strideX, dilationY, dilationX, inPerGroup, outPerGroup } = window;
  const { before, after, paddedHeight, paddedWidth } = borderOf(window);
  const padded = padImage(lowering, x, { batch, height, width, channels: inChannels, before, after });
  const taps = kernelHeight * kernelWidth;
  const { tile, tapsAtOnce } = chooseGradientTile(window);
  const offset = (row: number) =>
    tapsAtOnce === 1 ? row : Math.floor(row / inPerGroup) * dilationX * inChannels + (row % inPerGroup);
  // One loop per image row, written out: the code generator moves more out of a loop that is not nested.
  const loops = Array.from({ length: blockRows }, (_, r) => {
    const sums = multiplyAdd(
      tile,
      (quad) => `g[from + ${r * outWidth * outChannels} + c * ${outChannels} + ${4 * quad}]`,
      (row) => `x[at + ${r * strideY * paddedWidth * inChannels + offset(row)} + c * ${strideX * inChannels}]`,
    );
    return `for (let c = 0; c < ${outWidth}; c++) {\n${sums}\n}`;
  });
  const body = `
const plane = Math.floor((this.thread.z + 0.5) / ${inPerGroup});
const first = this.thread.z - plane * ${inPerGroup};
const block = Math.floor((plane + 0.5) / ${taps});
const tap = plane - block * ${taps};
const i = Math.floor((tap + 0.5) / ${kernelWidth});
const j = tap - i * ${kernelWidth};
const n = Math.floor((block * ${blockRows} + 0.5) / ${outHeight});
const top = (block * ${blockRows} - n * ${outHeight}) * ${strideY} + i * ${dilationY} + n * ${paddedHeight};
const from = block * ${blockRows * outWidth * outChannels} + this.thread.y * ${outPerGroup} + this.thread.x;
const at = (top * ${paddedWidth} + j * ${dilationX}) * ${inChannels} + this.thread.y * ${inPerGroup} + first;
${declareTile(tile)}
${loops.join('\n')}
${returnTile(tile)}`;
  return lowering.emit({
    kernel: kernelFromSource('groupedWeightGradientTiled', ['x', 'g'], body),
    grid: [outPerGroup, inChannels / inPerGroup, ((batch * outHeight) / blockRows) * taps * inPerGroup],
    constants: { TILE_X: tile.quads, TILE_Y: 1, TILE_Z: tile.rows },
    scalars: {},
    inputs: [padded, upstream],
  });
}
