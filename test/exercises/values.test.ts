import { suite } from 'uvu';
import { familyRaceExercises } from '../../src/exercises/familyRace';
import { fastRcnnExercises } from '../../src/exercises/fastRcnn';
import { fcnExercises } from '../../src/exercises/fcn';
import { uNetExercises } from '../../src/exercises/uNet';
import { assertJudges } from '../support/exercises';

const test = suite('exercises: values');

test('how many times cheaper Fast R-CNN is', async () => {
  await assertJudges(fastRcnnExercises['fastRcnn.timesCheaper'], [2_000_000 / 210_000, 9.52], {
    'the heads are free': [200, /the heads of the regions are not free/],
    'the backbone is free': [10, /count what R-CNN computes/],
    nothing: [0, /got 0; /],
  });
});

test('what a network of twice the speed gains', async () => {
  await assertJudges(familyRaceExercises['familyRace.speedUp'], [1830 / 1670, 1.096], {
    'everything becomes faster': [2, /take as long as before/],
    'the other way round': [1670 / 1830, /old time divided by new time/],
    'not changed': [1, /take as long as before/],
  });
});

test('how many numbers the coarsest scores of an FCN have', async () => {
  await assertJudges(fcnExercises['fcn.coarsestScores'], [90], {
    'pixels alone': [15, /one score per class/],
    'at full resolution': [96 * 160 * 6, /after five halvings/],
  });
});

test("what the paper's U-Net predicts of 700 px, and what adding levels would save", async () => {
  await assertJudges(uNetExercises['uNet.predictedSide'], [516], {
    'all of it': [700, /takes a pixel at each border/],
    'one level less': [596, /the bottom takes 4/],
  });
  await assertJudges(uNetExercises['uNet.addedParameters'], [101_390], {
    'nothing saved': [122_894, /reads fewer channels/],
    'the 1×1 convolutions for free': [122_894 - 9 * 2688, /have parameters, too/],
    'what is saved': [8 * 2688, /what does the 1×1 convolution cost/],
  });
});

test.run();
