import * as plain from '../../kernels/conv2dGrouped';
import type { PlanStep } from '../plan/planDescription';
import { type ConvWindow, convWindowOf } from './convWindow';
import { sumChannels, type WindowAxis } from './depthwise';
import { depthwiseWeightGradient } from './depthwiseWeightGradient';
import { emitPointwise } from './pointwise';
import type { Lowering, Rule } from './rule';
import { kernelFromSource } from './source';

/** A convolution in groups, over an image without a border. */
type GroupedWindow = ConvWindow & { padY: number; padX: number; inPerGroup: number; outPerGroup: number };

function groupedWindowOf(step: PlanStep): GroupedWindow | null {
  const { inPerGroup, outPerGroup } = step.constants;
  const window = convWindowOf(step);
  return window && inPerGroup && outPerGroup ? { ...window, inPerGroup, outPerGroup } : null;
}

/** Sizes and settings of a convolution along one axis. */
interface Along {
  readonly size: number;
  readonly outSize: number;
  readonly taps: number;
  readonly stride: number;
  readonly dilation: number;
  readonly pad: number;
}

function axesOf(window: GroupedWindow): { rows: Along; columns: Along } {
  const { height, outHeight, kernelHeight, strideY, dilationY, padY } = window;
  const { width, outWidth, kernelWidth, strideX, dilationX, padX } = window;
  return {
    rows: { size: height, outSize: outHeight, taps: kernelHeight, stride: strideY, dilation: dilationY, pad: padY },
    columns: { size: width, outSize: outWidth, taps: kernelWidth, stride: strideX, dilation: dilationX, pad: padX },
  };
}

/** An output reads the pixels of its window. */
function forwardAxis({ size, outSize, taps, stride, dilation, pad }: Along): WindowAxis {
  return { size, outSize, taps, per: 1, step: stride, reach: (_, tap) => tap * dilation - pad };
}

/** A pixel reads the outputs whose windows cover it. */
function backwardAxis({ size, outSize, taps, stride, dilation, pad }: Along): WindowAxis {
  const reach = (phase: number, tap: number) => {
    const distance = phase + pad - tap * dilation;
    return distance % stride === 0 ? distance / stride : null;
  };
  return { size: outSize, outSize: size, taps, per: stride, step: 1, reach };
}

/** Each channel `times` times in a row, `[cells, channels]` to `[cells, channels · times]`. */
function repeatChannels(lowering: Lowering, x: number, cells: number, channels: number, times: number): number {
  if (times === 1) return x;
  const body = `return x[this.thread.y * ${channels} + Math.floor((this.thread.x + 0.5) / ${times})];`;
  const kernel = kernelFromSource('repeatChannels', ['x'], body);
  return emitPointwise(lowering, { kernel, grid: [channels * times, cells], constants: {}, scalars: {}, inputs: [x] });
}

/** The adjoint: sums of `times` neighbors, `[cells, channels · times]` to `[cells, channels]`. */
function sumNeighbors(lowering: Lowering, x: number, cells: number, channels: number, times: number): number {
  if (times === 1) return x;
  const numbers = Array.from(
    { length: times },
    (_, i) => `x[this.thread.y * ${channels * times} + this.thread.x * ${times} + ${i}]`,
  );
  const kernel = kernelFromSource('sumNeighbors', ['x'], `return ${numbers.join(' + ')};`);
  return emitPointwise(lowering, { kernel, grid: [channels, cells], constants: {}, scalars: {}, inputs: [x] });
}

const forward: Rule = (step, lowering) => {
  const window = groupedWindowOf(step);
  if (!window || window.inPerGroup > 1) return null;
  const { batch, height, width, inChannels, outChannels, outPerGroup } = window;
  const { rows, columns } = axesOf(window);
  const x = repeatChannels(lowering, step.inputs[0], batch * height * width, inChannels, outPerGroup);
  return sumChannels(lowering, x, step.inputs[1], {
    batch,
    channels: outChannels,
    rows: forwardAxis(rows),
    columns: forwardAxis(columns),
  });
};

const inputGradient: Rule = (step, lowering) => {
  const window = groupedWindowOf(step);
  if (!window || window.inPerGroup > 1) return null;
  const { batch, height, width, inChannels, outChannels, outPerGroup } = window;
  const { rows, columns } = axesOf(window);
  const sums = sumChannels(lowering, step.inputs[0], step.inputs[1], {
    batch,
    channels: outChannels,
    rows: backwardAxis(rows),
    columns: backwardAxis(columns),
  });
  return sums === null ? null : sumNeighbors(lowering, sums, batch * height * width, inChannels, outPerGroup);
};

const weightGradient: Rule = (step, lowering) => {
  const window = groupedWindowOf(step);
  const { blockRows } = step.constants;
  if (!window || !blockRows || window.inPerGroup > 1) return null;
  const { batch, height, width, inChannels, outPerGroup } = window;
  const x = repeatChannels(lowering, step.inputs[0], batch * height * width, inChannels, outPerGroup);
  return depthwiseWeightGradient(lowering, x, step.inputs[1], window, blockRows);
};

export const rules = new Map<PlanStep['kernel'], Rule>([
  [plain.conv2dGrouped, forward],
  [plain.conv2dGroupedInputGradient, inputGradient],
  [plain.conv2dGroupedWeightGradient, weightGradient],
]);
