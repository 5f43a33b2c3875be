import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../checks/record';
import type { Module } from '../nn/module';
import type { AveragedWeights } from '../optim/averagedWeights';
import type { Optimizer } from '../optim/optimizer';
import { readJson } from '../platform/readJson';
import { replaceFile } from '../platform/replaceFile';
import { readSafetensors, writeSafetensors } from '../weights/safetensors';
import { parseHistory, type TrainingHistory } from './history';

/** What a run is continued from, beside the numbers of model and optimizer. */
export interface TrainingState {
  /** Steps taken. */
  step: number;
  /** Seed of the batches: a run continues on the same ones. */
  seed: number;
  /** Images in a batch. */
  batchSize: number;
  /** Batches of one step. */
  accumulate: number;
  /** Losses and evaluations so far. */
  history: TrainingHistory;
}

/** What a checkpoint holds the numbers of. */
export interface Checkpointed {
  /** What is trained. */
  model: Module;
  /** What trains it. */
  optimizer: Optimizer;
  /** Averages of the model's weights; none by default. */
  average?: AveragedWeights;
}

/** Largest `training.json` that is read, in bytes: a million steps of a dozen losses. */
const maximumBytes = 2 ** 28;

const recordOf = (folder: string) => join(folder, 'training.json');
const weightsOf = (folder: string, step: number) => join(folder, `step-${step}.safetensors`);

/** Whether a folder holds a checkpoint. */
export function hasCheckpoint(folder: string): boolean {
  return existsSync(recordOf(folder));
}

/**
 * Writes a checkpoint: `step-<step>.safetensors` with the numbers of model and optimizer, then `training.json`, which names it.
 *
 * Each file is written whole or not at all, and the older numbers go last: whenever the machine stops, the folder holds a
 * checkpoint that can be continued from.
 * @throws where the folder cannot be written.
 */
export async function saveCheckpoint(
  folder: string,
  { model, optimizer, average, state }: Checkpointed & { state: TrainingState },
): Promise<void> {
  const { slots } = optimizer.stateDict();
  const averaged = average?.stateDict();
  const weights = await model.stateDict();
  const named = (kind: string, record: typeof slots) =>
    Object.entries(record).map(([name, array]) => [`${kind}.${name}`, array] as const);
  mkdirSync(folder, { recursive: true });
  writeSafetensors(weightsOf(folder, state.step), {
    tensors: Object.fromEntries([
      ...named('model', weights),
      ...named('optimizer', slots),
      ...named('average', averaged?.averages ?? {}),
    ]),
    metadata: {
      format: 'detseg-checkpoint',
      step: String(state.step),
      ...(averaged && { averagedSteps: String(averaged.steps) }),
    },
  });
  replaceFile('saveCheckpoint', recordOf(folder), `${JSON.stringify(state)}\n`);
  for (const name of readdirSync(folder)) {
    const [, step] = name.match(/^step-(\d+)\.safetensors$/) ?? [];
    if (step !== undefined && Number(step) !== state.step) rmSync(join(folder, name), { force: true });
  }
}

/** @throws with the reason alone. */
function parseState(content: unknown): TrainingState {
  if (!isRecord(content)) throw new Error('expected an object');
  const value: any = { accumulate: 1, ...content };
  for (const [name, least] of [
    ['step', 0],
    ['batchSize', 1],
    ['accumulate', 1],
    ['seed', Number.MIN_SAFE_INTEGER],
  ] as const) {
    const number = value[name];
    if (!Number.isSafeInteger(number) || number < least) {
      throw new Error(`expected ${name} a whole number, got ${number}`);
    }
  }
  const { step, batchSize, accumulate, seed } = value;
  return { step, batchSize, accumulate, seed, history: parseHistory(value.history, step) };
}

/**
 * Reads a checkpoint into a model, its optimizer and the averages of its weights.
 * @throws where the folder holds none, a file is damaged, names and shapes do not fit, or there are averages on one side alone; everything is
 * then as it was.
 */
export function loadCheckpoint(folder: string, { model, optimizer, average }: Checkpointed): TrainingState {
  const path = recordOf(folder);
  let state: TrainingState;
  try {
    state = parseState(readJson(path, maximumBytes));
  } catch (error) {
    throw new Error(`loadCheckpoint: ${path}: ${(error as Error).message}`, { cause: error });
  }
  const weights = weightsOf(folder, state.step);
  const { tensors, metadata } = readSafetensors(weights);
  const part = (kind: string) =>
    Object.fromEntries(
      Object.entries(tensors).flatMap(([name, array]) =>
        name.startsWith(`${kind}.`) ? [[name.slice(kind.length + 1), array] as const] : [],
      ),
    );
  const averagedSteps = metadata.averagedSteps;
  if ((average === undefined) !== (averagedSteps === undefined)) {
    const [expected, got] = average ? ['averaged weights', 'none'] : ['a checkpoint without averaged weights', 'some'];
    throw new Error(`loadCheckpoint: ${weights}: expected ${expected}, got ${got}; continue with the same settings`);
  }
  const before = { optimizer: optimizer.stateDict(), average: average?.stateDict() };
  try {
    optimizer.loadStateDict({ steps: state.step, slots: part('optimizer') });
    average?.loadStateDict({ steps: Number(averagedSteps), averages: part('average') });
    model.loadStateDict(part('model'));
  } catch (error) {
    optimizer.loadStateDict(before.optimizer);
    if (before.average) average!.loadStateDict(before.average);
    throw error;
  }
  return state;
}
