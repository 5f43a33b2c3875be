import { sizeOf } from '../shape/shape';
import type { PlanPause, PlanStep } from './planDescription';

/** An array of a plan: how many numbers it has, the step that writes it, and the last step during which it is needed. */
export interface ArrayUse {
  readonly size: number;
  readonly from: number;
  readonly until: number;
}

/** Where the arrays of a plan lie in one memory, in numbers. */
export interface ArrayPlaces {
  readonly offsets: readonly number[];
  /** Numbers of the whole memory. */
  readonly total: number;
}

/** Every array begins at whole lanes of SIMD. */
const lanes = 4;

/** The numbers that an array takes up, up to the beginning of the next one. */
export const paddedSize = (size: number): number => Math.ceil(size / lanes) * lanes;

/**
 * How long the result of each step is needed: until its last reader has run, or the pause that looks at it has come, or for good.
 * @param results steps whose results are read after the last step.
 */
export function arrayUses(
  steps: readonly PlanStep[],
  { pauses, results }: { pauses: readonly PlanPause[]; results: readonly number[] },
): ArrayUse[] {
  const until = steps.map((_, index) => index);
  const read = (source: number, at: number) => {
    if (source >= 0) until[source] = Math.max(until[source], at);
  };
  for (const [index, { inputs }] of steps.entries()) for (const source of inputs) read(source, index);
  // The step behind a pause may overwrite what the host has seen by then.
  for (const { at, inputs } of pauses) for (const source of inputs) read(source, at - 1);
  for (const source of results) read(source, steps.length);
  return steps.map(({ grid }, index) => ({ size: sizeOf(grid), from: index, until: until[index] }));
}

/**
 * Places arrays so that those that are needed at the same time have no number in common, and the others share memory: the largest first,
 * each into the smallest gap that fits (Pisarchyk and Lee 2020, greedy by size).
 */
export function placeArrays(uses: readonly ArrayUse[]): ArrayPlaces {
  const bySize = uses.map((_, index) => index).sort((a, b) => uses[b].size - uses[a].size || a - b);
  const offsets = new Array<number>(uses.length).fill(0);
  /** Arrays that have a place, by their offsets. */
  const placed: number[] = [];
  let total = 0;
  for (const index of bySize) {
    const { size, from, until } = uses[index];
    const length = paddedSize(size);
    let end = 0;
    let best = { offset: -1, gap: Number.POSITIVE_INFINITY };
    for (const other of placed) {
      if (uses[other].until < from || uses[other].from > until) continue;
      const gap = offsets[other] - end;
      if (gap >= length && gap < best.gap) best = { offset: end, gap };
      end = Math.max(end, offsets[other] + paddedSize(uses[other].size));
    }
    const offset = best.offset < 0 ? end : best.offset;
    offsets[index] = offset;
    total = Math.max(total, offset + length);
    const next = placed.findIndex((other) => offsets[other] > offset);
    placed.splice(next < 0 ? placed.length : next, 0, index);
  }
  return { offsets, total };
}
