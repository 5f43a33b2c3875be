import ndarray, { type NdArray } from 'ndarray';
import { firstNonFinite } from '../checks/finite';
import { Module, type Parameter, type RunningValue } from '../nn/module';
import { equalShapes, show } from '../shape/shape';
import { gradients } from '../tensor/autograd';
import { knownValue, realize, type Value } from '../tensor/graph';
import { Tensor, tensor, zeros } from '../tensor/tensor';
import { clipGradientNorm } from './clipGradientNorm';
import { findNonFinite } from './findNonFinite';
import { constantSchedule, type Schedule } from './schedule';

/** Settings that every optimizer has. */
export interface OptimizerOptions {
  /** Step size: a number, or a {@link Schedule}. */
  learningRate: number | Schedule;
  /** Longest gradient; see {@link clipGradientNorm}. Not limited by default. */
  clipNorm?: number;
}

/** What an optimizer remembers: how many steps it took, and its running averages by name. */
export interface OptimizerState {
  /** Steps taken. */
  steps: number;
  /** Running averages, `[size]` each, by parameter and kind: `layers.0.weight.mean`. */
  slots: Record<string, NdArray<Float32Array>>;
}

/** Base of {@link sgd} and {@link adam}: gradients, update, and one launch for all of it. */
export abstract class Optimizer {
  readonly #runningValues: readonly RunningValue[];
  readonly #parameters: Map<string, Parameter>;
  /** Running averages by parameter, `[slots, size]` flat. */
  readonly #slots = new Map<string, Tensor>();
  readonly #schedule: Schedule;
  readonly #clipNorm: number | undefined;
  #steps = 0;

  /**
   * @param target a module (its running values are updated in the same launch), or a list of parameters.
   * @throws where there is no parameter.
   */
  constructor(target: Module | readonly Parameter[], { learningRate, clipNorm }: OptimizerOptions) {
    this.#runningValues = target instanceof Module ? target.runningValues() : [];
    this.#parameters =
      target instanceof Module
        ? target.namedParameters()
        : new Map(target.map((parameter, index) => [String(index), parameter]));
    if (this.#parameters.size === 0) throw new Error('optimizer: expected at least one parameter, got none');
    this.#schedule = typeof learningRate === 'number' ? constantSchedule(learningRate) : learningRate;
    this.#clipNorm = clipNorm;
  }

  /** Steps taken so far. */
  get steps(): number {
    return this.#steps;
  }

  /** The rate of the next step. */
  get learningRate(): number {
    return this.#schedule(this.#steps);
  }

  /** Names of the running averages that a parameter needs; they start at 0. */
  protected abstract readonly slotNames: readonly string[];

  /** What changes from step to step, as a tensor that the update kernels read. */
  protected abstract rate(learningRate: number, step: number): Tensor;

  /**
   * Records the update of one parameter.
   * @param parameter flat `[size]`. @param gradient `[size]`. @param slots `[slots · size]`.
   * @returns `[slots + 1, size]`: the new running averages, and last the new parameter.
   */
  protected abstract update(parameter: Tensor, gradient: Tensor, slots: Tensor, rate: Tensor): Tensor;

  /**
   * One step downhill: gradients of the loss, the update, the module's running values and the loss itself, in one launch.
   * @param loss one number, `[]` or `[1]`, computed from the parameters.
   * @param options watch: tensors to be computed in the same launch, such as the parts of the loss.
   * @returns the loss before the step.
   * @throws where the loss or an updated parameter is not finite, or numbers that the host has to decide from (see `decide`), naming the
   * step and the first operation that went wrong; and what else a decision throws. Parameters, running averages and the module's
   * running values are then as before the step.
   */
  async step(loss: Tensor, { watch = [] }: { watch?: readonly Tensor[] } = {}): Promise<number> {
    const rateNumber = this.learningRate;
    if (!(rateNumber >= 0 && Number.isFinite(rateNumber))) {
      throw new Error(`step ${this.#steps}: expected a learning rate ≥ 0, got ${rateNumber}`);
    }
    const entries = [...this.#parameters];
    let slopes = gradients(
      loss,
      entries.map(([, parameter]) => parameter),
    );
    if (this.#clipNorm !== undefined) slopes = clipGradientNorm(slopes, this.#clipNorm).gradients;
    const rate = this.rate(rateNumber, this.#steps);
    const updates = entries.map(([name, parameter], index) => {
      const own = this.#slots.get(name) ?? zeros([this.slotNames.length * parameter.size]);
      return this.update(flat(parameter), flat(slopes[index]), own, rate);
    });
    const roots = [loss, ...updates].map(({ value }) => value);
    const calls = roots.map(({ call }) => call);
    try {
      await realize([...new Set([loss, ...updates, ...this.#runningValues, ...watch])].map(({ value }) => value));
    } catch (error) {
      for (const running of this.#runningValues) running.restore();
      // A decision in the middle of the step may refuse numbers; where they are not finite, it is for the reason that a loss would be.
      const culprit = await findNonFinite(roots, this.#names()).catch(() => null);
      if (culprit === null) throw error;
      throw new Error(`step ${this.#steps}: ${(error as Error).message}; ${culprit}`, { cause: error });
    }
    const value = loss.value.data![0];
    const next = updates.map((update, index) => this.#split(update, entries[index][1]));
    if (!Number.isFinite(value) || !next.every(({ parameter }) => firstNonFinite(parameter) < 0)) {
      for (const running of this.#runningValues) running.restore();
      // Recorded, not computed: the search goes through the whole step again in the order of computation.
      for (const [index, call] of calls.entries()) if (call) Object.assign(roots[index], { data: null, call });
      const found = await findNonFinite(roots, this.#names());
      const culprit = found ?? 'the numbers were finite when computed once more';
      throw new Error(
        `step ${this.#steps}: expected a finite ${Number.isFinite(value) ? 'update' : `loss, got ${value}`}; ${culprit}`,
      );
    }
    for (const [index, [name, parameter]] of entries.entries()) {
      parameter.assign(new Tensor(knownValue(next[index].parameter), parameter.shape));
      this.#slots.set(name, new Tensor(knownValue(next[index].slots), [next[index].slots.length]));
    }
    this.#steps++;
    return value;
  }

  /** The two parts of an update's result; they share its memory. */
  #split(update: Tensor, { size }: Parameter): { parameter: Float32Array; slots: Float32Array } {
    const data = update.value.data!;
    const slotSize = this.slotNames.length * size;
    return { parameter: data.subarray(slotSize), slots: data.subarray(0, slotSize) };
  }

  #names(): Map<Value, string> {
    return new Map([...this.#parameters].map(([name, { value }]) => [value, `parameter ${name}`]));
  }

  /** A copy of the steps taken and the running averages, to continue later exactly here. */
  stateDict(): OptimizerState {
    const slots: OptimizerState['slots'] = {};
    for (const [name, own] of this.#slots) {
      const { size } = this.#parameters.get(name)!;
      for (const [row, slot] of this.slotNames.entries()) {
        slots[`${name}.${slot}`] = ndarray(own.value.data!.slice(row * size, (row + 1) * size), [size]);
      }
    }
    return { steps: this.#steps, slots };
  }

  /** Continues where {@link stateDict} was taken. @throws where names or sizes do not fit; then nothing has changed. */
  loadStateDict({ steps, slots }: OptimizerState): void {
    if (!Number.isInteger(steps) || steps < 0) throw new Error(`loadStateDict: expected steps ≥ 0, got ${steps}`);
    const next = new Map<string, Tensor>();
    for (const [name, { size }] of this.#parameters) {
      if (steps === 0) break;
      const own = new Float32Array(this.slotNames.length * size);
      for (const [row, slot] of this.slotNames.entries()) {
        const key = `${name}.${slot}`;
        if (!Object.hasOwn(slots, key)) throw new Error(`loadStateDict: expected ${key}, got none`);
        const loaded = tensor(slots[key]);
        if (!equalShapes(loaded.shape, [size])) {
          throw new Error(`loadStateDict: expected ${key} ${show([size])}, got ${show(loaded.shape)}`);
        }
        own.set(loaded.value.data!, row * size);
      }
      next.set(name, new Tensor(knownValue(own), [own.length]));
    }
    this.#steps = steps;
    this.#slots.clear();
    for (const [name, own] of next) this.#slots.set(name, own);
  }
}

function flat(x: Tensor): Tensor {
  return new Tensor(x.value, [x.size]);
}
