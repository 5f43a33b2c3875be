import { type Exercise, valueExercise } from './exercise';

/** What the paper's network predicts of an image with this side: two 3×3 convolutions without padding at each level. */
function predictedSide(side: number): number {
  let left = side;
  for (let level = 0; level < 4; level++) left = (left - 4) / 2;
  left -= 4;
  for (let level = 0; level < 4; level++) left = 2 * left - 4;
  return left;
}

/** Widths of the notebook's network, and its parameters. */
const [a, b, c, d] = [8, 16, 32, 64];
const all = 122_894;
const pairs = d * c + c * b + b * a;

export const uNetExercises: Readonly<Record<string, Exercise>> = {
  'uNet.predictedSide': valueExercise({
    expected: () => predictedSide(700),
    hint(answer) {
      if (answer === 700) return 'without padding, every 3×3 convolution takes a pixel at each border';
      return 'a level on the way down takes 4 px and halves, one on the way up doubles and takes 4 px; the bottom takes 4';
    },
  }),
  'uNet.addedParameters': valueExercise({
    expected: () => all - 9 * pairs + pairs,
    hint(answer) {
      if (answer === all - 9 * pairs) return 'the 1×1 convolutions have parameters, too';
      if (answer === all) return 'the first convolution of each level on the way up reads fewer channels';
      return 'what does the first convolution of a level read now, and what does the 1×1 convolution cost?';
    },
  }),
};
