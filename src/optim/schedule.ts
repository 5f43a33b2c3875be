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
 * @throws where steps is below 0.
 */
export function warmUpSchedule(schedule: Schedule, { steps }: { steps: number }): Schedule {
  if (!(steps >= 0)) throw new Error(`warmUpSchedule: expected steps ≥ 0, got ${steps}`);
  return (step) => (step < steps ? (schedule(0) * (step + 1)) / steps : schedule(step - steps));
}
