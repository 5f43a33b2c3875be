/** The learning rate of a step; steps count from 0. */
export type Schedule = (step: number) => number;

/** One rate throughout. */
export function constantSchedule(rate: number): Schedule {
  return () => rate;
}

/** rate · factor^⌊step / every⌋. @throws where every is below 1. */
export function stepSchedule(rate: number, { every, factor = 0.1 }: { every: number; factor?: number }): Schedule {
  if (!(every >= 1)) throw new Error(`stepSchedule: expected every ≥ 1, got ${every}`);
  return (step) => rate * factor ** Math.floor(step / every);
}

/**
 * rate · factor^m, m the number of milestones that are reached: as published recipes write "divided by 10 after 60,000 and 80,000 steps".
 * @throws where a milestone is not a number ≥ 0.
 */
export function multiStepSchedule(
  rate: number,
  { milestones, factor = 0.1 }: { milestones: readonly number[]; factor?: number },
): Schedule {
  if (!Array.isArray(milestones) || !milestones.every((milestone) => milestone >= 0)) {
    throw new Error(`multiStepSchedule: expected milestones ≥ 0, got ${JSON.stringify(milestones)}`);
  }
  return (step) => rate * factor ** milestones.filter((milestone) => milestone <= step).length;
}

/**
 * From `rate` down to `final` over `steps` steps, `final` afterwards (the "poly" policy of DeepLab, Chen et al. 2018).
 *
 * final + (rate − final) · (1 − step / steps)^power.
 * @throws where steps is below 1 or power not above 0.
 */
export function polynomialSchedule(
  rate: number,
  { steps, power = 0.9, final = 0 }: { steps: number; power?: number; final?: number },
): Schedule {
  if (!(steps >= 1)) throw new Error(`polynomialSchedule: expected steps ≥ 1, got ${steps}`);
  if (!(power > 0)) throw new Error(`polynomialSchedule: expected power > 0, got ${power}`);
  return (step) => final + (rate - final) * (1 - Math.min(step, steps) / steps) ** power;
}

/**
 * One rise and one fall of half a cosine each: from `start` to `rate` in the first `rise` of the steps, then down to `final`, which stays
 * (Smith and Topin 2019). The peak lies at step rise · steps − 1, the end at steps − 1, as PyTorch has it; momentum stays as it is.
 * @throws where steps is below 2, and on a rise outside 0 to 1.
 */
export function oneCycleSchedule(
  rate: number,
  {
    steps,
    rise = 0.3,
    start = rate / 25,
    final = start / 10_000,
  }: { steps: number; rise?: number; start?: number; final?: number },
): Schedule {
  if (!(steps >= 2)) throw new Error(`oneCycleSchedule: expected steps ≥ 2, got ${steps}`);
  if (!(rise >= 0 && rise <= 1)) throw new Error(`oneCycleSchedule: expected rise from 0 to 1, got ${rise}`);
  const between = (from: number, to: number, share: number) => to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2;
  const peak = rise * steps - 1;
  const last = steps - 1;
  return (step) => {
    if (step >= last) return rise < 1 ? final : rate;
    return step < peak ? between(start, rate, step / peak) : between(rate, final, (step - peak) / (last - peak));
  };
}

/**
 * Half a cosine from `rate` down to `final` over `steps` steps, `final` afterwards (Loshchilov and Hutter 2017).
 *
 * final + (rate − final) · (1 + cos(π · step / steps)) / 2.
 * @throws where steps is below 1.
 */
export function cosineSchedule(rate: number, { steps, final = 0 }: { steps: number; final?: number }): Schedule {
  if (!(steps >= 1)) throw new Error(`cosineSchedule: expected steps ≥ 1, got ${steps}`);
  return (step) => final + ((rate - final) * (1 + Math.cos((Math.PI * Math.min(step, steps)) / steps))) / 2;
}

/**
 * Grows linearly through the first `steps` steps, (step + 1) / steps of the rate, then follows `schedule` from its start.
 * @throws where schedule is none, or steps is below 0.
 */
export function warmUpSchedule(schedule: Schedule, { steps }: { steps: number }): Schedule {
  if (typeof schedule !== 'function') {
    throw new Error(`warmUpSchedule: expected a schedule, such as cosineSchedule(…), got ${schedule}`);
  }
  if (!(steps >= 0)) throw new Error(`warmUpSchedule: expected steps ≥ 0, got ${steps}`);
  return (step) => (step < steps ? (schedule(0) * (step + 1)) / steps : schedule(step - steps));
}
