import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { confusionMatrix } from '../../src/metrics/confusionMatrix';
import { classIou, meanIou, pixelAccuracy } from '../../src/metrics/meanIou';
import { assertThrows } from '../support/assertThrows';
import { type GoldenArray, loadGolden } from '../support/golden';

const test = suite('meanIou');

const labels = (values: number[], shape = [values.length]) => ndarray(Uint8Array.from(values), shape);

test('hand integers', () => {
  const truth = labels([0, 0, 1, 1, 1, 2], [2, 3]);
  const predicted = labels([0, 1, 1, 1, 0, 2], [2, 3]);
  const confusion = confusionMatrix(truth, predicted, { classes: 4 });
  assert.equal([...confusion.data], [1, 1, 0, 0, 1, 2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]);
  // Class 3 is nowhere: it has no IoU and does not count in the mean.
  assert.equal(classIou(confusion), [1 / 3, 1 / 2, 1, null]);
  assert.ok(Math.abs(meanIou(confusion) - 11 / 18) < 1e-12);
  assert.ok(Math.abs(pixelAccuracy(confusion) - 4 / 6) < 1e-12);
});

for (const { name, options, inputs, output } of loadGolden('segmentationMetrics').cases) {
  test(`agrees with scikit-learn: ${name}`, () => {
    const array = ({ data, shape }: GoldenArray) => ndarray(Float32Array.from(data), shape);
    const confusion = confusionMatrix(array(inputs.truth), array(inputs.predicted), { classes: options.classes });
    assert.equal([...confusion.data], output!.data);
    assert.ok(Math.abs(pixelAccuracy(confusion) - options.accuracy) < 1e-12);
    assert.ok(Math.abs(meanIou(confusion) - options.meanIou) < 1e-12);
  });
}

test('ignored pixels do not count, and nothing gives 0', () => {
  const confusion = confusionMatrix(labels([255, 1]), labels([0, 1]), { classes: 2, ignoreIndex: 255 });
  assert.equal([...confusion.data], [0, 0, 0, 1]);
  const nothing = confusionMatrix(labels([]), labels([]), { classes: 2 });
  assert.is(meanIou(nothing), 0);
  assert.is(pixelAccuracy(nothing), 0);
  assert.equal(classIou(nothing), [null, null]);
});

test('an image seen through a transposed view counts by place, not by memory', () => {
  const truth = labels([0, 1, 2, 0], [2, 2]);
  assert.equal(
    [...confusionMatrix(truth, labels([0, 2, 1, 0], [2, 2]).transpose(1, 0), { classes: 3 }).data],
    [2, 0, 0, 0, 1, 0, 0, 0, 1],
  );
});

test('throws', () => {
  assertThrows(
    () => confusionMatrix(labels([0]), labels([0, 1]), { classes: 2 }),
    'confusionMatrix: expected predictions [1], got [2]',
  );
  assertThrows(
    () => confusionMatrix(labels([0, 2]), labels([0, 1]), { classes: 2 }),
    'confusionMatrix: expected labels from 0 to 1, got 2 at position 1',
  );
  assertThrows(
    () => confusionMatrix(labels([0]), labels([7]), { classes: 2 }),
    'confusionMatrix: expected labels from 0 to 1, got 7 at position 0',
  );
  assertThrows(
    () => confusionMatrix(labels([0]), labels([0]), { classes: 0 }),
    'confusionMatrix: expected at least one class, got 0',
  );
  const list = [0, 1] as any;
  assertThrows(
    () => confusionMatrix(list, labels([0, 1]), { classes: 2 }),
    'confusionMatrix: expected truth to be an ndarray […] of labels, got [0, 1]',
  );
  assertThrows(
    () => confusionMatrix(labels([0, 1]), undefined as any, { classes: 2 }),
    'confusionMatrix: expected predicted to be an ndarray […] of labels, got undefined',
  );
  const noOptions: any = undefined;
  assertThrows(
    () => confusionMatrix(labels([0]), labels([0]), noOptions),
    'confusionMatrix: expected options as { classes: … }, got undefined',
  );
  assertThrows(() => meanIou([[1]] as any), 'meanIou: expected a confusion matrix [K, K], an ndarray, got [[1]]');
  const wide = ndarray(new Float64Array(6), [2, 3]);
  assertThrows(() => meanIou(wide), 'meanIou: expected a confusion matrix [K, K], got [2, 3]');
  assertThrows(() => classIou(wide), 'classIou: expected a confusion matrix [K, K], got [2, 3]');
  assertThrows(() => pixelAccuracy(wide), 'pixelAccuracy: expected a confusion matrix [K, K], got [2, 3]');
});

test.run();
