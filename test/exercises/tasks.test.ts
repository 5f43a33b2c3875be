import { suite } from 'uvu';
import { tasksExercises } from '../../src/exercises/tasks';
import { assertJudges } from '../support/exercises';

const test = suite('exercises: tasks');

test('mean IoU', async () => {
  const mean = (numbers: number[]) => numbers.reduce((sum, n) => sum + n, 0) / numbers.length;
  const ious = (p: number[], t: number[], classes: number, absent: number | null) =>
    Array.from({ length: classes }, (_, k) => {
      const [both, inP, inT] = [0, 1, 2].map(
        (what) => t.filter((label, i) => [label === k && p[i] === k, p[i] === k, label === k][what]).length,
      );
      return inP + inT === 0 ? absent : both / (inP + inT - both);
    }).filter((iou): iou is number => iou !== null);
  await assertJudges(
    tasksExercises['tasks.meanIou'],
    [(p: number[], t: number[], k: number) => mean(ious(p, t, k, null))],
    {
      'absent classes count as 0': [(p: number[], t: number[], k: number) => mean(ious(p, t, k, 0)), /case 3 of 5/],
      'absent classes count as 1': [(p: number[], t: number[], k: number) => mean(ious(p, t, k, 1)), /case 3 of 5/],
      'pixel accuracy': [(p: number[], t: number[]) => mean(t.map((label, i) => Number(label === p[i]))), /case 1/],
      'classes of the ground truth alone': [
        (p: number[], t: number[], k: number) => mean([...new Set(t)].map((label) => ious(p, t, k, 0)[label])),
        /case 4 of 5/,
      ],
    },
  );
});

test('how many numbers', async () => {
  await assertJudges(
    tasksExercises['tasks.numbers'],
    [
      [8.4e6, 7.6],
      [8_400_000, 63.84e6 / 8.4e6],
    ],
    {
      'without the coordinates': [[8e6, 7.98], /each candidate box/],
      'a right product of wrong numbers': [[84, 760_000], /each candidate box/],
      'the other way round': [[8.4e6, 1 / 7.6], /each pixel/],
      'not changed': [[0, 0], /got \[0, 0\]; /],
    },
  );
});

test.run();
