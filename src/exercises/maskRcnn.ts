import { createRandom } from '../tensor/random';
import { type Exercise, functionExercise, valueExercise } from './exercise';

/** A small mask in the image, read bilinearly inside of its box: 1 from 0.5 on. */
function paste(small: readonly number[][], box: readonly number[], height: number, width: number): number[][] {
  const [x1, y1, x2, y2] = box;
  const side = small.length;
  const place = (center: number, low: number, high: number) => {
    const at = Math.min(side - 1, Math.max(0, (side * (center - low)) / (high - low) - 0.5));
    const first = Math.floor(at);
    return [first, Math.min(side - 1, first + 1), at - first];
  };
  return Array.from({ length: height }, (_, row) =>
    Array.from({ length: width }, (_, column) => {
      const [x, y] = [column + 0.5, row + 0.5];
      if (x < x1 || x >= x2 || y < y1 || y >= y2) return 0;
      const [i, below, v] = place(y, y1, y2);
      const [j, beside, u] = place(x, x1, x2);
      const upper = (1 - u) * small[i][j] + u * small[i][beside];
      const lower = (1 - u) * small[below][j] + u * small[below][beside];
      return Number((1 - v) * upper + v * lower >= 0.5);
    }),
  );
}

/** Values with many in-between ones, none of them exactly 0.5. */
function someMask(side: number, seed: number): number[][] {
  const random = createRandom(seed);
  return Array.from({ length: side }, () => Array.from({ length: side }, () => (random.integer(8) + 0.3) / 8));
}

export const maskRcnnExercises: Readonly<Record<string, Exercise>> = {
  'maskRcnn.logits': valueExercise({
    // The map of the true class alone.
    expected: () => 28 * 28,
    hint: (answer) =>
      answer === 28 * 28 * 80
        ? 'those are all logits; which classes have a loss?'
        : answer === 28 * 28 * 79
          ? 'those are the logits without a loss'
          : 'one map has a loss, that of the true class',
  }),
  'maskRcnn.runs': valueExercise({
    // Columns 11, 10, 00, 01; the run of zeros before them is empty.
    expected: () => [0, 3, 4, 1],
    hint: (answer) =>
      Array.isArray(answer) && answer.join() === '3,4,1'
        ? 'the first run is one of zeros, even where it is empty'
        : Array.isArray(answer) && answer.join() === '0,2,2,1,2,1'
          ? 'that goes along the rows'
          : 'go down the columns, one after another; the lengths add up to 8',
  }),
  'maskRcnn.lazy': valueExercise({
    expected: () => 'rectangles and circles',
    hint: () => 'compare the shares that the cell prints with one half',
  }),
  'maskRcnn.paste': functionExercise({
    name: 'paste',
    cases: () =>
      [
        // A row of two: half of the box.
        {
          small: [
            [0, 1],
            [0, 1],
          ],
          box: [1, 1, 5, 3],
          height: 4,
          width: 6,
        },
        // Edges between pixels.
        { small: [[1]], box: [1.5, 0.4, 4.5, 2.6], height: 4, width: 6 },
        // More pixels than cells: bilinear, not nearest.
        {
          small: [
            [0.9, 0.05],
            [0.3, 0.8],
          ],
          box: [0, 0, 9, 7],
          height: 7,
          width: 9,
        },
        // Beyond the image, to the left and below.
        { small: someMask(4, 2), box: [-3.2, 2.1, 6.4, 11.3], height: 8, width: 8 },
        { small: someMask(5, 3), box: [0.6, 1.3, 10.9, 8.2], height: 10, width: 12 },
        // Fewer pixels than cells.
        { small: someMask(7, 4), box: [2.2, 2.7, 5.3, 5.1], height: 7, width: 8 },
      ].map(({ small, box, height, width }) => ({
        args: [small, box, height, width],
        expected: paste(small, box, height, width),
      })),
  }),
};
