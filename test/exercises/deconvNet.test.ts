import { suite } from 'uvu';
import { deconvNetExercises } from '../../src/exercises/deconvNet';
import { assertJudges } from '../support/exercises';

const test = suite('exercises: deconvNet');

test('how many bytes the switches of an image take', async () => {
  await assertJudges(deconvNetExercises['deconvNet.switchBytes'], [1536], {
    'switches, not bytes': [6144, /2 bits/],
    bits: [12_288, /8 bits/],
    'one channel': [320, /every channel/],
    nothing: [0, /how many cells/],
  });
});

test('down and up again by switches', async () => {
  // Written another way: a number survives where it is the largest of its 4×4 block, or of as much of it as there is.
  const kept = (map: number[][], size = 4) =>
    map.map((row, i) =>
      row.map((value, j) => {
        const [top, left] = [size * Math.floor(i / size), size * Math.floor(j / size)];
        const block = map.slice(top, top + size).flatMap((cells) => cells.slice(left, left + size));
        return value === Math.max(...block) ? value : 0;
      }),
    );
  const transposed = (map: number[][]) => map[0].map((_, j) => map.map((row) => row[j]));
  await assertJudges(deconvNetExercises['deconvNet.downAndUp'], [kept], {
    'pooled and unpooled once': [(map: number[][]) => kept(map, 2), /case 1/],
    'bed of nails': [
      (map: number[][]) =>
        map.map((row, i) =>
          row.map((_, j) => (i % 4 || j % 4 ? 0 : Math.max(...map.slice(i, i + 4).flatMap((r) => r.slice(j, j + 4))))),
        ),
      /case 1/,
    ],
    'rows and columns exchanged': [(map: number[][]) => transposed(kept(map)), /case 1/],
    'one window only': [(map: number[][]) => kept(map, 8), /case 2|case 4/],
    'the map itself': [(map: number[][]) => map, /case 1/],
  });
});

test.run();
