import { type Exercise, functionExercise, valueExercise } from './exercise';

/** Channels after each block: down, bottom, up. `everything`: not only what a block has added is doubled. */
function widths(stem: number, growth: number, layers: readonly number[], everything = false): number[] {
  const down: number[] = [];
  let channels = stem;
  for (const count of layers) {
    channels += count * growth;
    down.push(channels);
  }
  const all = [...down];
  for (let level = layers.length - 2; level >= 0; level--) {
    const doubled = everything ? all[all.length - 1] : layers[level + 1] * growth;
    all.push(doubled + down[level] + layers[level] * growth);
  }
  return all;
}

/** The notebook's network. */
const ours = [16, 8, [3, 3, 3, 3]] as const;

export const tiramisuExercises: Readonly<Record<string, Exercise>> = {
  'tiramisu.everything': valueExercise({
    expected: () => widths(...ours, true).at(-1)!,
    hint(answer) {
      if (answer === widths(...ours).at(-1)) return 'that is our network, which doubles only what was added';
      if (answer === 352) return 'the last block adds maps, too';
      return 'begin with the 112 channels of the bottom; each block on the way up adds 24 to what is doubled and what was kept';
    },
  }),
  'tiramisu.widths': functionExercise({
    name: 'widths',
    cases: () =>
      (
        [
          [16, 8, [3, 3, 3, 3]],
          [48, 16, [4, 5, 7, 10, 12, 15]],
          [4, 2, [1, 5]],
          [10, 1, [2, 1, 4]],
        ] as const
      ).map(([stem, growth, layers]) => ({ args: [stem, growth, layers], expected: widths(stem, growth, layers) })),
  }),
};
