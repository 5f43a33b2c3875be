import { type AnchorLevel, bestAnchors } from '../boxes/bestAnchors';
import { createRandom } from '../tensor/random';
import { type Exercise, functionExercise, valueExercise } from './exercise';

/** Boxes of odd sizes whose centers lie inside of an image of 64×64 px. */
function objects(count: number, seed: number): number[][] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => {
    const [width, height] = [5 + random.integer(40), 5 + random.integer(40)];
    const [x, y] = [1 + random.integer(62) + 0.5, 1 + random.integer(62) + 0.5];
    return [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
  });
}

const square = (side: number) => [side, side];

const levelOf = (stride: number, shapes: number[][]) => ({ height: 64 / stride, width: 64 / stride, stride, shapes });
const coarse = [levelOf(16, [square(24), [40, 20], [20, 40]])];
const two = [levelOf(8, [square(9), square(14)]), levelOf(16, [square(24), square(40)])];

/** Two objects that want the same anchor: the one that fits it better gets it. */
const twins = [
  [4, 4, 32, 32],
  [6, 6, 30, 30],
  [8, 8, 28, 30],
];

export const yoloFpnExercises: Readonly<Record<string, Exercise>> = {
  'yoloFpn.outputs': valueExercise({
    expected: () => 3 * (5 + 80) * (52 ** 2 + 26 ** 2 + 13 ** 2),
    hint: (answer) => {
      const count = Number(answer);
      if (count === 3 * 80 * (52 ** 2 + 26 ** 2 + 13 ** 2)) return 'p_c and the four numbers of the box count, too';
      if (count === (5 + 80) * (52 ** 2 + 26 ** 2 + 13 ** 2)) return 'each cell has three anchors';
      return 'how many cells has each map, and how many numbers has each anchor?';
    },
  }),
  'yoloFpn.ignored': valueExercise({
    expected: () => 'strides 4 and 8',
    hint: (answer) =>
      ['stride 8 alone', 'strides 8 and 16', 'strides 4 and 8'].includes(String(answer))
        ? 'compare the numbers that the cell prints'
        : 'answer with one of the three names',
  }),
  'yoloFpn.assign': functionExercise({
    name: 'assign',
    cases: () =>
      [
        { levels: two, boxes: [[4, 4, 12, 12]] },
        { levels: two, boxes: objects(4, 1) },
        { levels: coarse, boxes: twins },
        { levels: two, boxes: [] },
        { levels: two, boxes: objects(14, 2) },
        // More objects in one cell than it has anchors.
        { levels: coarse, boxes: [...twins, [7, 7, 27, 27], [5, 9, 31, 25]] },
      ].map(({ levels, boxes }) => ({
        args: [levels, boxes],
        expected: bestAnchors(levels as unknown as AnchorLevel[], boxes),
      })),
  }),
};
