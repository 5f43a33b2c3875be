import { suite } from 'uvu';
import { ssdExercises } from '../../src/exercises/ssd';
import { assertJudges } from '../support/exercises';

const test = suite('exercises: ssd');

test('how many default boxes an image has', async () => {
  const boxCount = (side: number, strides: number[], perCell: number) =>
    strides.map((stride) => side / stride).reduce((sum, cells) => sum + cells * cells * perCell, 0);
  await assertJudges(ssdExercises['ssd.boxCount'], [boxCount], {
    'one box a cell': [(side: number, strides: number[]) => boxCount(side, strides, 1), /case 1/],
    'cells along one side': [
      (side: number, strides: number[], perCell: number) =>
        strides.reduce((sum, stride) => sum + (perCell * side) / stride, 0),
      /case 1/,
    ],
    'the first map alone': [
      (side: number, strides: number[], perCell: number) => boxCount(side, strides.slice(0, 1), perCell),
      /case 1/,
    ],
  });
});

test('scales of the maps', async () => {
  const scales = (least: number, most: number, maps: number) =>
    [...Array(maps).keys()].map((k) => least + ((most - least) / (maps - 1)) * k);
  await assertJudges(ssdExercises['ssd.scales'], [scales], {
    'divided by the number of maps': [
      (least: number, most: number, maps: number) =>
        [...Array(maps).keys()].map((k) => least + ((most - least) / maps) * k),
      /case 1/,
    ],
    'counted from 1': [
      (least: number, most: number, maps: number) =>
        [...Array(maps).keys()].map((k) => least + ((most - least) / (maps - 1)) * (k + 1)),
      /case 1/,
    ],
    'equal factors': [
      (least: number, most: number, maps: number) =>
        [...Array(maps).keys()].map((k) => least * (most / least) ** (k / (maps - 1))),
      /case 1/,
    ],
  });
});

test('hard negatives', async () => {
  const mined =
    ({ any = false, easiest = false, perImage = false, least = 0 }) =>
    (losses: number[], states: string[], ratio: number) => {
      const positives = Math.max(least, states.filter((state) => state === 'positive').length);
      const rows = [...states.keys()].filter((row) => any || states[row] === 'negative');
      rows.sort((i, j) => (easiest ? losses[i] - losses[j] : losses[j] - losses[i]));
      return rows.slice(0, perImage ? ratio : ratio * positives);
    };
  await assertJudges(ssdExercises['ssd.mined'], [mined({})], {
    'from all default boxes': [mined({ any: true }), /expected/],
    'the easiest': [mined({ easiest: true }), /case 1/],
    'ratio negatives whatever the positives': [mined({ perImage: true }), /case 2/],
    'an image without objects gets some': [mined({ least: 1 }), /case 4/],
    'ignored ones, too': [
      (losses: number[], states: string[], ratio: number) =>
        mined({})(
          losses,
          states.map((state) => (state === 'ignored' ? 'negative' : state)),
          ratio,
        ),
      /expected/,
    ],
  });
});

test('objects that one size a map covers', async () => {
  await assertJudges(ssdExercises['ssd.oneSize'], [455], {
    'two sizes a map': [478, /leave one size a map/],
    'a share': [455 / 478, /not their share/],
    'not changed': [0, /leave one size a map/],
  });
});

test.run();
