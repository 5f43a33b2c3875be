import * as plain from '../../kernels/conv2d';
import { resizeChannels } from './channels';
import { conv2dWeightGradient } from './conv2dWeightGradient';
import { type BareWindow, borderOf, type ConvWindow, convWindowOf } from './convWindow';
import { padImage } from './padImage';
import { emitPointwise } from './pointwise';
import type { Lowering, Rule } from './rule';
import {
  chooseSumTile,
  declareTile,
  kernelFromSource,
  multiplyAdd,
  returnTile,
  tileConstants,
  wholeLanes,
} from './source';
import { tapProducts } from './tapProducts';
import { emitWindowSums } from './windowSums';

/**
 * Forward, over an image that holds its border. Along a row of the window, pixels and channels lie one behind the other, so one run of
 * kernelWidth · inChannels numbers serves each of the window's rows; where taps stand apart, each has a run of its own.
 */
function convolve(lowering: Lowering, x: number, w: number, window: ConvWindow): number {
  const { batch, height, width, inChannels, outHeight, outWidth, outChannels, kernelHeight, kernelWidth } = window;
  const { strideY, strideX, dilationY, dilationX } = window;
  const [runs, count] = dilationX === 1 ? [1, kernelWidth * inChannels] : [kernelWidth, inChannels];
  // Windows of one pixel that leave none out: all cells of all images lie in a row.
  const isPointwise = kernelHeight * kernelWidth === 1 && height === outHeight && width === outWidth;
  return emitWindowSums(lowering, {
    name: 'conv2dTiled',
    left: x,
    right: w,
    columns: outChannels,
    rows: isPointwise ? 1 : batch * outHeight,
    rowCells: isPointwise ? batch * outHeight * outWidth : outWidth,
    declareOrigin: (name, row) =>
      isPointwise
        ? `const origin${name} = 0;`
        : `const n${name} = Math.floor((${row} + 0.5) / ${outHeight});
const origin${name} = ((${row} - n${name} * ${outHeight}) * ${strideY} + n${name} * ${height}) * ${width * inChannels};`,
    cellStep: strideX * inChannels,
    runs: Array.from({ length: kernelHeight * runs }, (_, index) => {
      const [i, j] = [Math.floor(index / runs), index % runs];
      return { offset: (i * dilationY * width + j * dilationX) * inChannels, count };
    }),
    numberStep: 1,
    rightStep: 0,
  });
}

const forward: Rule = (step, lowering) => {
  const window = convWindowOf(step);
  if (!window) return null;
  const { batch, height, width, inChannels, outHeight, outWidth, outChannels, kernelHeight, kernelWidth } = window;
  const [x, w] = step.inputs;
  const { before, after, paddedHeight, paddedWidth } = borderOf(window);
  const image = { batch, height, width, channels: inChannels, before, after };
  const wide = wholeLanes(outChannels);
  const filters = resizeChannels(lowering, w, kernelHeight * kernelWidth * inChannels, outChannels, wide);
  const bordered = { ...window, height: paddedHeight, width: paddedWidth, outChannels: wide };
  const convolved = convolve(lowering, padImage(lowering, x, image), filters, bordered);
  return resizeChannels(lowering, convolved, batch * outHeight * outWidth, wide, outChannels);
};

/**
 * Weights [i, j, q, o] turned round for the way back: [kernelHeight − 1 − i, kernelWidth − 1 − j, o, q] if flipped, [i, j, o, q] if not,
 * the input channels widened to whole lanes.
 */
function turnedWeights(lowering: Lowering, w: number, window: ConvWindow, flip: boolean): number {
  const { kernelHeight, kernelWidth, inChannels, outChannels } = window;
  const taps = kernelHeight * kernelWidth;
  const tap = flip ? `(${taps - 1} - this.thread.z)` : 'this.thread.z';
  const body = `return w[(${tap} * ${inChannels} + this.thread.x) * ${outChannels} + this.thread.y];`;
  const turned = emitPointwise(lowering, {
    kernel: kernelFromSource('turnWeights', ['w'], body),
    grid: [inChannels, outChannels, taps],
    constants: {},
    scalars: {},
    inputs: [w],
  });
  return resizeChannels(lowering, turned, outChannels * taps, inChannels, wholeLanes(inChannels));
}

/**
 * Input gradient with a stride: which taps reach a pixel depends on its row and column modulo the stride. The rows of a tile cover all
 * columns' remainders, so those are known when the source is written; the row's remainder is one branch, the same for all lanes.
 */
function spread(lowering: Lowering, upstream: number, w: number, window: BareWindow): number | null {
  const { batch, height, width, inChannels, outHeight, outWidth, outChannels, kernelHeight, kernelWidth } = window;
  const { strideY, strideX, dilationY, dilationX, padY, padX } = window;
  const wide = wholeLanes(inChannels);
  // Columns are filled up to whole strides, and cut afterwards.
  const columns = Math.ceil(width / strideX) * strideX;
  // A tile must hold a whole stride.
  if (strideX > 4) return null;
  const tile = chooseSumTile(wide, columns, strideX);
  const low = (pad: number, reach: number, stride: number) => Math.floor((pad - reach) / stride);
  const high = (size: number, pad: number, stride: number) => Math.floor((size - 1 + pad) / stride);
  const before: [number, number] = [
    -Math.min(0, low(padY, dilationY * (kernelHeight - 1), strideY)),
    -Math.min(0, low(padX, dilationX * (kernelWidth - 1), strideX)),
  ];
  const after: [number, number] = [
    Math.max(0, high(height, padY, strideY) - outHeight + 1),
    Math.max(0, high(columns, padX, strideX) - outWidth + 1),
  ];
  const padded = padImage(lowering, upstream, {
    batch,
    height: outHeight,
    width: outWidth,
    channels: outChannels,
    before,
    after,
  });
  const paddedWidth = outWidth + before[1] + after[1];
  const paddedHeight = outHeight + before[0] + after[0];
  const branch = (remainder: number) => {
    const loops: string[] = [];
    for (let i = 0; i < kernelHeight; i++) {
      const up = remainder + padY - i * dilationY;
      if (((up % strideY) + strideY) % strideY) continue;
      const rowOffset = up / strideY + before[0];
      for (let j = 0; j < kernelWidth; j++) {
        const number = (row: number) => {
          const across = row + padX - j * dilationX;
          if (((across % strideX) + strideX) % strideX) return null;
          const offset = (rowOffset * paddedWidth + across / strideX + before[1]) * outChannels;
          return `g[base + ${offset} + o]`;
        };
        const vector = (quad: number) =>
          `w[(${(i * kernelWidth + j) * outChannels} + o) * ${wide} + this.thread.x + ${4 * quad}]`;
        loops.push(`for (let o = 0; o < ${outChannels}; o++) {\n${multiplyAdd(tile, vector, number)}\n}`);
      }
    }
    return loops.join('\n');
  };
  let branches = branch(strideY - 1);
  for (let remainder = strideY - 2; remainder >= 0; remainder--) {
    branches = `if (remainder === ${remainder}) {\n${branch(remainder)}\n} else {\n${branches}\n}`;
  }
  const body = `
const n = Math.floor((this.thread.z + 0.5) / ${height});
const row = this.thread.z - n * ${height};
const top = Math.floor((row + 0.5) / ${strideY});
const remainder = row - top * ${strideY};
const left = Math.floor((this.thread.y + 0.5) / ${strideX});
const base = ((n * ${paddedHeight} + top) * ${paddedWidth} + left) * ${outChannels};
${declareTile(tile)}
${branches}
${returnTile(tile)}`;
  const gradient = lowering.emit({
    kernel: kernelFromSource('conv2dInputGradientTiled', ['g', 'w'], body),
    grid: [wide, columns, batch * height],
    constants: tileConstants(tile),
    scalars: {},
    inputs: [padded, turnedWeights(lowering, w, window, false)],
  });
  const cut = resizeChannels(lowering, gradient, batch * height, columns * wide, width * wide);
  return resizeChannels(lowering, cut, batch * height * width, wide, inChannels);
}

const inputGradient: Rule = (step, lowering) => {
  const window = convWindowOf(step);
  if (!window) return null;
  const { batch, height, width, inChannels, outHeight, outWidth, outChannels, padY, padX } = window;
  const [upstream, w] = step.inputs;
  const byProducts = () => tapProducts(lowering, upstream, w, window);
  const reach = [window.dilationY * (window.kernelHeight - 1), window.dilationX * (window.kernelWidth - 1)];
  if (padY > reach[0] || padX > reach[1]) return byProducts();
  if (window.strideY > 1 || window.strideX > 1) return spread(lowering, upstream, w, window) ?? byProducts();
  // Without a stride the way back is a convolution too, with the weights turned round.
  // A transposed one may have pixels more at the bottom and right.
  const before: [number, number] = [reach[0] - padY, reach[1] - padX];
  const after: [number, number] = [height - outHeight + padY, width - outWidth + padX];
  // Windows that lie on the border alone have no way back.
  if (after[0] < 0 || after[1] < 0) return byProducts();
  const image = { batch, height: outHeight, width: outWidth, channels: outChannels, before, after };
  const wide = wholeLanes(inChannels);
  const gradient = convolve(lowering, padImage(lowering, upstream, image), turnedWeights(lowering, w, window, true), {
    ...window,
    height: outHeight + before[0] + after[0],
    width: outWidth + before[1] + after[1],
    inChannels: outChannels,
    outHeight: height,
    outWidth: width,
    outChannels: wide,
  });
  return resizeChannels(lowering, gradient, batch * height * width, wide, inChannels);
};

export const rules = new Map([
  [plain.conv2d, forward],
  [plain.conv2dInputGradient, inputGradient],
  [plain.conv2dWeightGradient, conv2dWeightGradient],
]);
