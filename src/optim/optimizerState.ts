import ndarray, { type NdArray } from 'ndarray';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';
import { someNames } from '../checks/someNames';
import type { Parameter } from '../nn/module';
import { equalShapes, show } from '../shape/shape';
import { knownValue } from '../tensor/graph';
import { Tensor, tensorFor } from '../tensor/tensor';

/** What an optimizer remembers: how many steps it took, and its running averages by name. */
export interface OptimizerState {
  /** Steps taken. */
  steps: number;
  /**
   * Running averages, `[size]` each, by parameter and kind: `layers.0.weight.mean`. Of a parameter that was frozen for some of the steps,
   * `layers.0.weight.steps`, `[1]`, is how many it took.
   */
  slots: Record<string, NdArray<Float32Array>>;
}

/** A parameter, and what the optimizer knows of it. */
export interface Trained {
  readonly name: string;
  readonly parameter: Parameter;
  readonly rateFactor: number;
  readonly weightDecay: number;
  /** Steps that it took: fewer than the optimizer where it was frozen. */
  steps: number;
  /** Running averages, `[slots, size]` flat; null before its first step. */
  slots: Tensor | null;
}

/** The state of an optimizer; the numbers are copied. */
export function savedState(trained: readonly Trained[], slotNames: readonly string[], steps: number): OptimizerState {
  const slots: OptimizerState['slots'] = {};
  for (const { name, parameter, steps: taken, slots: own } of trained) {
    if (taken !== steps) slots[`${name}.steps`] = ndarray(Float32Array.of(taken), [1]);
    if (own === null) continue;
    const { size } = parameter;
    for (const [row, slot] of slotNames.entries()) {
      slots[`${name}.${slot}`] = ndarray(own.value.data!.slice(row * size, (row + 1) * size), [size]);
    }
  }
  return { steps, slots };
}

/** What a saved state holds for each parameter. @throws where names or sizes do not fit. */
export function readState(
  trained: readonly Trained[],
  slotNames: readonly string[],
  state: OptimizerState,
): Pick<Trained, 'steps' | 'slots'>[] {
  if (!isRecord(state) || !isRecord(state.slots)) {
    throw new Error(`loadStateDict: expected a state { steps, slots }, got ${shown(state)}`);
  }
  const { steps, slots } = state;
  if (!Number.isInteger(steps) || steps < 0) throw new Error(`loadStateDict: expected steps ≥ 0, got ${shown(steps)}`);
  const left = new Set(Object.keys(slots));
  const read = (key: string, size: number) => {
    left.delete(key);
    if (!Object.hasOwn(slots, key)) throw new Error(`loadStateDict: expected ${key}, got none`);
    const loaded = tensorFor('loadStateDict', slots[key]);
    if (equalShapes(loaded.shape, [size])) return loaded.value.data!;
    throw new Error(`loadStateDict: expected ${key} ${show([size])}, got ${show(loaded.shape)}`);
  };
  const found = trained.map(({ name, parameter: { size } }) => {
    const taken = Object.hasOwn(slots, `${name}.steps`) ? read(`${name}.steps`, 1)[0] : steps;
    if (!Number.isInteger(taken) || taken < 0 || taken > steps) {
      throw new Error(`loadStateDict: expected ${name}.steps from 0 to ${steps}, got ${taken}`);
    }
    if (taken === 0) return { steps: 0, slots: null };
    const own = new Float32Array(slotNames.length * size);
    for (const [row, slot] of slotNames.entries()) own.set(read(`${name}.${slot}`, size), row * size);
    return { steps: taken, slots: new Tensor(knownValue(own), [own.length]) };
  });
  if (left.size > 0) throw new Error(`loadStateDict: expected the optimizer's names, got ${someNames([...left])}`);
  return found;
}
