import { matmul } from '../../kernels/matmul';
import { resizeChannels } from './channels';
import { rules as matmulRules } from './matmul';
import type { Lowering } from './rule';
import { chooseTile, declareTile, kernelFromSource, returnTile, tileConstants, wholeLanes } from './source';

/** The constants of the plain input gradient. */
interface Spread {
  batch: number;
  height: number;
  width: number;
  inChannels: number;
  outHeight: number;
  outWidth: number;
  outChannels: number;
  kernelHeight: number;
  kernelWidth: number;
  strideY: number;
  strideX: number;
  padY: number;
  padX: number;
  dilationY: number;
  dilationX: number;
}

/** Most numbers between the two steps: 64 MB. */
const maximumProducts = 2 ** 24;

/**
 * Input gradient of any stride and dilation in two steps: one matrix product of all outputs with all taps, then for each pixel the sum of
 * the products that lead there. Writing the products down pays where few windows share a pixel, as when the stride is large.
 * @returns null where the products are too many.
 */
export function tapProducts(lowering: Lowering, upstream: number, w: number, spread: Spread): number | null {
  const { batch, height, width, inChannels, outHeight, outWidth, outChannels, kernelHeight, kernelWidth } = spread;
  const { strideY, strideX, padY, padX, dilationY, dilationX } = spread;
  const taps = kernelHeight * kernelWidth;
  const wide = wholeLanes(inChannels);
  const cells = batch * outHeight * outWidth;
  if (cells * taps * wide > maximumProducts) return null;
  // Weights [tap, q, o] as [o, tap, q].
  const turned = lowering.emit({
    kernel: kernelFromSource(
      'turnTaps',
      ['w'],
      `return w[(this.thread.y * ${inChannels} + this.thread.x) * ${outChannels} + this.thread.z];`,
    ),
    grid: [inChannels, taps, outChannels],
    constants: {},
    scalars: {},
    inputs: [w],
  });
  const columns = taps * wide;
  const product = {
    kernel: matmul,
    grid: [columns, cells, 1],
    constants: { length: outChannels, aRow: outChannels, aColumn: 1, aBatch: 0, bRow: columns, bColumn: 1, bBatch: 0 },
    scalars: {},
    inputs: [upstream, resizeChannels(lowering, turned, outChannels * taps, inChannels, wide)],
  };
  const products = matmulRules.get(matmul)!(product, lowering)!;
  const tile = { ...chooseTile(wide, 1), rows: 1 };
  const sums = Array.from(
    { length: tile.quads },
    (_, quad) => `const v${quad} = p[at + ${4 * quad}];\ns0_${quad} += v${quad};`,
  );
  // Windows first to last reach a pixel; with a dilation, some of them step over it.
  const first = (place: string, kernel: number, stride: number, dilation: number) =>
    `Math.max(0, Math.floor((${place} - ${(kernel - 1) * dilation - stride} - 0.5) / ${stride}))`;
  const last = (place: string, size: number, stride: number) =>
    `Math.min(${size - 1}, Math.floor((${place} + 0.5) / ${stride}))`;
  const body = `
const n = Math.floor((this.thread.z + 0.5) / ${height});
const row = this.thread.z - n * ${height} + ${padY};
const column = this.thread.y + ${padX};
const top = ${first('row', kernelHeight, strideY, dilationY)};
const bottom = ${last('row', outHeight, strideY)};
const left = ${first('column', kernelWidth, strideX, dilationX)};
const right = ${last('column', outWidth, strideX)};
${declareTile(tile)}
for (let r = top; r <= bottom; r++) {
  const down = row - r * ${strideY};
  const i = Math.floor((down + 0.5) / ${dilationY});
  if (i * ${dilationY} === down) {
    for (let c = left; c <= right; c++) {
      const across = column - c * ${strideX};
      const j = Math.floor((across + 0.5) / ${dilationX});
      if (j * ${dilationX} === across) {
        const at = ((n * ${outHeight} + r) * ${outWidth} + c) * ${columns} + (i * ${kernelWidth} + j) * ${wide} + this.thread.x;
        ${sums.join('\n')}
      }
    }
  }
}
${returnTile(tile)}`;
  const gradient = lowering.emit({
    kernel: kernelFromSource('sumTapProducts', ['p'], body),
    grid: [wide, width, batch * height],
    constants: tileConstants(tile),
    scalars: {},
    inputs: [products],
  });
  return resizeChannels(lowering, gradient, batch * height * width, wide, inChannels);
}
