import { inspectSymbol } from '../checks/inspect';
import { isTensor } from '../checks/isTensor';
import { checkCount } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { checkPath } from '../checks/path';
import { isRecord } from '../checks/record';
import { checkSeed } from '../checks/seed';
import { shown } from '../checks/shown';
import { someNames } from '../checks/someNames';
import type { Batch, Batches } from '../data/batches';
import type { ImageSample, Sample } from '../data/dataset';
import type { Losses, Trainable } from '../models/contract';
import type { Module } from '../nn/module';
import { add } from '../ops/elementwise';
import type { AveragedWeights } from '../optim/averagedWeights';
import type { Optimizer } from '../optim/optimizer';
import { onInterrupt, turn } from '../platform/interrupts';
import { show } from '../shape/shape';
import { checkCheckpointed, hasCheckpoint, loadCheckpoint, saveCheckpoint } from './checkpoint';
import { type Evaluation, emptyHistory, isMetrics, type TrainingHistory } from './history';
import { trainingProgress } from './progress';

/** Settings of {@link fit}. */
export interface FitOptions<S extends ImageSample = Sample> {
  /** What is trained. */
  model: Trainable<S>;
  /** Made for this model, or for some of its parameters. */
  optimizer: Optimizer;
  /** What it is trained on. */
  batches: Batches<S>;
  /** Steps of the whole run, those of an earlier session included. */
  steps: number;
  /**
   * Batches of one step (1): step s goes by the mean of the losses of the batches s · k … s · k + k − 1, which trains as batches k times as
   * large would, in the memory of a small one. See `accumulate` of {@link Optimizer}.
   */
  accumulate?: number;
  /**
   * Averages of the model's weights, new ones: updated after every step and kept in the checkpoint. Measure them with
   * `average.using(…)` in `evaluate`.
   */
  average?: AveragedWeights;
  /** Measures the model after every `every` steps and at the end, by numbers with names. */
  evaluate?: { every?: number; metrics: () => Promise<Record<string, number>> };
  /** A folder that the run is saved to after every `every` steps, when it is interrupted, and at the end. */
  checkpoint?: {
    folder: string;
    every?: number;
    /** Whether to continue what the folder holds; without it, a folder that holds a checkpoint is an error. */
    resume?: boolean;
    /** Called with a sentence where the newest checkpoint is damaged and the one before it is used (`console.warn`). */
    onNote?: (text: string) => void;
  };
  /** Called after each step, with the losses by name and what was measured: for a log. */
  onStep?: (done: { step: number; losses: Record<string, number>; evaluation?: Evaluation }) => void;
  /** Ends the run after the step it is in, as Ctrl-C and a notebook's stop button do. */
  signal?: AbortSignal;
  /** Whether to show how far the run is (true). */
  progress?: boolean;
}

/** What came out of a run. */
export interface FitResult extends TrainingHistory {
  /** Steps taken, those of earlier sessions included. */
  steps: number;
  /** Whether the run ended before its last step. */
  interrupted: boolean;
}

const fitKinds = {
  model: 'any',
  optimizer: 'any',
  batches: 'any',
  steps: 'any',
  accumulate: 'any',
  average: 'any',
  evaluate: 'record',
  checkpoint: 'record',
  onStep: 'function',
  signal: 'any',
  progress: 'flag',
} as const;

function checkFit<S extends ImageSample>(options: FitOptions<S>): void {
  checkOptions<object>('fit', options, fitKinds);
  const { model, optimizer, batches, steps, accumulate, evaluate, checkpoint, signal } = options;
  checkCheckpointed('fit', options);
  if (typeof model.losses !== 'function') {
    throw new Error(`fit: expected a model with a method losses(batch), got ${shown(model)}`);
  }
  if (!isRecord(batches) || typeof batches.batch !== 'function') {
    throw new Error(`fit: expected batches such as batches(dataset, { size: 8 }), got ${shown(batches)}`);
  }
  checkCount('fit', 'size of the batches', batches.size, 1);
  checkSeed('fit', batches.seed);
  checkCount('fit', 'steps', steps, 1);
  if (evaluate) checkOptions('fit', evaluate, { every: 'any', metrics: 'any' });
  if (evaluate && typeof evaluate.metrics !== 'function') {
    throw new Error(`fit: expected evaluate.metrics to be a function, got ${shown(evaluate.metrics)}`);
  }
  if (checkpoint) {
    checkOptions('fit', checkpoint, { folder: 'any', every: 'any', resume: 'flag', onNote: 'function' });
    checkPath('fit', checkpoint.folder, 'checkpoint.folder to be a path');
  }
  for (const [name, count] of [
    ['accumulate', accumulate],
    ['evaluate.every', evaluate?.every],
    ['checkpoint.every', checkpoint?.every],
  ] as const) {
    if (count !== undefined) checkCount('fit', name, count, 1);
  }
  if (signal !== undefined && !(isRecord(signal) && typeof signal.addEventListener === 'function')) {
    throw new Error(`fit: expected signal of an AbortController, got ${shown(signal)}`);
  }
  checkOptimizer(model, optimizer);
}

/** Throws unless a model's losses are tensors by name. */
function checkLosses(losses: Losses): void {
  const isLosses = isRecord(losses) && Object.keys(losses).length > 0 && Object.values(losses).every(isTensor);
  if (!isLosses) throw new Error(`fit: expected the model's losses to be tensors by name, got ${shown(losses)}`);
}

/** What was measured. @throws on anything but numbers by name. */
async function measured(metrics: () => Promise<Record<string, number>>): Promise<Record<string, number>> {
  const found = await metrics();
  if (isMetrics(found)) return found;
  throw new Error(`fit: expected evaluate.metrics to give numbers by name, got ${shown(found)}`);
}

/** An optimizer of another model would train nothing, without an error. */
function checkOptimizer(model: Module, optimizer: Optimizer): void {
  const own = new Set(model.parameters());
  const strangers = [...optimizer.namedParameters()].filter(([, parameter]) => !own.has(parameter));
  if (strangers.length === 0) return;
  const names = someNames(strangers.map(([name, { shape }]) => `${name} ${show(shape)}`));
  throw new Error(
    `fit: expected an optimizer of this model's parameters, got one with ${names} of another; make it for the model that is trained`,
  );
}

/** Continues a saved run, or begins a new one. */
function begin<S extends ImageSample>({
  model,
  optimizer,
  batches,
  steps,
  accumulate = 1,
  average,
  checkpoint,
}: FitOptions<S>): TrainingHistory {
  if (!checkpoint || !hasCheckpoint(checkpoint.folder)) {
    if (optimizer.steps !== 0) throw new Error(`fit: expected a new optimizer, got one after ${optimizer.steps} steps`);
    if (average && average.steps !== 0)
      throw new Error(`fit: expected new averages, got those of ${average.steps} steps`);
    return emptyHistory();
  }
  const { folder, resume = false, onNote } = checkpoint;
  if (!resume) throw new Error(`fit: ${folder} holds a checkpoint; set resume to continue it, or remove the folder`);
  const stored = loadCheckpoint(folder, { model, optimizer, average, onNote });
  const { step, seed, batchSize, accumulate: before, history } = stored;
  if (seed !== batches.seed || batchSize !== batches.size) {
    throw new Error(
      `fit: ${folder}: expected batches of size ${batchSize} and seed ${seed}, got size ${batches.size} and seed ${batches.seed}`,
    );
  }
  if (before !== accumulate) throw new Error(`fit: ${folder}: expected accumulate ${before}, got ${accumulate}`);
  if (step > steps) throw new Error(`fit: ${folder}: expected at most ${steps} steps, got ${step}`);
  return history;
}

/** Listens for a request to stop: an AbortSignal, or Ctrl-C. After the first request of either kind, Ctrl-C ends the process as usual. */
function listenForStop(signal: AbortSignal | undefined) {
  let wished = signal?.aborted ?? false;
  let forget = () => {};
  const close = () => {
    signal?.removeEventListener('abort', stop);
    forget();
  };
  const stop = () => {
    wished = true;
    close();
  };
  if (!wished) {
    signal?.addEventListener('abort', stop);
    forget = onInterrupt(stop);
  }
  return { wished: () => wished, close };
}

/**
 * Trains a model: batch, losses, step, over and over, with evaluation, checkpoints and progress.
 *
 * Every batch and every random choice depends on the seed and the number of the step. A run that was interrupted and is resumed from
 * its checkpoint therefore ends with the same numbers, bit by bit, as one that was not, on the same back end.
 * @throws on wrong options, where a loss is not finite (the checkpoint written last stays), and where a checkpoint does not fit.
 */
export async function fit<S extends ImageSample = Sample>(options: FitOptions<S>): Promise<FitResult> {
  checkFit(options);
  const { model, optimizer, batches, steps, evaluate, checkpoint, signal, onStep, progress = true } = options;
  const { accumulate = 1, average } = options;
  const history = begin(options);
  const secondsBefore = history.seconds;
  const first = optimizer.steps;
  const started = performance.now();
  const shown = progress ? trainingProgress({ steps, batchSize: batches.size * accumulate }) : undefined;
  const stop = listenForStop(signal);
  let saved = first;

  async function save(): Promise<void> {
    if (!checkpoint || saved === optimizer.steps) return;
    history.seconds = secondsBefore + (performance.now() - started) / 1000;
    const state = { step: optimizer.steps, seed: batches.seed, batchSize: batches.size, accumulate, history };
    await saveCheckpoint(checkpoint.folder, { model, optimizer, average, state });
    saved = optimizer.steps;
  }

  try {
    while (optimizer.steps < steps && !stop.wished()) {
      model.train();
      const step = optimizer.steps;
      const losses: Record<string, number>[] = [];
      for (let i = 0; i < accumulate; i++) {
        const batch = batches.batch(step * accumulate + i);
        losses.push(await learn({ model, optimizer, batch, last: i === accumulate - 1 }));
      }
      record(history.losses, losses);
      await average?.update();
      const taken = optimizer.steps;
      const due = (every: number | undefined) => taken === steps || (every !== undefined && taken % every === 0);
      const evaluation =
        evaluate && due(evaluate.every) ? { step: taken, metrics: await measured(evaluate.metrics) } : undefined;
      if (evaluation) history.evaluations.push(evaluation);
      onStep?.({ step: taken, losses: lastOf(history.losses), evaluation });
      if (checkpoint && due(checkpoint.every)) await save();
      const speed = ((taken - first) * accumulate * batches.size * 1000) / (performance.now() - started);
      shown?.update(history, { step: taken, speed });
      await turn();
    }
    await save();
  } finally {
    stop.close();
    shown?.close();
  }
  history.seconds = secondsBefore + (performance.now() - started) / 1000;
  return readable({ ...history, steps: optimizer.steps, interrupted: optimizer.steps < steps });
}

/** The result, which `console.log` prints as a few words instead of every loss of every step. */
function readable(result: FitResult): FitResult {
  const { losses, evaluations, steps, seconds, interrupted } = result;
  const curves = Object.entries(losses).map(([name, curve]) => {
    const [first, last] = [curve[0], curve[curve.length - 1]].map((loss) => loss?.toPrecision(3));
    return `  ${name}: ${first} → ${last}`;
  });
  const metrics = Object.entries(evaluations.at(-1)?.metrics ?? {}).map(([name, value]) => `  ${name}: ${value}`);
  const head = `training: ${steps} steps in ${seconds.toFixed(1)} s${interrupted ? ', interrupted' : ''}`;
  const value = () => [head, ...curves, ...metrics].join('\n');
  return Object.defineProperty(result, inspectSymbol, { value, enumerable: false });
}

/** The losses of the last step. */
function lastOf(curves: TrainingHistory['losses']): Record<string, number> {
  return Object.fromEntries(Object.entries(curves).map(([name, curve]) => [name, curve[curve.length - 1]]));
}

/** Trains on one batch: the last one of a step moves the parameters. @returns the losses by name, and where there are several, their sum. */
async function learn<S extends ImageSample>({
  model,
  optimizer,
  batch,
  last,
}: Pick<FitOptions<S>, 'model' | 'optimizer'> & { batch: Batch<S>; last: boolean }): Promise<Record<string, number>> {
  const named = await model.losses(batch);
  checkLosses(named);
  const losses = Object.entries(named);
  const parts = losses.map(([, loss]) => loss);
  // An optimizer of a list of parameters does not know of running values; unless they are computed, each would hold all steps before.
  const watch = [...(parts.length > 1 ? parts : []), ...model.runningValues()];
  const sum = parts.reduce(add);
  const total = await (last ? optimizer.step(sum, { watch }) : optimizer.accumulate(sum, { watch }));
  if (losses.length === 1) return { [losses[0][0]]: total };
  const values = await Promise.all(losses.map(async ([name, loss]) => [name, await loss.item()] as const));
  return { ...Object.fromEntries(values), total };
}

/** Adds the mean of the losses of a step's batches to their curves. */
function record(curves: TrainingHistory['losses'], batches: readonly Record<string, number>[]): void {
  for (const name of Object.keys(batches[0])) {
    if (!Object.hasOwn(curves, name)) curves[name] = [];
    curves[name].push(batches.reduce((sum, losses) => sum + losses[name], 0) / batches.length);
  }
}
