import type { Call } from '../support/wrongCalls';

export const calls: readonly Call[] = [
  { name: 'useDevice', args: () => ['cpu', { threads: 1, relaxed: false }] },
  { name: 'deviceReport', args: () => [] },
];
