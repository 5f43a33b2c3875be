import ndarray from 'ndarray';
import { checkFunction } from '../checks/arguments';
import { checkCount } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';
import { someNames } from '../checks/someNames';
import { checkModule, type Module, Parameter, RunningValue, type StateDict } from '../nn/module';
import { equalShapes, show } from '../shape/shape';
import { knownValue, type Value } from '../tensor/graph';
import { realize, Tensor, tensorFor } from '../tensor/tensor';

/** Settings of {@link swaWeights}. */
export interface SwaWeightsOptions {
  /** Steps before the first that counts (0): the average of weights from before the model was trained is of no use. */
  from?: number;
  /** Every how many steps one counts (1). */
  every?: number;
}

/** Settings of {@link emaWeights}. */
export interface EmaWeightsOptions extends SwaWeightsOptions {
  /** d, how much of the average stays, 0 ≤ d < 1 (0.999): it looks back over about 1 / (1 − d) steps. */
  decay?: number;
  /** Whether d starts small, min(decay, (1 + n) / (10 + n)) after n steps, so that a short run forgets where it began (false). */
  warmUp?: boolean;
}

/** What {@link AveragedWeights} remembers. */
export interface AveragedWeightsState {
  /** Steps seen, those that do not count included. */
  steps: number;
  /** The averages, by the model's names; none before the first step that counts. */
  averages: StateDict;
}

type Averaged = Parameter | RunningValue;

const swaKinds = { from: 'any', every: 'any' } as const;

/**
 * Averages of a model's weights over the steps, which often predict better than the weights of the last step: as if one had averaged the
 * predictions of many models, at the price of one. Make them with {@link emaWeights} or {@link swaWeights}.
 *
 * Running means and variances are averaged as parameters are; counts are not.
 * @throws on a `from` that is not a whole number ≥ 0, and an `every` that is not one ≥ 1.
 */
export class AveragedWeights {
  readonly #model: Module;
  readonly #share: (averaged: number) => number;
  readonly #from: number;
  readonly #every: number;
  #averages: ReadonlyMap<string, Float32Array> | null = null;
  #steps = 0;
  #inUse = false;

  /** @internal Use {@link emaWeights} or {@link swaWeights}; `share` is how much of the new weights counts after n others. */
  constructor(model: Module, share: (averaged: number) => number, options: SwaWeightsOptions = {}) {
    checkModule('AveragedWeights', 'model', model);
    checkFunction('AveragedWeights', 'share', share, '(averaged) => 1 / (averaged + 1)');
    const { from = 0, every = 1 } = checkOptions('AveragedWeights', options, swaKinds);
    checkCount('averaged weights', 'from', from, 0);
    checkCount('averaged weights', 'every', every, 1);
    this.#model = model;
    this.#share = share;
    this.#from = from;
    this.#every = every;
  }

  /** Steps seen so far. */
  get steps(): number {
    return this.#steps;
  }

  /** Steps that count so far. */
  get averaged(): number {
    return Math.max(0, Math.ceil((this.#steps - this.#from) / this.#every));
  }

  #states(): Map<string, Averaged> {
    return this.#model.averagedStates();
  }

  /**
   * Takes the weights after a step into the average; call it after each step of the optimizer, as `fit` does.
   * @throws while {@link using} runs.
   */
  async update(): Promise<void> {
    if (this.#inUse) throw new Error('update: expected the weights of a step, got the averaged ones, which are in use');
    const counts = this.#steps >= this.#from && (this.#steps - this.#from) % this.#every === 0;
    const before = this.averaged;
    if (counts) {
      const states = this.#states();
      await realize(...states.values());
      const share = before === 0 ? 1 : this.#share(before);
      this.#averages = new Map([...states].map(([name, { value }]) => [name, this.#moved(name, value.data!, share)]));
    }
    this.#steps++;
  }

  /** The average moved towards the newest weights; in an array of its own, as the model may hold the old one. */
  #moved(name: string, newest: Float32Array, share: number): Float32Array {
    const average = this.#averages?.get(name);
    if (!average) return newest.slice();
    const moved = new Float32Array(average.length);
    for (let i = 0; i < moved.length; i++) moved[i] = average[i] + share * (newest[i] - average[i]);
    return moved;
  }

  /**
   * Runs a function with the averages in the place of the model's weights, to measure, predict or save, and puts the weights back
   * afterwards, also where it throws:
   *
   *     const { meanIou } = await average.using(() => evaluateSegmentation(model, heldOut));
   *
   * @returns what the function returns.
   * @throws before the first step that counts, while it is running already, where the function trains the averages (which are gone then), and
   * what the function throws.
   */
  async using<Result>(body: () => Result | Promise<Result>): Promise<Result> {
    checkFunction('using', 'body', body, '() => evaluateDetection(model, samples)');
    if (this.#inUse) throw new Error('using: expected one use at a time, got another within it');
    const averages = this.#averages;
    if (!averages)
      throw new Error(`using: expected averages of at least one step, got none after ${this.#steps} steps`);
    const states = [...this.#states()];
    await realize(...states.map(([, state]) => state));
    const before = states.map(([, state]) => state.value);
    const inPlace = states.map(([name]) => knownValue(averages.get(name)!));
    this.#inUse = true;
    try {
      for (const [i, [, state]] of states.entries()) replace(state, inPlace[i]);
      const result = await body();
      const trained = states.flatMap(([name, state], i) =>
        state instanceof Parameter && state.value !== inPlace[i] ? [name] : [],
      );
      if (trained.length > 0) {
        throw new Error(`using: expected the averaged weights to stay as they are, got changed ${someNames(trained)}`);
      }
      return result;
    } finally {
      for (const [i, [, state]] of states.entries()) replace(state, before[i]);
      this.#inUse = false;
    }
  }

  /** A copy of the averages, to continue later exactly here. */
  stateDict(): AveragedWeightsState {
    const averages: StateDict = {};
    for (const [name, { shape }] of this.#averages ? this.#states() : []) {
      averages[name] = ndarray(this.#averages!.get(name)!.slice(), [...shape]);
    }
    return { steps: this.#steps, averages };
  }

  /** Continues where {@link stateDict} was taken. @throws where names or shapes do not fit; then nothing has changed. */
  loadStateDict(state: AveragedWeightsState): void {
    if (!isRecord(state) || !isRecord(state.averages)) {
      throw new Error(`loadStateDict: expected a state { steps, averages }, got ${shown(state)}`);
    }
    const { steps, averages } = state;
    checkCount('loadStateDict', 'steps of averaged weights', steps, 0);
    const wanted = steps > this.#from ? this.#states() : new Map<string, Averaged>();
    const unknown = Object.keys(averages).filter((name) => !wanted.has(name));
    const missing = [...wanted.keys()].filter((name) => !Object.hasOwn(averages, name));
    if (unknown.length > 0 || missing.length > 0) {
      throw new Error(
        `loadStateDict: expected averages of the model's names, missing ${someNames(missing)}, unknown ${someNames(unknown)}`,
      );
    }
    const next = new Map<string, Float32Array>();
    for (const [name, { shape }] of wanted) {
      const loaded = tensorFor('loadStateDict', averages[name]);
      if (!equalShapes(loaded.shape, shape)) {
        throw new Error(`loadStateDict: expected the average of ${name} ${show(shape)}, got ${show(loaded.shape)}`);
      }
      next.set(name, loaded.value.data!);
    }
    this.#averages = next.size > 0 ? next : null;
    this.#steps = steps;
  }
}

function replace(state: Averaged, value: Value): void {
  state.assign(new Tensor(value, state.shape));
  if (state instanceof RunningValue) state.settle();
}

/**
 * An exponential moving average of the weights: a ← d · a + (1 − d) · w after each step, beginning with the first step's weights. It follows
 * the training with a delay and without its noise.
 * @throws on a decay outside 0 ≤ d < 1, a `from` that is not a whole number ≥ 0, and an `every` that is not one ≥ 1.
 * @see Tarvainen and Valpola 2017, Mean teachers.
 */
export function emaWeights(model: Module, settings: EmaWeightsOptions = {}): AveragedWeights {
  checkModule('emaWeights', 'model', model);
  const kinds = { ...swaKinds, decay: 'any', warmUp: 'flag' } as const;
  const { decay = 0.999, warmUp = false, ...options } = checkOptions('emaWeights', settings, kinds);
  if (!(Number.isFinite(decay) && decay >= 0 && decay < 1)) {
    throw new Error(`emaWeights: expected decay in [0, 1), got ${shown(decay)}`);
  }
  const kept = (averaged: number) => (warmUp ? Math.min(decay, (1 + averaged) / (10 + averaged)) : decay);
  return new AveragedWeights(model, (averaged) => 1 - kept(averaged), options);
}

/**
 * The plain mean of the weights of many steps (stochastic weight averaging): a ← a + (w − a) / (n + 1). Take it at the end of a run, with a
 * learning rate that stays high enough for the weights to keep moving about.
 * @throws on a `from` that is not a whole number ≥ 0, and an `every` that is not one ≥ 1.
 * @see Izmailov et al. 2018, Averaging weights leads to wider optima and better generalization. There, batch norm's statistics are computed
 * anew with the averaged weights; here they are averaged, too.
 */
export function swaWeights(model: Module, options: SwaWeightsOptions = {}): AveragedWeights {
  checkModule('swaWeights', 'model', model);
  checkOptions('swaWeights', options, swaKinds);
  return new AveragedWeights(model, (averaged) => 1 / (averaged + 1), options);
}
