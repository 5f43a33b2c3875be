import { checkTensors } from '../checks/arguments';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';
import { checkRank, checkSameShape, show, sizeOf } from '../shape/shape';
import type { Shape } from '../shape/types';
import { full, type Tensor, tensor, tensorFor } from '../tensor/tensor';
import { add, less, multiply } from './elementwise';
import { checkWholeNumbers, wholeNumberLimit } from './indices';
import { matmul } from './matmul';
import { reshape } from './reshape';
import { slice } from './slice';

/** Weights of a recurrent layer with G gates, in PyTorch's order of the gates: G is 4 of `lstm` and 3 of `gru`. */
export interface RecurrentWeights {
  /** `[C, G · H]`. */
  inputWeight: Tensor;
  /** `[H, G · H]`. */
  hiddenWeight: Tensor;
  /** `[G · H]`; 0 by default. */
  inputBias?: Tensor | null;
  /** `[G · H]`; 0 by default. */
  hiddenBias?: Tensor | null;
}

/** Throws unless the input and the weights that are given are tensors. */
export function checkRecurrence(operation: string, x: Tensor, weights: RecurrentWeights): void {
  checkTensors(operation, { x });
  if (!isRecord(weights)) {
    throw new Error(`${operation}: expected weights { inputWeight, hiddenWeight }, got ${shown(weights)}`);
  }
  const { inputWeight, hiddenWeight, inputBias, hiddenBias } = weights;
  checkTensors(operation, { inputWeight, hiddenWeight });
  if (inputBias !== undefined && inputBias !== null) checkTensors(operation, { inputBias });
  if (hiddenBias !== undefined && hiddenBias !== null) checkTensors(operation, { hiddenBias });
}

/** How many sequences of how many steps, and the numbers of their hidden state. */
export interface RecurrentShape {
  batch: number;
  steps: number;
  size: number;
}

/** Checks input and weights of a recurrent layer, and says what comes out: `[batch, steps, size]`. */
export function recurrentShape(
  operation: string,
  gates: number,
  x: Shape,
  { inputWeight, hiddenWeight, inputBias, hiddenBias }: { [Name in keyof RecurrentWeights]: Shape | null | undefined },
): RecurrentShape {
  checkRank(operation, 'x', x, 3, '[N, T, C]');
  const [batch, steps, channels] = x;
  if (steps === 0) throw new Error(`${operation}: expected at least one step, got x ${show(x)}`);
  checkRank(operation, 'hiddenWeight', hiddenWeight!, 2, `[H, ${gates} · H]`);
  const [size] = hiddenWeight!;
  checkSameShape(operation, 'hiddenWeight', hiddenWeight!, [size, gates * size]);
  checkSameShape(operation, 'inputWeight', inputWeight!, [channels, gates * size]);
  if (inputBias) checkSameShape(operation, 'inputBias', inputBias, [gates * size]);
  if (hiddenBias) checkSameShape(operation, 'hiddenBias', hiddenBias, [gates * size]);
  if (sizeOf([batch, steps, gates * size]) > wholeNumberLimit) {
    throw new Error(
      `${operation}: expected at most ${wholeNumberLimit} numbers in the gates of all steps, got ${show([batch, steps, gates * size])}`,
    );
  }
  return { batch, steps, size };
}

/** What is the same in every step of a recurrence. */
export interface Sequence extends RecurrentShape {
  /** How many steps each sequence has, `[N]`. */
  lengths: Tensor;
  /** The number of each step as a tensor, `[1]`, so that all steps run the same kernels. */
  times: readonly Tensor[];
}

/**
 * The steps of a batch of sequences.
 * @param lengths how many steps each has, `[N]`; all of them by default.
 * @throws where there is another number of lengths, or one is not a whole number from 0 to T; ones still to be computed are not checked.
 */
export function sequenceOf(
  operation: string,
  shape: RecurrentShape,
  lengths: Tensor | readonly number[] | undefined,
): Sequence {
  const { batch, steps } = shape;
  const list = lengths === undefined ? full([batch], steps) : tensorFor(operation, lengths);
  checkSameShape(operation, 'lengths', list.shape, [batch]);
  if (list.value.data) checkWholeNumbers(operation, 'lengths', list.value.data, steps + 1);
  return { ...shape, lengths: list, times: Array.from({ length: steps }, (_, t) => tensor([t])) };
}

/** What the inputs of all steps contribute to the gates, in one product: `[N, T, C]` → `[N, T, G · H]`. */
export function projectInputs(x: Tensor, weight: Tensor, bias: Tensor | null): Tensor {
  const product = matmul(x, weight);
  return bias ? add(product, bias) : product;
}

/** A state from which a recurrence starts, `[N, H]`; zeros by default. @throws on another shape. */
export function startingState(
  operation: string,
  name: string,
  state: Tensor | undefined,
  { batch, size }: RecurrentShape,
): Tensor {
  if (state) checkSameShape(operation, name, state.shape, [batch, size]);
  return state ?? full([batch, size], 0);
}

/** Outputs `[N, T, H]` with zeros after the end of each sequence. */
export function endOutputs(outputs: Tensor, { batch, steps, lengths }: Sequence): Tensor {
  const counts = less(
    Array.from({ length: steps }, (_, t) => t),
    reshape(lengths, [batch, 1]),
  );
  return multiply(outputs, reshape(counts, [batch, steps, 1]));
}

/** One row of states `[N, R, H]`: `[N, H]`. */
export function rowOf(states: Tensor, row: number): Tensor {
  const [batch, , size] = states.shape;
  return reshape(slice(states, { start: [0, row], end: [batch, row + 1] }), [batch, size]);
}

/** Remembers the last result of a function of a tensor: the rules of one operation share their backward pass. */
export function shared<Result>(compute: (upstream: Tensor) => Result): (upstream: Tensor) => Result {
  let last: { upstream: Tensor; result: Result } | null = null;
  return (upstream) => {
    if (last?.upstream !== upstream) last = { upstream, result: compute(upstream) };
    return last.result;
  };
}
