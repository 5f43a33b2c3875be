import { suite } from 'uvu';
import { familyRaceExercises } from '../../src/exercises/familyRace';
import { fastRcnnExercises } from '../../src/exercises/fastRcnn';
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

test.run();
