import * as dense from '../../kernels/conv2d';
import * as plain from '../../kernels/conv2dGrouped';
import type { PlanStep } from '../plan/planDescription';
import { rules as denseRules } from './conv2d';
import { convWindowOf } from './convWindow';
import { sumChannels, type WindowAxis } from './depthwise';
import { depthwiseWeightGradient } from './depthwiseWeightGradient';
import { sumGroups } from './grouped';
import { type GroupedWindow, groupedWeightGradient } from './groupedWeightGradient';
import { emitPointwise } from './pointwise';
import type { Lowering, Rule } from './rule';
import { kernelFromSource } from './source';

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
  const first = `this.thread.y * ${channels * times} + this.thread.x * ${times}`;
  const numbers = Array.from({ length: times }, (_, i) => `x[${first} + ${i}]`);
  const kernel = kernelFromSource('sumNeighbors', ['x'], `return ${numbers.join(' + ')};`);
  return emitPointwise(lowering, { kernel, grid: [channels, cells], constants: {}, scalars: {}, inputs: [x] });
}

/**
 * How many groups side by side are taken as one, with zeros where a channel does not belong to the other's group: as few as make `channels` of
 * a group whole lanes, else all of them.
 */
function groupsAtOnce(groups: number, channels: number): number {
  const counts = Array.from({ length: groups }, (_, i) => i + 1).filter((count) => groups % count === 0);
  return counts.find((count) => (channels * count) % 4 === 0) ?? groups;
}

/** The window of groups that are taken together. */
function merged(window: GroupedWindow, count: number): GroupedWindow {
  return { ...window, inPerGroup: window.inPerGroup * count, outPerGroup: window.outPerGroup * count };
}

/** Weights `[taps, inPerGroup, outChannels]` of groups as those of fewer, `count` times as wide, zeros between the groups. */
function mergeWeights(lowering: Lowering, w: number, window: GroupedWindow, count: number): number {
  if (count === 1) return w;
  const { inPerGroup, outPerGroup, outChannels, kernelHeight, kernelWidth } = window;
  const body = `
const group = Math.floor((this.thread.y + 0.5) / ${inPerGroup});
const other = Math.floor((this.thread.x + 0.5) / ${outPerGroup}) - ${count} * Math.floor((this.thread.x + 0.5) / ${outPerGroup * count});
const q = this.thread.y - group * ${inPerGroup};
return group === other ? w[(this.thread.z * ${inPerGroup} + q) * ${outChannels} + this.thread.x] : 0;`;
  return lowering.emit({
    kernel: kernelFromSource('mergeGroups', ['w'], body),
    grid: [outChannels, inPerGroup * count, kernelHeight * kernelWidth],
    constants: {},
    scalars: {},
    inputs: [w],
  });
}

/** The reverse: of the weights of merged groups those within the groups, for a number of blocks of them. */
function splitWeights(lowering: Lowering, w: number, window: GroupedWindow, count: number, planes: number): number {
  if (count === 1) return w;
  const { inPerGroup, outPerGroup, outChannels } = window;
  const body = `
const other = Math.floor((this.thread.x + 0.5) / ${outPerGroup}) - ${count} * Math.floor((this.thread.x + 0.5) / ${outPerGroup * count});
return w[((this.thread.z * ${count} + other) * ${inPerGroup} + this.thread.y) * ${outChannels} + this.thread.x];`;
  return lowering.emit({
    kernel: kernelFromSource('splitGroups', ['w'], body),
    grid: [outChannels, inPerGroup, planes],
    constants: {},
    scalars: {},
    inputs: [w],
  });
}

/** Weights [tap, q, o] of each group as [tap, o, q], for the way back. */
function turnGroups(lowering: Lowering, w: number, window: GroupedWindow): number {
  const { inChannels, outChannels, inPerGroup, outPerGroup, kernelHeight, kernelWidth } = window;
  const body = `
const tap = Math.floor((this.thread.z + 0.5) / ${outPerGroup});
const o = this.thread.z - tap * ${outPerGroup};
return w[(tap * ${inPerGroup} + this.thread.x) * ${outChannels} + this.thread.y * ${outPerGroup} + o];`;
  return emitPointwise(lowering, {
    kernel: kernelFromSource('turnGroups', ['w'], body),
    grid: [inPerGroup, inChannels / inPerGroup, kernelHeight * kernelWidth * outPerGroup],
    constants: {},
    scalars: {},
    inputs: [w],
  });
}

/** One group alone is an ordinary convolution. */
function asDense(step: PlanStep, inputs: readonly number[], kernel: PlanStep['kernel'], grid = step.grid): PlanStep {
  const { inPerGroup, outPerGroup, ...constants } = step.constants;
  return { ...step, kernel, grid, constants, inputs };
}

const forward: Rule = (step, lowering) => {
  const window = groupedWindowOf(step);
  if (!window) return null;
  const { batch, height, width, inChannels, outChannels, inPerGroup, outPerGroup } = window;
  const along = axesOf(window);
  const [rows, columns] = [forwardAxis(along.rows), forwardAxis(along.columns)];
  const [x, w] = step.inputs;
  if (inPerGroup === 1) {
    const repeated = repeatChannels(lowering, x, batch * height * width, inChannels, outPerGroup);
    return sumChannels(lowering, repeated, w, { batch, channels: outChannels, rows, columns });
  }
  const groups = inChannels / inPerGroup;
  const count = groupsAtOnce(groups, outPerGroup);
  const weights = mergeWeights(lowering, w, window, count);
  if (count === groups) return denseRules.get(dense.conv2d)!(asDense(step, [x, weights], dense.conv2d), lowering);
  const { inPerGroup: ins, outPerGroup: outs } = merged(window, count);
  return sumGroups(lowering, x, weights, {
    batch,
    groups: groups / count,
    inPerGroup: ins,
    outPerGroup: outs,
    rows,
    columns,
  });
};

const inputGradient: Rule = (step, lowering) => {
  const window = groupedWindowOf(step);
  if (!window) return null;
  const { batch, height, width, inChannels, outChannels, inPerGroup, outPerGroup } = window;
  const along = axesOf(window);
  const [rows, columns] = [backwardAxis(along.rows), backwardAxis(along.columns)];
  const [upstream, w] = step.inputs;
  if (inPerGroup === 1) {
    const sums = sumChannels(lowering, upstream, w, { batch, channels: outChannels, rows, columns });
    return sums === null ? null : sumNeighbors(lowering, sums, batch * height * width, inChannels, outPerGroup);
  }
  const groups = inChannels / inPerGroup;
  const count = groupsAtOnce(groups, inPerGroup);
  const whole = merged(window, count);
  const weights = mergeWeights(lowering, w, window, count);
  const { conv2dInputGradient } = dense;
  if (count === groups) {
    return denseRules.get(conv2dInputGradient)!(asDense(step, [upstream, weights], conv2dInputGradient), lowering);
  }
  return sumGroups(lowering, upstream, turnGroups(lowering, weights, whole), {
    batch,
    groups: groups / count,
    inPerGroup: whole.outPerGroup,
    outPerGroup: whole.inPerGroup,
    rows,
    columns,
  });
};

const weightGradient: Rule = (step, lowering) => {
  const window = groupedWindowOf(step);
  const { blockRows } = step.constants;
  if (!window || !blockRows) return null;
  const { batch, height, width, inChannels, inPerGroup, outPerGroup } = window;
  const [x, upstream] = step.inputs;
  if (inPerGroup === 1) {
    const repeated = repeatChannels(lowering, x, batch * height * width, inChannels, outPerGroup);
    return depthwiseWeightGradient(lowering, repeated, upstream, window, blockRows);
  }
  const groups = inChannels / inPerGroup;
  const count = groupsAtOnce(groups, outPerGroup);
  const [columns, , planes] = step.grid;
  const { conv2dWeightGradient } = dense;
  const partial =
    count === groups
      ? denseRules.get(conv2dWeightGradient)!(
          asDense(step, [x, upstream], conv2dWeightGradient, [columns, inChannels, planes]),
          lowering,
        )
      : groupedWeightGradient(lowering, x, upstream, merged(window, count), blockRows);
  return partial === null ? null : splitWeights(lowering, partial, window, count, planes);
};

export const rules = new Map<PlanStep['kernel'], Rule>([
  [plain.conv2dGrouped, forward],
  [plain.conv2dGroupedInputGradient, inputGradient],
  [plain.conv2dGroupedWeightGradient, weightGradient],
]);
