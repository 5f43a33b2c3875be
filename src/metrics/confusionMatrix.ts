import ndarray, { type NdArray } from 'ndarray';
import { isNdarray } from '../checks/isNdarray';
import { checkOptions } from '../checks/options';
import { shown } from '../checks/shown';
import { checkShape } from '../shape/shape';
import { tensor } from '../tensor/tensor';

/** Class numbers in an array of any shape. */
export type Labels = NdArray<Uint8Array | Int32Array | Float32Array>;

/** Settings of {@link confusionMatrix}. */
export interface ConfusionMatrixOptions {
  /** Number of classes, K. */
  classes: number;
  /** A true label whose pixels do not count. */
  ignoreIndex?: number;
}

/**
 * Counts of pixels by true and predicted class: element [t, p] counts those of class t that were taken for class p.
 * @param truth class numbers 0 … K − 1, or `ignoreIndex`, of any shape, such as `[H, W]`.
 * @param predicted class numbers 0 … K − 1, the same shape.
 * @returns `[K, K]`; matrices of several images can be added up.
 * @throws where the shapes differ, on other class numbers, and where there is not at least one class.
 */
export function confusionMatrix(
  truth: Labels,
  predicted: Labels,
  options: ConfusionMatrixOptions,
): NdArray<Float64Array> {
  checkOptions('confusionMatrix', options, { classes: 'any', ignoreIndex: 'number' });
  const { classes, ignoreIndex } = options ?? ({} as ConfusionMatrixOptions);
  if (!(Number.isInteger(classes) && classes >= 1)) {
    throw new Error(`confusionMatrix: expected at least one class, got ${shown(classes)}`);
  }
  checkShape('confusionMatrix', [classes, classes]);
  for (const [name, labels] of Object.entries({ truth, predicted })) {
    if (isNdarray(labels)) continue;
    throw new Error(`confusionMatrix: expected ${name} to be an ndarray […] of labels, got ${shown(labels)}`);
  }
  if (truth.shape.join() !== predicted.shape.join()) {
    throw new Error(
      `confusionMatrix: expected predictions [${truth.shape.join(', ')}], got [${predicted.shape.join(', ')}]`,
    );
  }
  const counts = new Float64Array(classes * classes);
  const guesses = tensor(predicted).value.data!;
  for (const [i, actual] of tensor(truth).value.data!.entries()) {
    if (actual === ignoreIndex) continue;
    for (const label of [actual, guesses[i]]) {
      if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
        throw new Error(`confusionMatrix: expected labels from 0 to ${classes - 1}, got ${label} at position ${i}`);
      }
    }
    counts[actual * classes + guesses[i]]++;
  }
  return ndarray(counts, [classes, classes]);
}
