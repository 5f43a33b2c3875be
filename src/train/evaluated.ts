import { checkCount } from '../checks/numbers';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';
import { everyBatch } from '../data/batches';
import { checkClasses, checkDataset } from '../data/checkSample';
import type { Dataset, ImageSample } from '../data/dataset';
import type { Tensor } from '../tensor/tensor';

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

/** The images of a data set in batches, each with what a model predicts for them. @throws unless it gives one prediction an image. */
export async function* everyPrediction<S extends ImageSample, Prediction>(
  caller: string,
  predict: (images: Tensor) => Promise<Prediction[]>,
  { what, dataset, batchSize }: { what: string; dataset: Dataset<S>; batchSize: number },
): AsyncGenerator<{ found: Prediction[]; samples: readonly S[] }> {
  for (const { images, samples } of everyBatch(dataset, { size: batchSize })) {
    const found = await predict(images);
    if (!Array.isArray(found) || found.length !== samples.length) {
      const wanted = `${what} of ${samples.length} images`;
      throw new Error(`${caller}: expected ${wanted} from the model, got ${shown(found)}`);
    }
    yield { found, samples };
  }
}
