import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DescribedModel } from '../models/architectures';
import { loadModel, modelFiles } from '../models/savedModel';
import { hasRun } from './runFolder';
import { UsageError } from './usage';

/** The model in the folder that `--model` names. @throws where there is none, telling what the folder is instead. */
export function openModel(path: string): DescribedModel {
  const say = (reason: string) => new UsageError(`--model ${path}: ${reason}`);
  if (!existsSync(path)) throw say('no such folder');
  if (!statSync(path).isDirectory())
    throw say(`expected the folder that holds a model, got a file; see ${dirname(path)}`);
  if (!existsSync(join(path, modelFiles.description))) {
    throw say(
      hasRun(path)
        ? 'the run has not ended, and has no model yet; continue it with detseg train --resume'
        : `expected ${modelFiles.description} and ${modelFiles.weights}, as detseg train writes them, found none`,
    );
  }
  return loadModel(path);
}
