import { suite } from 'uvu';
import { singleObjectExercises } from '../../src/exercises/singleObject';
import { assertJudges } from '../support/exercises';

const test = suite('exercises: singleObject');

interface Faults {
  shift?: boolean;
  target?: boolean;
  weighted?: boolean;
  factor?: number;
  everywhere?: boolean;
}

/** The multitask loss of an image, right unless something is asked to be wrong. */
const multitask =
  ({ shift = true, target = true, weighted = true, factor = 2, everywhere = false }: Faults = {}) =>
  (scores: number[], label: number, box: number[], truth: number[], lambda: number) => {
    const top = shift ? scores.reduce((a, b) => Math.max(a, b)) : 0;
    const powers = scores.map((score) => Math.exp(score - top));
    const total = powers.reduce((a, b) => a + b);
    let loss = Math.log(total) + top - scores[label];
    const byBox = box.map((value, i) => {
      loss += lambda * (value - truth[i]) ** 2;
      return factor * (weighted ? lambda : 1) * (value - truth[i]);
    });
    const byScore = powers.map(
      (power, k) => (power / total - Number(target && k === label)) * (everywhere ? lambda : 1),
    );
    return { loss, byScore, byBox };
  };

test('the multitask loss and its gradients', async () => {
  await assertJudges(singleObjectExercises['singleObject.multitask'], [multitask()], {
    'large scores overflow': [multitask({ shift: false }), /case 4 of 5/],
    'the right class is forgotten in the gradient': [multitask({ target: false }), /case 1 of 5/],
    'λ is forgotten in the gradient': [multitask({ weighted: false }), /case 2 of 5/],
    'λ weighs the class, too': [multitask({ everywhere: true }), /case 1 of 5/],
    'the 2 of the square is forgotten': [multitask({ factor: 1 }), /case 2 of 5/],
    'nothing is returned': [() => undefined, /is a `return` missing/],
  });
});

test('values', async () => {
  await assertJudges(singleObjectExercises['singleObject.boxWeight'], [64], {
    'not squared': [0.0001 * 800, /squared/],
    'the other way round': [0.0001 / 800 ** 2, /larger weight/],
    unchanged: [0.0001, /how many times smaller/],
  });
  await assertJudges(singleObjectExercises['singleObject.least'], [{ absolute: 10, squared: 20 }], {
    'the mean for both': [{ absolute: 20, squared: 20 }, /absolute and squared/],
    'the wrong way round': [{ absolute: 20, squared: 10 }, /absolute and squared/],
  });
  await assertJudges(singleObjectExercises['singleObject.empty'], ['about a half'], {
    'random guessing': ['about a third', /compare/],
    'sure of nothing': ['nearly one', /compare/],
  });
});

test.run();
