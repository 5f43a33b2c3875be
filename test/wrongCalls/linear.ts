import { numbers, random } from '../support/callInputs';
import type { Call } from '../support/wrongCalls';

const positive = [true, true, true, false, false, false];

/** Calls of what the room exports. */
export const calls: Call[] = [
  {
    name: 'linearSvm',
    args: () => [numbers(6, 3), positive, { cost: 1, random: random(), passes: 10, tolerance: 0.01 }],
  },
  {
    name: 'mineNegatives',
    args: () => [
      numbers(6, 3),
      numbers(4, 3),
      { random: random(), start: 2, rounds: 1, cost: 1, passes: 10, tolerance: 0.01 },
    ],
  },
  { name: 'ridgeRegression', args: () => [numbers(6, 3), numbers(6, 2), { penalty: 1 }] },
];
