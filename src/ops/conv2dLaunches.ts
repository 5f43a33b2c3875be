import * as plain from '../../kernels/conv2d';
import * as grouped from '../../kernels/conv2dGrouped';
import { applyKernel, type Tensor } from '../tensor/tensor';
import type { ConvGeometry } from './convGeometry';
import { sum } from './reduce';

// A convolution is linear in the image and in the filters: Σ y · conv(x, w) is one number that depends linearly on x, w and y each. Its
// slopes with respect to the three are the three launches below. Each is what one operation computes and what others have as gradient.

function constantsOf({ x, weight, y, groups, axes: [vertical, horizontal] }: ConvGeometry): Record<string, number> {
  const constants = {
    batch: x[0],
    height: vertical.size,
    width: horizontal.size,
    inChannels: x[3],
    outHeight: vertical.outSize,
    outWidth: horizontal.outSize,
    outChannels: y[3],
    kernelHeight: vertical.kernel,
    kernelWidth: horizontal.kernel,
    strideY: vertical.stride,
    strideX: horizontal.stride,
    padY: vertical.before,
    padX: horizontal.before,
    dilationY: vertical.dilation,
    dilationX: horizontal.dilation,
  };
  return groups === 1 ? constants : { ...constants, inPerGroup: weight[2], outPerGroup: weight[3] / groups };
}

/** One thread per channel, column, and row of an image. */
function imageGrid([batch, height, width, channels]: readonly number[]): number[] {
  return [channels, width, batch * height];
}

/** Image and filters → features, `geometry.y`: every window weighs the pixels that it covers. */
export function launchConv2d(x: Tensor, weight: Tensor, geometry: ConvGeometry): Tensor {
  return applyKernel(geometry.groups === 1 ? plain.conv2d : grouped.conv2dGrouped, {
    inputs: [x, weight],
    shape: geometry.y,
    grid: imageGrid(geometry.y),
    constants: constantsOf(geometry),
  });
}

/** Features and filters → image, `geometry.x`: every window hands its number back to the pixels that it covers, weighed alike. */
export function launchConv2dInputGradient(y: Tensor, weight: Tensor, geometry: ConvGeometry): Tensor {
  return applyKernel(geometry.groups === 1 ? plain.conv2dInputGradient : grouped.conv2dGroupedInputGradient, {
    inputs: [y, weight],
    shape: geometry.x,
    grid: imageGrid(geometry.x),
    constants: constantsOf(geometry),
  });
}

/** Image and features → filters, `geometry.weight`: a tap meets pixel after pixel and the numbers of their windows. */
export function launchConv2dWeightGradient(x: Tensor, y: Tensor, geometry: ConvGeometry): Tensor {
  const { weight: shape, groups } = geometry;
  const [kernelHeight, kernelWidth, inPerGroup, outChannels] = shape;
  const taps = kernelHeight * kernelWidth;
  const constants = constantsOf(geometry);
  const [batch, outHeight] = geometry.y;
  const blockRows = rowsPerBlock(outHeight);
  const blocks = (batch * outHeight) / blockRows;
  const partial = applyKernel(groups === 1 ? plain.conv2dWeightGradient : grouped.conv2dGroupedWeightGradient, {
    inputs: [x, y],
    shape: [blocks, ...shape],
    grid: [outChannels, inPerGroup, blocks * taps],
    constants: { ...constants, blockRows },
  });
  return sum(partial, { axes: 0 });
}

/**
 * Output rows that one thread of the weight gradient adds up: a divisor of the image's height, so that no block spans two images,
 * and near 16, which makes enough threads without making too many blocks to be added afterwards.
 */
function rowsPerBlock(outHeight: number): number {
  const divisors = Array.from({ length: outHeight }, (_, i) => i + 1).filter((rows) => outHeight % rows === 0);
  return divisors.reduce((best, rows) => (Math.abs(Math.log(rows / 16)) < Math.abs(Math.log(best / 16)) ? rows : best));
}
