import { type Array64, at, build } from './array64';

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** Weights as `lstm` and `gru` take them; biases of zeros where there are none. */
export interface Weights64 {
  inputWeight: Array64;
  hiddenWeight: Array64;
  inputBias?: Array64;
  hiddenBias?: Array64;
}

/** x · column + bias. */
function contribution(x: ArrayLike<number>, weight: Array64, bias: Array64 | undefined, column: number): number {
  let sum = bias?.data[column] ?? 0;
  for (let row = 0; row < x.length; row++) sum += x[row] * at(weight, row, column);
  return sum;
}

/** Outputs after every step, `[N, T, H]`, then the final states, in one row for each sequence. */
function rows(outputs: number[][][], states: number[][][]): Array64 {
  const width = outputs[0].flat().length + states[0].flat().length;
  return build([outputs.length, width], (n, column) => [...outputs[n].flat(), ...states[n].flat()][column]);
}

/** Runs one sequence after the other, one step after the other, one number after the other. */
function sequences(
  x: Array64,
  starts: readonly Array64[],
  lengths: readonly number[] | undefined,
  step: (input: number[], states: number[][]) => number[][],
): Array64 {
  const [batch, steps, channels] = x.shape;
  const size = starts[0].shape[1];
  const outputs: number[][][] = [];
  const ends: number[][][] = [];
  for (let n = 0; n < batch; n++) {
    let states = starts.map((start) => Array.from({ length: size }, (_, i) => at(start, n, i)));
    outputs.push([]);
    for (let t = 0; t < steps; t++) {
      const alive = t < (lengths?.[n] ?? steps);
      if (alive)
        states = step(
          Array.from({ length: channels }, (_, c) => at(x, n, t, c)),
          states,
        );
      outputs[n].push(alive ? states[0] : new Array<number>(size).fill(0));
    }
    ends.push(states);
  }
  return rows(outputs, ends);
}

/** Long short-term memory, gates i, f, g, o. */
export function lstm(
  x: Array64,
  weights: Weights64,
  { hidden, cell, lengths }: { hidden: Array64; cell: Array64; lengths?: readonly number[] },
): Array64 {
  const size = hidden.shape[1];
  return sequences(x, [hidden, cell], lengths, (input, [h, c]) => {
    const sum = (gate: number, i: number) =>
      contribution(input, weights.inputWeight, weights.inputBias, gate * size + i) +
      contribution(h, weights.hiddenWeight, weights.hiddenBias, gate * size + i);
    const next = c.map((old, i) => sigmoid(sum(1, i)) * old + sigmoid(sum(0, i)) * Math.tanh(sum(2, i)));
    return [next.map((value, i) => sigmoid(sum(3, i)) * Math.tanh(value)), next];
  });
}

/** Gated recurrent unit, gates r, z, n. */
export function gru(
  x: Array64,
  weights: Weights64,
  { hidden, lengths }: { hidden: Array64; lengths?: readonly number[] },
): Array64 {
  const size = hidden.shape[1];
  return sequences(x, [hidden], lengths, (input, [h]) => {
    const ofInput = (gate: number, i: number) =>
      contribution(input, weights.inputWeight, weights.inputBias, gate * size + i);
    const ofHidden = (gate: number, i: number) =>
      contribution(h, weights.hiddenWeight, weights.hiddenBias, gate * size + i);
    return [
      h.map((old, i) => {
        const r = sigmoid(ofInput(0, i) + ofHidden(0, i));
        const z = sigmoid(ofInput(1, i) + ofHidden(1, i));
        const n = Math.tanh(ofInput(2, i) + r * ofHidden(2, i));
        return (1 - z) * n + z * old;
      }),
    ];
  });
}
