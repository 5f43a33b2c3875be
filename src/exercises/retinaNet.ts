import { createRandom } from '../tensor/random';
import { type Exercise, functionExercise, valueExercise } from './exercise';

/** Sum of the focal losses of logits, and its gradient at each of them. */
function focal(x: readonly number[], t: readonly number[], alpha: number, gamma: number) {
  let loss = 0;
  const gradient = x.map((logit, i) => {
    const sign = t[i] === 1 ? 1 : -1;
    // log p_t of the logit itself: the logarithm of a rounded probability would be −∞ far out.
    const z = sign * logit;
    const log = Math.min(z, 0) - Math.log1p(Math.exp(-Math.abs(z)));
    const [p, missing] = [1 / (1 + Math.exp(-z)), 1 / (1 + Math.exp(z))];
    const weight = (t[i] === 1 ? alpha : 1 - alpha) * missing ** gamma;
    loss -= weight * log;
    return sign * weight * (gamma * p * log - missing);
  });
  return { loss, gradient };
}

export const retinaNetExercises: Readonly<Record<string, Exercise>> = {
  'retinaNet.outputs': valueExercise({
    // A sigmoid for each of 80 classes at each of 9 anchors of 20 × 15 cells.
    expected: () => 80 * 9 * 20 * 15,
    hint: (answer) =>
      answer === 81 * 9 * 20 * 15
        ? 'that counts the background as a class, as the slides do; a sigmoid for each class needs none'
        : answer === 80 * 20 * 15
          ? 'that is one anchor at each cell'
          : 'a sigmoid for each class, at each anchor of each cell',
  }),
  'retinaNet.easy': valueExercise({
    // (1 − p_t)² = 1/100
    expected: () => 0.9,
    hint: (answer) =>
      Number(answer) < 0.9
        ? 'there the focal loss is more than a hundredth of the cross-entropy'
        : 'a smaller p_t is enough: solve (1 − p_t)² = 1/100',
  }),
  'retinaNet.focal': functionExercise({
    name: 'focal',
    cases: () => {
      const cases = [
        { x: [0], t: [1], alpha: 0.25, gamma: 2 },
        { x: [-2, -0.5, 0, 1, 3], t: [0, 1, 1, 0, 1], alpha: 0.25, gamma: 2 },
        // γ 0: cross-entropy.
        { x: [1.5, -1, 0.2], t: [1, 0, 0], alpha: 0.5, gamma: 0 },
        // 1 − σ(40) is 0 in floating point.
        { x: [40, -40, 2], t: [0, 1, 0], alpha: 0.75, gamma: 1 },
        { x: [], t: [], alpha: 0.25, gamma: 2 },
      ];
      const random = createRandom(5);
      const x = Array.from({ length: 12 }, () => Math.round(300 * random.normal()) / 100);
      cases.push({ x, t: x.map(() => random.integer(2)), alpha: 0.4, gamma: 5 });
      return cases.map(({ x, t, alpha, gamma }) => ({
        args: [x, t, alpha, gamma],
        expected: focal(x, t, alpha, gamma),
      }));
    },
  }),
  'retinaNet.stricter': valueExercise({
    expected: () => 'more than twice as many',
    hint: () => 'compare the numbers of negatives that the cell prints',
  }),
};
