import { suite } from 'uvu';
import { detectorComparisonExercises } from '../../src/exercises/detectorComparison';
import { assertJudges } from '../support/exercises';

const test = suite('exercises: detectorComparison');

test('images a second', async () => {
  await assertJudges(detectorComparisonExercises['detectorComparison.perSecond'], [27], {
    'one region': [33, /twelve/],
    'not whole': [1000 / 36, /whole images/],
    'the faster stage alone': [55, /once for each region/],
  });
});

test('what no other detector beats', async () => {
  /** Sweeps from the fastest on, and keeps what is better than all before. */
  const front =
    ({ equal = true, sorted = true }) =>
    (detectors: number[][]) => {
      const order = [...detectors.keys()];
      order.sort((a, b) => detectors[a][0] - detectors[b][0] || detectors[b][1] - detectors[a][1] || a - b);
      const kept: number[] = [];
      for (const i of order) {
        const [ms, score] = detectors[i];
        const last = detectors[kept[kept.length - 1]];
        if (!last || score > last[1] || (equal && score === last[1] && ms === last[0])) kept.push(i);
      }
      return sorted ? kept : kept.sort((a, b) => a - b);
    };
  await assertJudges(detectorComparisonExercises['detectorComparison.front'], [front({})], {
    'one of two equal ones': [front({ equal: false }), /case 5/],
    'in the order of the list': [front({ sorted: false }), /case 2/],
    'the most accurate alone': [
      (detectors: number[][]) => [...detectors.keys()].sort((a, b) => detectors[b][1] - detectors[a][1]).slice(0, 1),
      /case 1/,
    ],
    'all of them': [(detectors: number[][]) => [...detectors.keys()], /case 1/],
  });
});

test.run();
