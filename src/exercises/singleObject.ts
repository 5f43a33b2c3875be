import { largest } from '../checks/extremes';
import { createRandom } from '../tensor/random';
import { type Exercise, functionExercise, valueExercise } from './exercise';

/** Cross-entropy of the class plus λ times the squared error of the box, and the gradients of both heads' outputs. */
function multitask(
  scores: readonly number[],
  label: number,
  box: readonly number[],
  truth: readonly number[],
  lambda: number,
) {
  const top = largest(scores);
  const powers = scores.map((score) => Math.exp(score - top));
  const total = powers.reduce((sum, power) => sum + power, 0);
  const errors = box.map((value, i) => value - truth[i]);
  const squares = errors.reduce((sum, error) => sum + error ** 2, 0);
  return {
    loss: Math.log(total) - scores[label] + top + lambda * squares,
    byScore: powers.map((power, k) => power / total - Number(k === label)),
    byBox: errors.map((error) => 2 * lambda * error),
  };
}

export const singleObjectExercises: Readonly<Record<string, Exercise>> = {
  'singleObject.boxWeight': valueExercise({
    // λ in shares = λ in px · side²
    expected: () => 0.0001 * 800 ** 2,
    hint: (answer) =>
      answer === 0.0001 * 800
        ? 'the error is squared, and so is the side'
        : Number(answer) < 0.0001
          ? 'a share is a small number, and its square is smaller still: it needs a larger weight'
          : 'how many times smaller is the squared error in shares?',
  }),
  'singleObject.least': valueExercise({
    // Median and mean of 10, 10, 40.
    expected: () => ({ absolute: 10, squared: 20 }),
    hint: () => 'add up the three errors for a few predictions between 10 and 40, absolute and squared',
  }),
  'singleObject.empty': valueExercise({
    expected: () => 'about a half',
    hint: () => 'compare it with the average that the cell prints',
  }),
  'singleObject.multitask': functionExercise({
    name: 'multitask',
    cases: () => {
      const random = createRandom(4);
      const share = () => Math.round(100 * random.uniform()) / 100;
      const shares = () => Array.from({ length: 4 }, share);
      return [
        { scores: [0, 0, 0], label: 1, box: [0.5, 0.5, 0.3, 0.2], truth: [0.5, 0.5, 0.3, 0.2], lambda: 10 },
        { scores: [2, -1, 0.5], label: 2, box: shares(), truth: shares(), lambda: 10 },
        // The class alone.
        { scores: [1, 3], label: 0, box: shares(), truth: shares(), lambda: 0 },
        // e^1000 is no number.
        { scores: [1000, 998, -1000], label: 1, box: shares(), truth: shares(), lambda: 0.5 },
        { scores: [-3, 0.25, 4, 1], label: 3, box: shares(), truth: shares(), lambda: 100 },
      ].map(({ scores, label, box, truth, lambda }) => ({
        args: [scores, label, box, truth, lambda],
        expected: multitask(scores, label, box, truth, lambda),
      }));
    },
  }),
};
