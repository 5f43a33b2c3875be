import ndarray, { type NdArray } from 'ndarray';
import { Module, type Parameter, type RunningValue } from '../nn/module';
import { gradients } from '../tensor/autograd';
import { knownValue, realise, type Value } from '../tensor/graph';
import { equalShapes, show } from '../tensor/shape';
import { Tensor, tensor } from '../tensor/tensor';
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
  steps: number;
  slots: Record<string, NdArray<Float32Array>>;
}

/** One parameter's update: the new parameter and the new slots, by name. */
export interface Update {
  parameter: Tensor;
  slots: Record<string, Tensor>;
}

/** Base of {@link sgd} and {@link adam}: gradients, update, and one launch for all of it. */
export abstract class Optimizer {
  readonly #module: Module | null;
  readonly #parameters: Map<string, Parameter>;
  readonly #slots = new Map<string, Record<string, Tensor>>();
  readonly #schedule: Schedule;
  readonly #clipNorm: number | undefined;
  #steps = 0;

  /** @param target a module (its running values are updated in the same launch), or a list of parameters. */
  constructor(target: Module | readonly Parameter[], { learningRate, clipNorm }: OptimizerOptions) {
    this.#module = target instanceof Module ? target : null;
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

  /** Records the update of one parameter, all operands flat `[size]`. */
  protected abstract update(parameter: Tensor, gradient: Tensor, slots: Record<string, Tensor>, rate: Tensor): Update;

  /**
   * One step downhill: gradients of the loss, the update, the module's running values and the loss itself, in one launch.
   * @param loss a tensor of size 1 computed from the parameters.
   * @returns the loss before the step.
   * @throws where the loss or an updated parameter is not finite, naming the step and the first operation that went wrong;
   * parameters, running averages and the module's running values are then as before the step.
   */
  async step(loss: Tensor): Promise<number> {
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
      const own = this.#slots.get(name) ?? this.#emptySlots(parameter);
      return this.update(flat(parameter), flat(slopes[index]), own, rate);
    });
    const runningValues: RunningValue[] = this.#module?.runningValues() ?? [];
    const states = updates.flatMap(({ parameter, slots }) => [parameter, ...Object.values(slots)]);
    const roots = [loss, ...states].map(({ value }) => value);
    const calls = roots.map(({ call }) => call);
    await realise([loss, ...states, ...runningValues].map(({ value }) => value));
    const value = loss.value.data![0];
    if (!Number.isFinite(value) || !updates.every(({ parameter }) => parameter.value.data!.every(Number.isFinite))) {
      for (const running of runningValues) running.restore();
      // Recorded, not computed: the search goes through the whole step again in the order of computation.
      for (const [index, call] of calls.entries()) if (call) Object.assign(roots[index], { data: null, call });
      const culprit = await findNonFinite(roots, this.#names());
      throw new Error(
        `step ${this.#steps}: expected a finite ${Number.isFinite(value) ? 'update' : `loss, got ${value}`}; ${culprit}`,
      );
    }
    for (const [index, [name, parameter]] of entries.entries()) {
      parameter.assign(new Tensor(updates[index].parameter.value, parameter.shape));
      this.#slots.set(name, updates[index].slots);
    }
    this.#steps++;
    return value;
  }

  #emptySlots({ size }: Parameter): Record<string, Tensor> {
    return Object.fromEntries(
      this.slotNames.map((name) => [name, new Tensor(knownValue(new Float32Array(size)), [size])]),
    );
  }

  #names(): Map<Value, string> {
    return new Map([...this.#parameters].map(([name, { value }]) => [value, `parameter ${name}`]));
  }

  /** A copy of the steps taken and the running averages, to continue later exactly here. */
  stateDict(): OptimizerState {
    const slots: OptimizerState['slots'] = {};
    for (const [name, own] of this.#slots) {
      for (const slot in own) slots[`${name}.${slot}`] = ndarray(own[slot].value.data!.slice(), [own[slot].size]);
    }
    return { steps: this.#steps, slots };
  }

  /** Continues where {@link stateDict} was taken. @throws where names or sizes do not fit; then nothing has changed. */
  loadStateDict({ steps, slots }: OptimizerState): void {
    if (!Number.isInteger(steps) || steps < 0) throw new Error(`loadStateDict: expected steps ≥ 0, got ${steps}`);
    const next = new Map<string, Record<string, Tensor>>();
    for (const [name, parameter] of this.#parameters) {
      if (steps === 0) break;
      const own: Record<string, Tensor> = {};
      for (const slot of this.slotNames) {
        const key = `${name}.${slot}`;
        if (!Object.hasOwn(slots, key)) throw new Error(`loadStateDict: expected ${key}, got none`);
        own[slot] = tensor(slots[key]);
        if (!equalShapes(own[slot].shape, [parameter.size])) {
          throw new Error(`loadStateDict: expected ${key} ${show([parameter.size])}, got ${show(own[slot].shape)}`);
        }
      }
      next.set(name, own);
    }
    this.#steps = steps;
    this.#slots.clear();
    for (const [name, own] of next) this.#slots.set(name, own);
  }
}

function flat(x: Tensor): Tensor {
  return new Tensor(x.value, [x.size]);
}
