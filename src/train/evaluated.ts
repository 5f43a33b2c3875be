import { checkCount } from '../checks/numbers';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';
import { checkClasses, checkDataset } from '../data/checkSample';
import type { Dataset, ImageSample } from '../data/dataset';

/** Throws unless a model has the method that it is measured by, on a data set, in batches of at least one image. */
export function checkEvaluated(
  caller: string,
  model: unknown,
  { method, dataset, batchSize }: { method: string; dataset: Dataset<ImageSample>; batchSize: number },
): void {
  if (!isRecord(model) || typeof model[method] !== 'function') {
    throw new Error(`${caller}: expected a model with a method ${method}(images), got ${shown(model)}`);
  }
  checkDataset(caller, dataset);
  checkClasses(caller, dataset.classes);
  checkCount(caller, 'batchSize', batchSize, 1);
}
