import * as kernels from '../../kernels/gru';
import { checkOptions } from '../checks/options';
import { withGradient, withoutGradients } from '../tensor/autograd';
import { applyKernel, full, type Tensor } from '../tensor/tensor';
import { add, multiply } from './elementwise';
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
import { sum } from './reduce';
import { reshape } from './reshape';
import { slice } from './slice';
import { stack } from './stack';

/** Settings of {@link gru}. */
export interface GruOptions {
  /** Hidden state before the first step, `[N, H]`; zeros by default. */
  hidden?: Tensor;
  /** How many of the T steps each sequence has, `[N]`, whole numbers from 0 to T; all by default. */
  lengths?: Tensor | readonly number[];
}

/** What a gated recurrent unit computes. */
export interface GruResult {
  /** Hidden state after each step, `[N, T, H]`; 0 after the end of a sequence. */
  outputs: Tensor;
  /** Hidden state after the last step of each sequence, `[N, H]`. */
  hidden: Tensor;
}

/** What the hidden state goes through. */
interface HiddenWeights {
  weight: Tensor;
  bias: Tensor;
}

/** Everything that the backward pass looks at: of each step gates `[N, 4, H]`, and the states before the first and after each step. */
interface Trace {
  sequence: Sequence;
  gates: readonly Tensor[];
  hiddens: readonly Tensor[];
}

/** All steps forward. */
function run(projected: Tensor, { weight, bias }: HiddenWeights, hidden: Tensor, sequence: Sequence): Trace {
  const { batch, steps, size, lengths, times } = sequence;
  const gates: Tensor[] = [];
  const hiddens = [hidden];
  for (const [t, time] of times.entries()) {
    const inputs = [projected, matmul(hiddens[t], weight), bias, lengths, time];
    gates.push(applyKernel(kernels.gruGates, { inputs, shape: [batch, 4, size], constants: { size, steps } }));
    hiddens.push(
      applyKernel(kernels.gruHidden, { inputs: [gates[t], hiddens[t]], shape: [batch, size], constants: { size } }),
    );
  }
  return { sequence, gates, hiddens };
}

/** All steps backward: slopes of what inputs and hidden states contribute, `[N, T, 3 · H]` each, and of the first hidden state. */
function runBack({ sequence, gates, hiddens }: Trace, weight: Tensor, upstream: Tensor) {
  const { batch, steps, size, times } = sequence;
  const back = permute(weight, [1, 0]);
  const [ofInputs, ofHiddens]: Tensor[][] = [[], []];
  let next = { gates: full([batch, 4, size], 0), through: full([batch, size], 0), hidden: full([batch, size], 0) };
  for (let t = steps - 1; t >= 0; t--) {
    const hidden = applyKernel(kernels.gruHiddenGradient, {
      inputs: [upstream, next.through, next.gates, next.hidden, times[t]],
      shape: [batch, size],
      constants: { size, steps },
    });
    const options = { shape: [batch, 3, size], constants: { size } };
    const flat = (x: Tensor) => reshape(x, [batch, 3 * size]);
    ofInputs[t] = flat(applyKernel(kernels.gruInputGradient, { ...options, inputs: [gates[t], hiddens[t], hidden] }));
    ofHiddens[t] = flat(applyKernel(kernels.gruRecurrentGradient, { ...options, inputs: [gates[t], ofInputs[t]] }));
    next = { gates: gates[t], through: matmul(ofHiddens[t], back), hidden };
  }
  return { ofInputs: stack(ofInputs, { axis: 1 }), ofHiddens: stack(ofHiddens, { axis: 1 }), next };
}

/** Hidden states after all steps, `[N, T, H]`, with the gradient through all of it. */
function states(projected: Tensor, weights: HiddenWeights, hidden: Tensor, sequence: Sequence): Tensor {
  const trace = withoutGradients(() => run(projected, weights, hidden, sequence));
  const { gates, hiddens } = trace;
  const { batch, steps, size } = sequence;
  const back = shared((upstream) => runBack(trace, weights.weight, upstream));
  const rows = (x: Tensor) => reshape(x, [batch * steps, x.shape[2]]);
  return withGradient(
    withoutGradients(() => stack(hiddens.slice(1), { axis: 1 })),
    'gru',
    [projected, weights.weight, weights.bias, hidden],
    [
      (g) => back(g).ofInputs,
      // Every step uses the same weight: one product over all sequences and steps.
      (g) => matmul(rows(stack(hiddens.slice(0, steps), { axis: 1 })), rows(back(g).ofHiddens), { transposeA: true }),
      (g) => sum(back(g).ofHiddens, { axes: [0, 1] }),
      (g) => {
        const { through, hidden: slope } = back(g).next;
        const kept = reshape(slice(gates[0], { start: [0, 1], end: [batch, 2] }), [batch, size]);
        return add(through, multiply(kept, slope));
      },
    ],
  );
}

/**
 * Gated recurrent unit over sequences: all steps, forward and back through time, become one launch.
 *
 *     r, z = σ(x W + b + h V + d),    n = tanh(x W + b + r (h V + d)),    h ← (1 − z) n + z h
 *
 * The gates stand side by side in the columns of W and V, in PyTorch's order r, z, n.
 *
 * @param x `[N, T, C]`. @param weights W is `inputWeight`, `[C, 3 · H]`, V `hiddenWeight`, `[H, 3 · H]`, b and d `inputBias` and `hiddenBias`,
 * `[3 · H]`.
 * @returns the hidden states of all steps `[N, T, H]`, and the last one `[N, H]`.
 * @throws where the shapes do not fit, there is no step, a length is not a whole number from 0 to T, or N · T · 3 · H is above 2²⁴.
 * @see Cho et al. 2014, Learning phrase representations using RNN encoder–decoder. As in PyTorch, r multiplies the product, not h.
 */
export function gru(x: Tensor, weights: RecurrentWeights, options: GruOptions = {}): GruResult {
  checkRecurrence('gru', x, weights);
  const { hidden, lengths } = checkOptions('gru', options, { hidden: 'tensor', lengths: 'any' });
  const { inputWeight, hiddenWeight, inputBias = null, hiddenBias = null } = weights;
  const shape = recurrentShape('gru', 3, x.shape, {
    inputWeight: inputWeight.shape,
    hiddenWeight: hiddenWeight.shape,
    inputBias: inputBias?.shape,
    hiddenBias: hiddenBias?.shape,
  });
  const sequence = sequenceOf('gru', shape, lengths);
  const start = startingState('gru', 'hidden', hidden, shape);
  const projected = projectInputs(x, inputWeight, inputBias);
  const through = { weight: hiddenWeight, bias: hiddenBias ?? full([3 * shape.size], 0) };
  const all = states(projected, through, start, sequence);
  return {
    outputs: lengths === undefined ? all : endOutputs(all, sequence),
    hidden: rowOf(all, shape.steps - 1),
  };
}
