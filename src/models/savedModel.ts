import { join } from 'node:path';
import { makeFolder } from '../platform/makeFolder';
import { readJson } from '../platform/readJson';
import { replaceFile } from '../platform/replaceFile';
import { version } from '../platform/version';
import { createRandom } from '../tensor/random';
import { readSafetensors, writeSafetensors } from '../weights/safetensors';
import { createModel, type DescribedModel } from './architectures';

/** Largest `model.json` that is read, in bytes. */
const maximumBytes = 2 ** 22;

/** The format's number; a reader refuses what is newer than it knows. */
const formatVersion = 1;

/** Names of the two files. */
export const modelFiles = { description: 'model.json', weights: 'weights.safetensors' };

/**
 * Writes a model to a folder: `weights.safetensors`, then `model.json`, which says what it is and how to use it. Each file is written
 * whole or not at all; what the folder held under these names is replaced.
 * @throws where the folder cannot be written.
 */
export async function saveModel(folder: string, { model, description }: DescribedModel): Promise<void> {
  const tensors = await model.stateDict();
  makeFolder(folder);
  const metadata = { format: 'detseg-model', architecture: description.architecture };
  writeSafetensors(join(folder, modelFiles.weights), { tensors, metadata });
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

/**
 * Reads a model that {@link saveModel} wrote.
 *
 * The folder may come from anywhere: nothing in it is executed, and sizes are bounded.
 * @throws `loadModel: <file>: <reason>` where a file is missing or damaged, or where weights and description do not fit.
 */
export function loadModel(folder: string): DescribedModel {
  const path = join(folder, modelFiles.description);
  const fail = (reason: string, cause?: unknown): never => {
    throw new Error(`loadModel: ${path}: ${reason}`, { cause });
  };
  let content: any;
  try {
    content = readJson(path, maximumBytes);
  } catch (error) {
    return fail((error as Error).message, error);
  }
  if (content?.format !== 'detseg-model') fail(`expected format detseg-model, got ${JSON.stringify(content?.format)}`);
  if (content.formatVersion !== formatVersion) {
    fail(`expected formatVersion ${formatVersion}, got ${JSON.stringify(content.formatVersion)}`);
  }
  const { format: _, formatVersion: __, detseg: ___, input: ____, parameters: _____, ...description } = content;
  let described: DescribedModel;
  try {
    described = createModel(description, createRandom(0));
  } catch (error) {
    return fail((error as Error).message.replace(/^createModel: /, ''), error);
  }
  const weights = join(folder, modelFiles.weights);
  const { tensors } = readSafetensors(weights);
  try {
    described.model.loadStateDict(tensors);
  } catch (error) {
    throw new Error(`loadModel: ${weights}: ${(error as Error).message}`, { cause: error });
  }
  return described;
}
