import { createRandom } from '../tensor/random';
import { type Exercise, functionExercise, valueExercise } from './exercise';

/** The mean over the classes of intersection over union; classes that occur in neither map do not count. */
function meanIou(prediction: readonly number[], target: readonly number[], classes: number): number {
  const ious: number[] = [];
  for (let k = 0; k < classes; k++) {
    const both = target.filter((label, i) => label === k && prediction[i] === k).length;
    const any = target.filter((label, i) => label === k || prediction[i] === k).length;
    if (any > 0) ious.push(both / any);
  }
  return ious.reduce((sum, iou) => sum + iou, 0) / ious.length;
}

/** Numbers of a detector for 100,000 boxes, 4 coordinates and 80 scores each, and of a semantic network with 133 classes. */
const [detectionNumbers, semanticNumbers] = [100_000 * (4 + 80), 600 * 800 * 133];

export const tasksExercises: Readonly<Record<string, Exercise>> = {
  'tasks.numbers': valueExercise({
    expected: () => [detectionNumbers, semanticNumbers / detectionNumbers],
    tolerance: 1e-3,
    hint(answer) {
      const [detection] = Array.isArray(answer) ? answer : [];
      if (detection !== detectionNumbers)
        return 'how many numbers has each candidate box, and how many boxes are there?';
      return 'how many scores has each pixel, and how many pixels are there?';
    },
  }),
  'tasks.meanIou': functionExercise({
    name: 'meanIou',
    cases: () => {
      const random = createRandom(9);
      const map = (classes: number) => Array.from({ length: 24 }, () => random.integer(classes));
      return [
        { prediction: [0, 0, 1, 1], target: [0, 1, 1, 1], classes: 2 },
        { prediction: map(3), target: map(3), classes: 3 },
        // Class 2 occurs in neither of them.
        { prediction: [0, 0, 1, 3], target: [0, 1, 1, 3], classes: 4 },
        // Class 1 is predicted where there is none.
        { prediction: [0, 0, 1, 0], target: [0, 0, 0, 0], classes: 2 },
        { prediction: map(6), target: map(6), classes: 6 },
      ].map(({ prediction, target, classes }) => ({
        args: [prediction, target, classes],
        expected: meanIou(prediction, target, classes),
      }));
    },
  }),
};
