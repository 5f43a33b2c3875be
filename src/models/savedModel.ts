import { checkPath } from '../checks/path';
import { makeFolder } from '../platform/makeFolder';
import { join } from '../platform/paths';
import { readJson } from '../platform/readJson';
import { replaceFile } from '../platform/replaceFile';
import { quoted } from '../platform/textFile';
import { version } from '../platform/version';
import { sizeOf } from '../shape/shape';
import { createRandom } from '../tensor/random';
import {
  checkPrecision,
  readSafetensors,
  readSafetensorsHeader,
  type SafetensorsFormat,
  writeSafetensors,
} from '../weights/safetensors';
import {
  checkDescribed,
  createModel,
  type DescribedModel,
  type ModelDescription,
  parseDescription,
  taskOf,
} from './architectures';
import { limitedRandom } from './limitedRandom';
import { wholeIn } from './plainOptions';

/** Largest `model.json` that is read, in bytes. */
const maximumBytes = 2 ** 22;

/** The format's number; a reader refuses what is newer than it knows. */
const formatVersion = 1;

/** Names of the two files. */
export const modelFiles = { description: 'model.json', weights: 'weights.safetensors' };

/**
 * Writes a model to a folder: `weights.safetensors`, then `model.json`, which says what it is and how to use it. Each file is written
 * whole or not at all; what the folder held under these names is replaced.
 * @param options precision: `half` rounds each weight to 11 significant bits, and the file is half as large.
 * @throws on what is no model with its description, on another precision, and where the folder cannot be written.
 */
export async function saveModel(
  folder: string,
  described: DescribedModel,
  options: SafetensorsFormat = {},
): Promise<void> {
  checkPath('saveModel', folder, 'the path of a folder');
  checkDescribed('saveModel', described);
  const { model, description } = described;
  checkPrecision('saveModel', options);
  const tensors = await model.stateDict();
  makeFolder(folder);
  const metadata = { format: 'detseg-model', architecture: description.architecture };
  writeSafetensors(join(folder, modelFiles.weights), { tensors, metadata }, options);
  const content = {
    format: 'detseg-model',
    formatVersion,
    detseg: version,
    // The model centers colors itself: nothing is left to be known but this.
    input: 'RGB, 0–1, [N, height, width, 3]',
    parameters: model.parameterCount(),
    ...description,
  };
  replaceFile('saveModel', join(folder, modelFiles.description), `${JSON.stringify(content, null, 2)}\n`);
}

/** Runs the body; an error in it names the file. */
function inFile<Result>(path: string, body: () => Result): Result {
  try {
    return body();
  } catch (error) {
    const { message } = error as Error;
    // The words of the engine where a model is far larger than any memory.
    const reason = error instanceof RangeError ? 'expected a model that fits into memory' : message;
    throw new Error(`loadModel: ${path}: ${reason.replace(/^createModel: /, '')}`, { cause: error });
  }
}

/** What `model.json` says; the description is not checked yet. */
function readContent(path: string): { description: unknown; parameters: unknown } {
  const content: any = readJson(path, maximumBytes);
  if (content?.format !== 'detseg-model')
    throw new Error(`expected format detseg-model, got ${quoted(content?.format)}`);
  if (content.formatVersion !== formatVersion) {
    throw new Error(`expected formatVersion ${formatVersion}, got ${quoted(content.formatVersion)}`);
  }
  const { format: _, formatVersion: __, detseg: ___, input: ____, parameters, ...description } = content;
  return { description, parameters };
}

/** Numbers that a file of weights holds, by its header. */
function numbersOf(weights: string): number {
  const { shapes } = readSafetensorsHeader(weights);
  return Object.values(shapes).reduce((sum, shape) => sum + sizeOf(shape), 0);
}

/** What a folder says of its model. */
export interface ModelSummary {
  task: DescribedModel['task'];
  description: ModelDescription;
  /** Numbers that were trained. */
  parameters: number;
}

/**
 * What a folder that {@link saveModel} wrote says of its model. The weights are not read, and no model is made.
 * @throws as {@link loadModel} does, but for weights that do not fit.
 */
export function readModelSummary(folder: string): ModelSummary {
  const path = join(folder, modelFiles.description);
  const most = numbersOf(join(folder, modelFiles.weights));
  return inFile(path, () => {
    const content = readContent(path);
    const description = parseDescription(content.description);
    const parameters = wholeIn(1, most)(content.parameters) as number;
    return { task: taskOf(description.architecture), description, parameters };
  });
}

/**
 * Reads a model that {@link saveModel} wrote.
 *
 * The folder may come from anywhere: nothing in it is executed, and sizes are bounded. A description that would make a model of more numbers
 * than the weights hold is refused before memory is taken for them.
 * @throws `loadModel: <file>: <reason>` where a file is missing or damaged, or where weights and description do not fit.
 */
export function loadModel(folder: string): DescribedModel {
  checkPath('loadModel', folder, 'the path of a folder');
  const path = join(folder, modelFiles.description);
  const weights = join(folder, modelFiles.weights);
  const { description } = inFile(path, () => readContent(path));
  const held = numbersOf(weights);
  // Where the two nearly fit, the names of the tensors say better what is wrong.
  const { random, unlimit } = limitedRandom(createRandom(0), 2 * held + 2 ** 16, () => {
    throw new Error(
      `expected a model of ${held} numbers, as ${weights} holds them, got one of more than twice as many`,
    );
  });
  const described = inFile(path, () => createModel(description as ModelDescription, random));
  unlimit();
  const { tensors } = readSafetensors(weights, { convert: true });
  inFile(weights, () => described.model.loadStateDict(tensors));
  return described;
}
