import { suite } from 'uvu';
import { tiramisuExercises } from '../../src/exercises/tiramisu';
import { assertJudges } from '../support/exercises';

const test = suite('exercises: tiramisu');

test('channels of the last block if everything were doubled', async () => {
  await assertJudges(tiramisuExercises['tiramisu.everything'], [376], {
    'as it is': [88, /doubles only what was added/],
    'before the last block adds': [352, /adds maps, too/],
    nothing: [0, /begin with the 112 channels/],
  });
});

test('channels after each block', async () => {
  const widths =
    ({ everything = false, forgetful = false, mirrored = false } = {}) =>
    (stem: number, growth: number, layers: number[]) => {
      const kept = layers.map((_, i) => stem + growth * layers.slice(0, i + 1).reduce((sum, count) => sum + count, 0));
      const all = [...kept];
      for (let i = layers.length - 2; i >= 0; i--) {
        const below = mirrored ? layers[i] : layers[i + 1];
        const doubled = everything ? all[all.length - 1] : below * growth;
        all.push(doubled + (forgetful ? 0 : kept[i]) + layers[i] * growth);
      }
      return all;
    };
  await assertJudges(tiramisuExercises['tiramisu.widths'], [widths()], {
    'everything is doubled': [widths({ everything: true }), /case 1/],
    'no skips': [widths({ forgetful: true }), /case 1/],
    'the layers of the own level instead of the one below': [widths({ mirrored: true }), /case 2/],
    'the way down alone': [
      (stem: number, growth: number, layers: number[]) => widths()(stem, growth, layers).slice(0, layers.length),
      /case 1/,
    ],
  });
});

test.run();
