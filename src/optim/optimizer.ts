import { checkTensor, checkTensorList } from '../checks/arguments';
import { firstNonFinite } from '../checks/finite';
import { checkFrom0, checkPositive } from '../checks/numbers';
import { checkOptions, type OptionKinds } from '../checks/options';
import { shown } from '../checks/shown';
import { Module, Parameter, type RunningValue } from '../nn/module';
import { add, scale } from '../ops/elementwise';
import { gradients, withoutGradients } from '../tensor/autograd';
import { knownValue, realize, type Value } from '../tensor/graph';
import { Tensor, zeros } from '../tensor/tensor';
import { clipGradientNorm } from './clipGradientNorm';
import { clipGradientValue } from './clipGradientValue';
import { findNonFinite } from './findNonFinite';
import { type OptimizerState, readState, savedState, type Trained } from './optimizerState';
import { groupSettings, type ParameterGroup } from './parameterGroups';
import { constantSchedule, type Schedule } from './schedule';

/** Settings that every optimizer has. */
export interface OptimizerOptions {
  /** Step size: a number, or a {@link Schedule}. */
  learningRate: number | Schedule;
  /** Pull towards 0 (0; of `adamW` 0.01). */
  weightDecay?: number;
  /** Parameters with a rate or a weight decay of their own; of several groups that hold one, the last that names a setting counts. */
  groups?: readonly ParameterGroup[];
  /** Longest gradient; see {@link clipGradientNorm}. Not limited by default. */
  clipNorm?: number;
  /** Largest number of a gradient; see {@link clipGradientValue}. Not limited by default. With both, it comes first. */
  clipValue?: number;
}

/** What options of every optimizer are. */
export const optimizerKinds: OptionKinds<OptimizerOptions> = {
  learningRate: 'any',
  weightDecay: 'any',
  groups: 'any',
  clipNorm: 'any',
  clipValue: 'any',
};

/** What an update goes by, beside the gradient. */
export interface UpdateSettings {
  /** The learning rate, and what else changes from step to step. */
  rate: Tensor;
  /** Pull towards 0 of this parameter. */
  weightDecay: number;
}

/** Gradients that wait for the next step: their sums, and of how many losses. */
interface Waiting {
  readonly losses: number;
  readonly sums: ReadonlyMap<Parameter, Tensor>;
}

/** What one launch is to compute. */
interface Computation {
  loss: Tensor;
  /** Beside the loss; each has to be finite from a position on. */
  results: readonly { tensor: Tensor; finiteFrom: number }[];
  /** How errors call these results. */
  name: string;
  watch: readonly Tensor[];
}

/** Base of all optimizers: gradients, update, and one launch for all of it. */
export abstract class Optimizer {
  readonly #runningValues: readonly RunningValue[];
  readonly #entries: readonly Trained[];
  readonly #schedule: Schedule;
  readonly #clipNorm: number | undefined;
  readonly #clipValue: number | undefined;
  #waiting: Waiting | null = null;
  #steps = 0;

  /**
   * @param target a module (its running values are updated in the same launch), or a list of parameters.
   * @throws where there is no parameter, a group holds none, or a setting is out of range.
   */
  constructor(target: Module | readonly Parameter[], options: OptimizerOptions) {
    checkTarget(target);
    const { learningRate, weightDecay = 0, groups = [], clipNorm, clipValue } = options;
    this.#runningValues = target instanceof Module ? target.runningValues() : [];
    const parameters =
      target instanceof Module
        ? target.namedParameters()
        : new Map(target.map((parameter, index) => [String(index), parameter]));
    if (parameters.size === 0) throw new Error('optimizer: expected at least one parameter, got none');
    const settings = groupSettings(parameters, groups, weightDecay);
    this.#entries = [...parameters].map(([name, parameter]) => ({
      name,
      parameter,
      ...settings.get(parameter)!,
      steps: 0,
      slots: null,
    }));
    checkFrom0('optimizer', 'weightDecay', weightDecay);
    if (clipNorm !== undefined) checkPositive('optimizer', 'clipNorm', clipNorm);
    if (clipValue !== undefined) checkPositive('optimizer', 'clipValue', clipValue);
    if (typeof learningRate === 'number') checkFrom0('optimizer', 'learningRate', learningRate);
    else if (typeof learningRate !== 'function') {
      throw new Error(`optimizer: expected learningRate to be a number or a schedule, got ${shown(learningRate)}`);
    }
    this.#schedule = typeof learningRate === 'number' ? constantSchedule(learningRate) : learningRate;
    this.#clipNorm = clipNorm;
    this.#clipValue = clipValue;
  }

  /** Steps taken so far. */
  get steps(): number {
    return this.#steps;
  }

  /** The rate of the next step. */
  get learningRate(): number {
    return this.#schedule(this.#steps);
  }

  /** The parameters by name, frozen ones too: as the module names them, or by their numbers in the list. */
  namedParameters(): Map<string, Parameter> {
    return new Map(this.#entries.map(({ name, parameter }) => [name, parameter]));
  }

  /** Names of the running averages that a parameter needs; they start at 0. */
  protected abstract readonly slotNames: readonly string[];

  /** What changes from step to step, as a tensor that the update kernels read; `step` counts those that the parameter took. */
  protected abstract rate(learningRate: number, step: number): Tensor;

  /**
   * Records the update of one parameter.
   * @param parameter flat `[size]`. @param gradient `[size]`. @param slots `[slots · size]`.
   * @returns `[slots + 1, size]`: the new running averages, and last the new parameter.
   */
  protected abstract update(parameter: Tensor, gradient: Tensor, slots: Tensor, settings: UpdateSettings): Tensor;

  /**
   * Adds the gradients of a loss to those that wait for the next {@link step}, which goes by the mean of all of them: the mean loss of k
   * small batches has the gradient of one batch k times as large, in the memory of a small one.
   *
   *     for (const batch of smallBatches.slice(1)) await optimizer.accumulate(lossOf(batch));
   *     await optimizer.step(lossOf(smallBatches[0]));
   *
   * It is the large batch up to rounding where every image counts alike: batch norm takes its statistics from each small batch, and a loss
   * that divides by the number of objects does so in each.
   *
   * @param loss one number, `[]` or `[1]`. @param options watch: tensors to be computed in the same launch.
   * @returns the loss.
   * @throws as {@link step}; then nothing has changed.
   */
  async accumulate(loss: Tensor, options: { watch?: readonly Tensor[] } = {}): Promise<number> {
    const watch = watched('accumulate', loss, options);
    const parameters = this.#active().map(({ parameter }) => parameter);
    const slopes = gradients(loss, parameters);
    const sums = withoutGradients(() =>
      slopes.map((slope, i) => add(this.#waiting?.sums.get(parameters[i]) ?? zeros(slope.shape), slope)),
    );
    const results = sums.map((tensor) => ({ tensor, finiteFrom: 0 }));
    const value = await this.#compute({ loss, results, name: 'gradient', watch });
    const losses = (this.#waiting?.losses ?? 0) + 1;
    this.#waiting = { losses, sums: new Map(parameters.map((parameter, i) => [parameter, sums[i]])) };
    return value;
  }

  /**
   * One step downhill: gradients of the loss, the update, the module's running values and the loss itself, in one launch.
   * @param loss one number, `[]` or `[1]`, computed from the parameters.
   * @param options watch: tensors to be computed in the same launch, such as the parts of the loss.
   * @returns the loss before the step.
   * @throws where the loss or an updated parameter is not finite, or numbers that the host has to decide from (see `decide`), naming the
   * step and the first operation that went wrong; what else a decision throws; and where all parameters are frozen. Parameters, running
   * averages and the module's running values are then as before the step.
   */
  async step(loss: Tensor, options: { watch?: readonly Tensor[] } = {}): Promise<number> {
    const watch = watched('step', loss, options);
    const learningRate = this.learningRate;
    if (!(Number.isFinite(learningRate) && learningRate >= 0)) {
      throw new Error(`step ${this.#steps}: expected a learning rate ≥ 0, got ${shown(learningRate)}`);
    }
    const active = this.#active();
    const slopes = this.#slopes(loss, active);
    const rates = new Map<string, Tensor>();
    const rateOf = ({ rateFactor, steps }: Trained) => {
      const key = `${rateFactor} ${steps}`;
      const rate = rates.get(key) ?? this.rate(learningRate * rateFactor, steps);
      rates.set(key, rate);
      return rate;
    };
    const updates = active.map((entry, i) => {
      const { parameter, weightDecay } = entry;
      const finiteFrom = this.slotNames.length * parameter.size;
      const settings = { rate: rateOf(entry), weightDecay };
      const tensor = this.update(flat(parameter), flat(slopes[i]), entry.slots ?? zeros([finiteFrom]), settings);
      return { tensor, finiteFrom };
    });
    const value = await this.#compute({ loss, results: updates, name: 'update', watch });
    for (const [i, entry] of active.entries()) take(entry, updates[i]);
    this.#waiting = null;
    this.#steps++;
    return value;
  }

  /** What is trained. */
  #active(): Trained[] {
    const active = this.#entries.filter(({ parameter }) => !parameter.frozen);
    if (active.length === 0) {
      throw new Error(
        `step ${this.#steps}: expected a parameter that is not frozen, got none of ${this.#entries.length}`,
      );
    }
    return active;
  }

  /** The gradients of a step: of the mean of its loss and of those that wait, clipped. */
  #slopes(loss: Tensor, active: readonly Trained[]): Tensor[] {
    let slopes = gradients(
      loss,
      active.map(({ parameter }) => parameter),
    );
    const waiting = this.#waiting;
    if (waiting) {
      const share = 1 / (waiting.losses + 1);
      slopes = withoutGradients(() =>
        slopes.map((slope, i) => {
          const sum = waiting.sums.get(active[i].parameter);
          return scale(sum ? add(sum, slope) : slope, share);
        }),
      );
    }
    if (this.#clipValue !== undefined) slopes = clipGradientValue(slopes, this.#clipValue);
    if (this.#clipNorm !== undefined) slopes = clipGradientNorm(slopes, this.#clipNorm).gradients;
    return slopes;
  }

  /** Computes everything in one launch. @returns the loss. @throws as {@link step}, with the running values as before. */
  async #compute({ loss, results, name, watch }: Computation): Promise<number> {
    const tensors = results.map(({ tensor }) => tensor);
    const roots = [loss, ...tensors].map(({ value }) => value);
    const calls = roots.map(({ call }) => call);
    try {
      await realize([...new Set([loss, ...tensors, ...this.#runningValues, ...watch])].map(({ value }) => value));
    } catch (error) {
      for (const running of this.#runningValues) running.restore();
      // A decision in the middle of the step may refuse numbers; where they are not finite, it is for the reason that a loss would be.
      const culprit = await findNonFinite(roots, this.#names()).catch(() => null);
      if (culprit === null) throw error;
      throw new Error(`step ${this.#steps}: ${(error as Error).message}; ${culprit}`, { cause: error });
    }
    const value = loss.value.data![0];
    if (!Number.isFinite(value) || !results.every(isFiniteResult)) {
      for (const running of this.#runningValues) running.restore();
      // Recorded, not computed: the search goes through the whole step again in the order of computation.
      for (const [index, call] of calls.entries()) if (call) Object.assign(roots[index], { data: null, call });
      const found = await findNonFinite(roots, this.#names());
      const culprit = found ?? 'the numbers were finite when computed once more';
      throw new Error(
        `step ${this.#steps}: expected a finite ${Number.isFinite(value) ? name : `loss, got ${value}`}; ${culprit}`,
      );
    }
    for (const running of this.#runningValues) running.settle();
    return value;
  }

  #names(): Map<Value, string> {
    return new Map(this.#entries.map(({ name, parameter }) => [parameter.value, `parameter ${name}`]));
  }

  /**
   * A copy of the steps taken and the running averages, to continue later exactly here. Rates, groups and what is frozen are settings of
   * the program, and no part of it.
   * @throws where gradients of {@link accumulate} wait for a step.
   */
  stateDict(): OptimizerState {
    if (this.#waiting) {
      const { losses } = this.#waiting;
      throw new Error(
        `stateDict: expected no gradients that wait for a step, got those of ${losses} losses; call step first`,
      );
    }
    return savedState(this.#entries, this.slotNames, this.#steps);
  }

  /**
   * Continues where {@link stateDict} was taken; gradients that wait for a step are dropped.
   * @throws where names or sizes do not fit; then nothing has changed.
   */
  loadStateDict(state: OptimizerState): void {
    const next = readState(this.#entries, this.slotNames, state);
    this.#steps = state.steps;
    this.#waiting = null;
    for (const [i, entry] of this.#entries.entries()) Object.assign(entry, next[i]);
  }
}

/** Throws unless the target is a module or a list of parameters. */
function checkTarget(target: unknown): void {
  if (target instanceof Module) return;
  if (Array.isArray(target) && target.every((parameter) => parameter instanceof Parameter)) return;
  throw new Error(`optimizer: expected a module or a list of its parameters, got ${shown(target)}`);
}

/** What is to be computed along with a loss; checks both. */
function watched(caller: string, loss: Tensor, options: { watch?: readonly Tensor[] }): readonly Tensor[] {
  checkTensor(caller, 'loss', loss);
  const { watch = [] } = checkOptions(caller, options, { watch: 'any' });
  checkTensorList(caller, 'watch', watch);
  return watch;
}

function flat(x: Tensor): Tensor {
  return new Tensor(x.value, [x.size]);
}

function isFiniteResult({ tensor, finiteFrom }: Computation['results'][number]): boolean {
  return firstNonFinite(tensor.value.data!.subarray(finiteFrom)) < 0;
}

/** Takes an update over: running averages and parameter share its memory. */
function take(entry: Trained, { tensor, finiteFrom }: Computation['results'][number]): void {
  const data = tensor.value.data!;
  entry.parameter.assign(new Tensor(knownValue(data.subarray(finiteFrom)), entry.parameter.shape));
  entry.slots = new Tensor(knownValue(data.subarray(0, finiteFrom)), [finiteFrom]);
  entry.steps++;
}
