import { suite } from 'uvu';
import { retinaNetExercises } from '../../src/exercises/retinaNet';
import { assertJudges } from '../support/exercises';

const test = suite('exercises: retinaNet');

test('outputs of a level', async () => {
  await assertJudges(retinaNetExercises['retinaNet.outputs'], [216_000], {
    'with a background': [218_700, /background as a class/],
    'one anchor': [24_000, /one anchor/],
    'no number': ['80', /sigmoid for each class/],
  });
});

test('from where an example is easy', async () => {
  await assertJudges(retinaNetExercises['retinaNet.easy'], [0.9], {
    'too small': [0.81, /more than a hundredth/],
    'too large': [0.99, /smaller p_t is enough/],
  });
});

test('focal loss and its gradient', async () => {
  const softplus = (z: number) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
  const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
  const focal =
    ({ naive = false, swapped = false, mean = false, factor = true, scaled = false, sign = 1 }) =>
    (x: number[], t: number[], alpha: number, gamma: number) => {
      let loss = 0;
      const gradient = x.map((logit, i) => {
        const z = t[i] ? logit : -logit;
        const p = sigmoid(z);
        const rounded = t[i] ? sigmoid(logit) : 1 - sigmoid(logit);
        const log = naive ? Math.log(rounded) : -softplus(-z);
        const missing = sigmoid(-z);
        const share = Boolean(t[i]) !== swapped ? alpha : 1 - alpha;
        loss -= share * (factor ? missing ** gamma : 1) * log;
        const slope = scaled ? -missing : gamma * p * log - missing;
        return (t[i] ? 1 : -sign) * share * missing ** gamma * slope;
      });
      return { loss: mean ? loss / Math.max(1, x.length) : loss, gradient };
    };
  await assertJudges(retinaNetExercises['retinaNet.focal'], [focal({})], {
    'the logarithm of a rounded probability': [focal({ naive: true }), /case 4/],
    'alpha for the negatives': [focal({ swapped: true }), /case 1/],
    'the mean instead of the sum': [focal({ mean: true }), /case 2/],
    'without the factor': [focal({ factor: false }), /case 1/],
    'the factor as a constant in the gradient': [focal({ scaled: true }), /case 1/],
    'negatives with the sign of positives': [focal({ sign: -1 }), /case 2/],
    nothing: [() => {}, /return/],
  });
});

test('a stricter threshold', async () => {
  await assertJudges(retinaNetExercises['retinaNet.stricter'], ['more than twice as many'], {
    fewer: ['fewer', /numbers of negatives/],
    same: ['about as many', /numbers of negatives/],
  });
});

test.run();
