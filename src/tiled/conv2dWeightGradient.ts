import { resizeChannels } from './channels';
import { borderOf, convWindowOf } from './convWindow';
import { padImage } from './padImage';
import type { Rule } from './rule';
import {
  chooseSumTile,
  declareTile,
  kernelFromSource,
  multiplyAdd,
  returnTile,
  tileConstants,
  wholeLanes,
} from './source';

/** Weight gradient: each thread sums a few input channels × 4 to 16 output channels over a block of image rows. */
export const conv2dWeightGradient: Rule = (step, lowering) => {
  const window = convWindowOf(step);
  if (!window) return null;
  const {
    batch,
    height,
    width,
    inChannels,
    outHeight,
    outWidth,
    outChannels,
    kernelHeight,
    kernelWidth,
    strideY,
    strideX,
    dilationY,
    dilationX,
  } = window;
  const { blockRows } = step.constants;
  const [x, upstream] = step.inputs;
  const { before, after, paddedHeight, paddedWidth } = borderOf(window);
  const padded = padImage(lowering, x, { batch, height, width, channels: inChannels, before, after });
  const wide = wholeLanes(outChannels);
  const gradient = resizeChannels(lowering, upstream, batch * outHeight * outWidth, outChannels, wide);
  const tile = chooseSumTile(wide, inChannels);
  const taps = kernelHeight * kernelWidth;
  // One loop per image row, written out: the code generator moves more out of a loop that is not nested.
  const loops = Array.from({ length: blockRows }, (_, r) => {
    const sums = multiplyAdd(
      tile,
      (quad) => `g[from + ${r * outWidth * wide} + c * ${wide} + this.thread.x + ${4 * quad}]`,
      (row) =>
        `x[at + ${r * strideY * paddedWidth * inChannels} + c * ${strideX * inChannels} + this.thread.y + ${row}]`,
    );
    return `for (let c = 0; c < ${outWidth}; c++) {\n${sums}\n}`;
  });
  const body = `
const block = Math.floor((this.thread.z + 0.5) / ${taps});
const tap = this.thread.z - block * ${taps};
const i = Math.floor((tap + 0.5) / ${kernelWidth});
const j = tap - i * ${kernelWidth};
const n = Math.floor((block * ${blockRows} + 0.5) / ${outHeight});
const top = (block * ${blockRows} - n * ${outHeight}) * ${strideY} + i * ${dilationY} + n * ${paddedHeight};
const from = block * ${blockRows * outWidth * wide};
const at = (top * ${paddedWidth} + j * ${dilationX}) * ${inChannels};
${declareTile(tile)}
${loops.join('\n')}
${returnTile(tile)}`;
  const [, , planes] = step.grid;
  const partial = lowering.emit({
    kernel: kernelFromSource('conv2dWeightGradientTiled', ['x', 'g'], body),
    grid: [wide, inChannels, planes],
    constants: tileConstants(tile),
    scalars: {},
    inputs: [padded, gradient],
  });
  return resizeChannels(lowering, partial, inChannels * planes, wide, outChannels);
};
