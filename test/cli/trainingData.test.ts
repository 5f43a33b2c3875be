import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openTrainingData } from '../../src/cli/trainingData';
import type { TrainSettings } from '../../src/cli/trainSettings';
import { assertThrows } from '../support/assertThrows';
import { csvFolder } from '../support/labelledFolders';
import { inFolder } from '../support/temporaryFolder';

const test = suite('trainingData');
const size = { height: 8, width: 8 };
const header = 'image,x1,y1,x2,y2,label';

/** Both parts of a table with these pictures in it. */
function parts(images: readonly string[], more: Partial<TrainSettings> = {}) {
  const table = [header, ...images.map((image) => `${image},0,0,6,4,cat`)].join('\n');
  return inFolder(csvFolder(table), (data) => {
    const settings = { format: 'csv', data, seed: 1, strict: false, ...more } as TrainSettings;
    const { train, validation, notes } = openTrainingData(settings, 'detection', size);
    return { counts: [train.length, validation.length], notes };
  });
}

test('however few pictures there are, one is measured on and one is trained on', () => {
  const [one, two, three] = ['one.png', 'sub/two.jpg', 'three.png'];
  assert.equal(parts([one, two, three]).counts, [2, 1]);
  assert.equal(parts([one, two]), { counts: [1, 1], notes: ['1 picture of 2 held out to measure on'] });
  assert.equal(parts([one, two, three], { holdOut: 0.9 }).counts, [1, 2]);
  assert.throws(() => parts([one]), /expected at least two pictures, found one$/);
  assert.throws(() => parts([]), /expected pictures in the training part, found none$/);
});

test('what a format does not know is refused', () => {
  const settings = { format: 'csv', data: '.', seed: 1, length: 3 } as TrainSettings;
  assertThrows(() => openTrainingData(settings, 'detection', size), '--format csv: expected no --length, got 3');
  assertThrows(
    () => openTrainingData({ ...settings, format: 'masks' }, 'detection', size),
    '--format masks: expected a model of pixels (u-net, fcn), since the labels are maps',
  );
  assertThrows(
    () => openTrainingData({ ...settings, format: 'yolo' }, 'segmentation', size),
    '--format yolo: expected a detector, since the labels are boxes',
  );
});

test.run();
