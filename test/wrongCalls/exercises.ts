import type { Call } from '../support/wrongCalls';

/** Calls of what the room exports. An answer may be anything: a wrong one is told, not thrown. */
export const calls: readonly Call[] = [
  { name: 'checkExercise', args: () => ['kMeans.elbow', () => 3] },
  { name: 'checkExercise', args: () => ['tasks.numbers', [1, 2]], data: ['1'] },
];
