import { checkOptions, type OptionKinds } from '../checks/options';
import { checkPath } from '../checks/path';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';
import { checkModule, type Module, type StateDict } from '../nn/module';
import { AveragedWeights } from '../optim/averagedWeights';
import { Optimizer } from '../optim/optimizer';
import { makeFolder } from '../platform/makeFolder';
import { readSafetensors, writeSafetensors } from '../weights/safetensors';
import { checkpointFiles, checkpointSteps, readRecord, removeSuperfluous, writeRecord } from './checkpointFiles';
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

const checkpointedKinds: OptionKinds<Checkpointed> = { model: 'any', optimizer: 'any', average: 'any' };

/** Throws unless these are a model, an optimizer and, where there are some, averages. */
export function checkCheckpointed(caller: string, { model, optimizer, average }: Checkpointed): void {
  checkModule(caller, 'model', model);
  if (!(optimizer instanceof Optimizer)) {
    throw new Error(`${caller}: expected optimizer to be one such as adam(model, …), got ${shown(optimizer)}`);
  }
  if (average !== undefined && !(average instanceof AveragedWeights)) {
    throw new Error(`${caller}: expected average to be averages such as emaWeights(model), got ${shown(average)}`);
  }
}

/** Whether a folder holds a checkpoint. @throws on what is no path. */
export function hasCheckpoint(folder: string): boolean {
  checkPath('hasCheckpoint', folder, 'the path of a folder');
  return checkpointSteps(folder).length > 0;
}

/**
 * Writes a checkpoint: `step-<step>.safetensors` with the numbers of model and optimizer, then `step-<step>.json`, which makes it valid.
 *
 * Each file is written whole or not at all, with a checksum, and is on the disk before the next step is taken. The checkpoint before it
 * stays, older ones are removed last: whenever the machine stops or loses power, the folder holds a checkpoint that can be continued from.
 * @throws where the folder cannot be written, and on a state that could not be read again.
 */
export async function saveCheckpoint(folder: string, options: Checkpointed & { state: TrainingState }): Promise<void> {
  checkOptions('saveCheckpoint', options, { ...checkpointedKinds, state: 'any' });
  const { model, optimizer, average, state } = options;
  checkPath('saveCheckpoint', folder, 'the path of a folder');
  checkCheckpointed('saveCheckpoint', options);
  checkState(state);
  const { slots } = optimizer.stateDict();
  const averaged = average?.stateDict();
  const weights = await model.stateDict();
  const named = (kind: string, record: typeof slots) =>
    Object.entries(record).map(([name, array]) => [`${kind}.${name}`, array] as const);
  makeFolder(folder);
  const { record, numbers } = checkpointFiles(folder, state.step);
  writeSafetensors(numbers, {
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
  writeRecord(record, state);
  removeSuperfluous(folder, state.step);
}

/** Throws on a state that {@link loadCheckpoint} would refuse. */
function checkState(state: TrainingState): void {
  try {
    if (!isRecord(state)) throw new Error(`expected a state { step, seed, batchSize, … }, got ${shown(state)}`);
    parseState(state, state.step);
  } catch (error) {
    throw new Error(`saveCheckpoint: ${(error as Error).message}`, { cause: error });
  }
}

/** @throws with the reason alone. */
function parseState(value: Record<string, any>, wanted: number): TrainingState {
  for (const [name, least] of [
    ['step', 0],
    ['batchSize', 1],
    ['accumulate', 1],
    ['seed', Number.MIN_SAFE_INTEGER],
  ] as const) {
    const number = value[name];
    if (!Number.isSafeInteger(number) || number < least) {
      throw new Error(`expected ${name} to be a whole number, got ${shown(number)}`);
    }
  }
  const { step, batchSize, accumulate, seed } = value;
  if (step !== wanted) throw new Error(`expected step ${wanted}, as the file is called, got ${step}`);
  return { step, batchSize, accumulate, seed, history: parseHistory(value.history, step) };
}

/** What the files of one checkpoint hold. */
interface StoredCheckpoint {
  state: TrainingState;
  /** The file of the numbers, for errors. */
  path: string;
  tensors: StateDict;
  /** Steps that the averages of the weights are of; undefined where there are none. */
  averagedSteps: string | undefined;
}

/** @throws naming the file where one is missing or damaged. */
function readStep(folder: string, step: number): StoredCheckpoint {
  const { record, numbers: path } = checkpointFiles(folder, step);
  let state: TrainingState;
  try {
    state = parseState(readRecord(record), step);
  } catch (error) {
    throw new Error(`loadCheckpoint: ${record}: ${(error as Error).message}`, { cause: error });
  }
  const { tensors, metadata } = readSafetensors(path);
  return { state, path, tensors, averagedSteps: metadata.averagedSteps };
}

/** The newest checkpoint that is whole. @throws naming what is wrong with each. */
function readNewest(folder: string, onNote: (text: string) => void): StoredCheckpoint {
  const wrong: string[] = [];
  for (const step of checkpointSteps(folder)) {
    try {
      const found = readStep(folder, step);
      for (const text of wrong) onNote(`${text}; the checkpoint after step ${step} is used instead`);
      return found;
    } catch (error) {
      wrong.push((error as Error).message);
    }
  }
  if (wrong.length === 0) throw new Error(`loadCheckpoint: ${folder}: expected a checkpoint, found none`);
  throw new Error(`${wrong.join('; ')}; no older checkpoint is left: remove the folder to train anew`);
}

/** The tensors of one kind, without it in their names. */
function part(tensors: StateDict, kind: string): StateDict {
  const own = Object.entries(tensors).filter(([name]) => name.startsWith(`${kind}.`));
  return Object.fromEntries(own.map(([name, array]) => [name.slice(kind.length + 1), array]));
}

/**
 * Reads the newest checkpoint of a folder into a model, its optimizer and the averages of its weights; where it is damaged, the one
 * before it, and `onNote` is called with a sentence that says so (`console.warn`).
 * @throws where the folder holds none, all are damaged, names and shapes do not fit, or there are averages on one side alone; everything is
 * then as it was.
 */
export function loadCheckpoint(
  folder: string,
  options: Checkpointed & { onNote?: (text: string) => void },
): TrainingState {
  checkOptions('loadCheckpoint', options, { ...checkpointedKinds, onNote: 'function' });
  const { model, optimizer, average, onNote = console.warn } = options;
  checkPath('loadCheckpoint', folder, 'the path of a folder');
  checkCheckpointed('loadCheckpoint', options);
  const { state, path, tensors, averagedSteps } = readNewest(folder, onNote);
  if ((average === undefined) !== (averagedSteps === undefined)) {
    const [expected, got] = average ? ['averaged weights', 'none'] : ['a checkpoint without averaged weights', 'some'];
    throw new Error(`loadCheckpoint: ${path}: expected ${expected}, got ${got}; continue with the same settings`);
  }
  const before = { optimizer: optimizer.stateDict(), average: average?.stateDict() };
  try {
    optimizer.loadStateDict({ steps: state.step, slots: part(tensors, 'optimizer') });
    average?.loadStateDict({ steps: Number(averagedSteps), averages: part(tensors, 'average') });
    model.loadStateDict(part(tensors, 'model'));
  } catch (error) {
    optimizer.loadStateDict(before.optimizer);
    if (before.average) average!.loadStateDict(before.average);
    throw new Error(`loadCheckpoint: ${path}: ${(error as Error).message}`, { cause: error });
  }
  return state;
}
