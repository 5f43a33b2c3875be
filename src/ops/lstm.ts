import * as kernels from '../../kernels/lstm';
import { checkOptions } from '../checks/options';
import { withGradient, withoutGradients } from '../tensor/autograd';
import { applyKernel, full, type Tensor } from '../tensor/tensor';
import { add, less, multiply } from './elementwise';
import { matmul } from './matmul';
import { permute } from './permute';
import {
  checkRecurrence,
  endOutputs,
  projectInputs,
  type RecurrentWeights,
  recurrentShape,
  rowOf,
  type Sequence,
  sequenceOf,
  shared,
  startingState,
} from './recurrence';
import { reshape } from './reshape';
import { slice } from './slice';
import { stack } from './stack';

/** Settings of {@link lstm}. */
export interface LstmOptions {
  /** Hidden state before the first step, `[N, H]`; zeros by default. */
  hidden?: Tensor;
  /** Cell before the first step, `[N, H]`; zeros by default. */
  cell?: Tensor;
  /** How many of the T steps each sequence has, `[N]`, whole numbers from 0 to T; all by default. */
  lengths?: Tensor | readonly number[];
}

/** What a long short-term memory computes. */
export interface LstmResult {
  /** Hidden state after each step, `[N, T, H]`; 0 after the end of a sequence. */
  outputs: Tensor;
  /** Hidden state after the last step of each sequence, `[N, H]`. */
  hidden: Tensor;
  /** Cell after the last step of each sequence, `[N, H]`. */
  cell: Tensor;
}

/** Everything that the backward pass looks at: of each step gates `[N, 4 · H]`, and the states before the first and after each step. */
interface Trace {
  sequence: Sequence;
  gates: readonly Tensor[];
  hiddens: readonly Tensor[];
  cells: readonly Tensor[];
}

/** All steps forward. */
function run(projected: Tensor, weight: Tensor, start: { hidden: Tensor; cell: Tensor }, sequence: Sequence): Trace {
  const { batch, steps, size, lengths, times } = sequence;
  const constants = { size, steps };
  const gates: Tensor[] = [];
  const hiddens = [start.hidden];
  const cells = [start.cell];
  for (const [t, time] of times.entries()) {
    gates.push(
      applyKernel(kernels.lstmGates, {
        inputs: [projected, matmul(hiddens[t], weight), lengths, time],
        shape: [batch, 4, size],
        constants,
      }),
    );
    const shape = [batch, size];
    cells.push(applyKernel(kernels.lstmCell, { inputs: [gates[t], cells[t]], shape, constants: { size } }));
    const inputs = [gates[t], cells[t + 1], hiddens[t], lengths, time];
    hiddens.push(applyKernel(kernels.lstmHidden, { inputs, shape, constants: { size } }));
  }
  return { sequence, gates, hiddens, cells };
}

/** All steps backward: slopes of the gates' sums `[N, T, 4 · H]`, of the hidden state and of the cell before the first step. */
function runBack({ sequence, gates, cells }: Trace, weight: Tensor, upstream: Tensor) {
  const { batch, steps, size, lengths, times } = sequence;
  const shape = [batch, size];
  const back = permute(weight, [1, 0]);
  const slopes: Tensor[] = [];
  let next = {
    gates: full([batch, 4, size], 1),
    through: full(shape, 0),
    hidden: full(shape, 0),
    cell: rowOf(upstream, steps),
  };
  for (let t = steps - 1; t >= 0; t--) {
    const hidden = applyKernel(kernels.lstmHiddenGradient, {
      inputs: [upstream, next.through, next.hidden, lengths, times[t]],
      shape,
      constants: { size, steps },
    });
    const cell = applyKernel(kernels.lstmCellGradient, {
      inputs: [gates[t], cells[t + 1], hidden, next.gates, next.cell],
      shape,
      constants: { size },
    });
    const inputs = [gates[t], cells[t], cells[t + 1], hidden, cell];
    slopes[t] = reshape(
      applyKernel(kernels.lstmGatesGradient, { inputs, shape: [batch, 4, size], constants: { size } }),
      [batch, 4 * size],
    );
    next = { gates: gates[t], through: matmul(slopes[t], back), hidden, cell };
  }
  return { slopes: stack(slopes, { axis: 1 }), next };
}

/** Hidden states after all steps and behind them the last cell, `[N, T + 1, H]`, with the gradient through all of it. */
function states(
  projected: Tensor,
  weight: Tensor,
  start: { hidden: Tensor; cell: Tensor },
  sequence: Sequence,
): Tensor {
  const trace = withoutGradients(() => run(projected, weight, start, sequence));
  const { gates, hiddens, cells } = trace;
  const { batch, steps, size, lengths } = sequence;
  const stacked = withoutGradients(() => stack([...hiddens.slice(1), cells[steps]], { axis: 1 }));
  const back = shared((upstream) => runBack(trace, weight, upstream));
  const rows = (x: Tensor) => reshape(x, [batch * steps, x.shape[2]]);
  return withGradient(
    stacked,
    'lstm',
    [projected, weight, start.hidden, start.cell],
    [
      (g) => back(g).slopes,
      // Every step uses the same weight: one product over all sequences and steps.
      (g) => matmul(rows(stack(hiddens.slice(0, steps), { axis: 1 })), rows(back(g).slopes), { transposeA: true }),
      // A sequence without a step hands its state on.
      (g) => add(back(g).next.through, multiply(back(g).next.hidden, reshape(less(lengths, 1), [batch, 1]))),
      (g) => multiply(back(g).next.cell, reshape(slice(gates[0], { start: [0, 1], end: [batch, 2] }), [batch, size])),
    ],
  );
}

/**
 * Long short-term memory over sequences: all steps, forward and back through time, become one launch.
 *
 *     i, f, o = σ(x W + h V + b),    g = tanh(x W + h V + b),    c ← f c + i g,    h ← o tanh(c)
 *
 * The gates stand side by side in the columns of W and V, in PyTorch's order i, f, g, o.
 *
 * @param x `[N, T, C]`. @param weights W is `inputWeight`, `[C, 4 · H]`, V `hiddenWeight`, `[H, 4 · H]`, b the sum of both biases, `[4 · H]`.
 * @returns the hidden states of all steps `[N, T, H]`, and the last hidden state and cell `[N, H]`.
 * @throws where the shapes do not fit, there is no step, a length is not a whole number from 0 to T, or N · T · 4 · H is above 2²⁴.
 * @see Hochreiter and Schmidhuber 1997, Long short-term memory; the forget gate: Gers et al. 2000.
 */
export function lstm(x: Tensor, weights: RecurrentWeights, options: LstmOptions = {}): LstmResult {
  checkRecurrence('lstm', x, weights);
  const kinds = { hidden: 'tensor', cell: 'tensor', lengths: 'any' } as const;
  const { hidden, cell, lengths } = checkOptions('lstm', options, kinds);
  const { inputWeight, hiddenWeight, inputBias = null, hiddenBias = null } = weights;
  const shape = recurrentShape('lstm', 4, x.shape, {
    inputWeight: inputWeight.shape,
    hiddenWeight: hiddenWeight.shape,
    inputBias: inputBias?.shape,
    hiddenBias: hiddenBias?.shape,
  });
  const sequence = sequenceOf('lstm', shape, lengths);
  const start = {
    hidden: startingState('lstm', 'hidden', hidden, shape),
    cell: startingState('lstm', 'cell', cell, shape),
  };
  const bias = inputBias && hiddenBias ? add(inputBias, hiddenBias) : (inputBias ?? hiddenBias);
  const all = states(projectInputs(x, inputWeight, bias), hiddenWeight, start, sequence);
  const outputs = slice(all, { end: [shape.batch, shape.steps] });
  return {
    outputs: lengths === undefined ? outputs : endOutputs(outputs, sequence),
    hidden: rowOf(all, shape.steps - 1),
    cell: rowOf(all, shape.steps),
  };
}
