import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { confusionFigure } from '../../src/index';
import { assertThrows } from '../support/assertThrows';

const test = suite('confusionFigure');

test('rows are shares of their class; a class that is not there stays empty', () => {
  const confusion = ndarray(Float64Array.from([3, 1, 0, 0, 5, 5, 0, 0, 0]), [3, 3]);
  const [trace] = confusionFigure(confusion, { names: ['a', 'b', 'c'] }).data as { z: (number | null)[][] }[];
  assert.equal(trace.z, [
    [75, 25, 0],
    [0, 50, 50],
    [null, null, null],
  ]);
});

test('throws', () => {
  assertThrows(
    () => confusionFigure(ndarray(new Float64Array(6), [2, 3])),
    'confusionFigure: expected a confusion matrix [K, K], got [2, 3]',
  );
  assertThrows(
    () => confusionFigure(ndarray(new Float64Array(4), [2, 2]), { names: ['a'] }),
    'confusionFigure: expected 2 names, got 1',
  );
});

test.run();
