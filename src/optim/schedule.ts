import { checkFrom0, checkShare } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { shown } from '../checks/shown';
/** The learning rate of a step; steps count from 0. */
export type Schedule = (step: number) => number;

/** Throws unless a number of steps is a finite number of at least so many. */
function checkLength(caller: string, name: string, value: number, least: number): void {
  if (!(Number.isFinite(value) && value >= least)) {
    throw new Error(`${caller}: expected ${name} ≥ ${least}, got ${shown(value)}`);
  }
}

/** One rate throughout. @throws unless the rate is a number ≥ 0. */
export function constantSchedule(rate: number): Schedule {
  checkFrom0('constantSchedule', 'rate', rate);
  return () => rate;
}

/** rate · factor^⌊step / every⌋. @throws where every is below 1. */
export function stepSchedule(rate: number, options: { every: number; factor?: number }): Schedule {
  const { every, factor = 0.1 } = checkOptions('stepSchedule', options, { every: 'any', factor: 'any' });
  checkFrom0('stepSchedule', 'rate', rate);
  checkFrom0('stepSchedule', 'factor', factor);
  checkLength('stepSchedule', 'every', every, 1);
  return (step) => rate * factor ** Math.floor(step / every);
}

/**
 * rate · factor^m, m the number of milestones that are reached: as published recipes write "divided by 10 after 60,000 and 80,000 steps".
 * @throws where a milestone is not a number ≥ 0.
 */
export function multiStepSchedule(rate: number, options: { milestones: readonly number[]; factor?: number }): Schedule {
  const kinds = { milestones: 'any', factor: 'any' } as const;
  const { milestones, factor = 0.1 } = checkOptions('multiStepSchedule', options, kinds);
  checkFrom0('multiStepSchedule', 'rate', rate);
  checkFrom0('multiStepSchedule', 'factor', factor);
  const isMilestone = (step: unknown) => typeof step === 'number' && step >= 0;
  if (!Array.isArray(milestones) || !milestones.every(isMilestone)) {
    throw new Error(`multiStepSchedule: expected milestones ≥ 0, got ${shown(milestones)}`);
  }
  return (step) => rate * factor ** milestones.filter((milestone) => milestone <= step).length;
}

/**
 * From `rate` down to `final` over `steps` steps, `final` afterwards (the "poly" policy of DeepLab, Chen et al. 2018).
 *
 * final + (rate − final) · (1 − step / steps)^power.
 * @throws where steps is below 1 or power not above 0.
 */
export function polynomialSchedule(rate: number, options: { steps: number; power?: number; final?: number }): Schedule {
  const kinds = { steps: 'any', power: 'any', final: 'any' } as const;
  const { steps, power = 0.9, final = 0 } = checkOptions('polynomialSchedule', options, kinds);
  checkFrom0('polynomialSchedule', 'rate', rate);
  checkFrom0('polynomialSchedule', 'final', final);
  checkLength('polynomialSchedule', 'steps', steps, 1);
  if (!(Number.isFinite(power) && power > 0)) {
    throw new Error(`polynomialSchedule: expected power > 0, got ${shown(power)}`);
  }
  return (step) => final + (rate - final) * (1 - Math.min(step, steps) / steps) ** power;
}

/**
 * One rise and one fall of half a cosine each: from `start` to `rate` in the first `rise` of the steps, then down to `final`, which stays
 * (Smith and Topin 2019). The peak lies at step rise · steps − 1, the end at steps − 1, as PyTorch has it; momentum stays as it is.
 * @throws where steps is below 2, and on a rise outside 0 to 1.
 */
export function oneCycleSchedule(
  rate: number,
  options: { steps: number; rise?: number; start?: number; final?: number },
): Schedule {
  checkFrom0('oneCycleSchedule', 'rate', rate);
  const kinds = { steps: 'any', rise: 'any', start: 'any', final: 'any' } as const;
  const { steps, rise = 0.3, start = rate / 25 } = checkOptions('oneCycleSchedule', options, kinds);
  checkFrom0('oneCycleSchedule', 'start', start);
  const { final = start / 10_000 } = options;
  checkFrom0('oneCycleSchedule', 'final', final);
  checkLength('oneCycleSchedule', 'steps', steps, 2);
  checkShare('oneCycleSchedule', 'rise', rise);
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
export function cosineSchedule(rate: number, options: { steps: number; final?: number }): Schedule {
  const { steps, final = 0 } = checkOptions('cosineSchedule', options, { steps: 'any', final: 'any' });
  checkFrom0('cosineSchedule', 'rate', rate);
  checkFrom0('cosineSchedule', 'final', final);
  checkLength('cosineSchedule', 'steps', steps, 1);
  return (step) => final + ((rate - final) * (1 + Math.cos((Math.PI * Math.min(step, steps)) / steps))) / 2;
}

/**
 * Grows linearly through the first `steps` steps, (step + 1) / steps of the rate, then follows `schedule` from its start.
 * @throws where schedule is none, or steps is below 0.
 */
export function warmUpSchedule(schedule: Schedule, options: { steps: number }): Schedule {
  const { steps } = checkOptions('warmUpSchedule', options, { steps: 'any' });
  if (typeof schedule !== 'function') {
    throw new Error(`warmUpSchedule: expected a schedule, such as cosineSchedule(…), got ${shown(schedule)}`);
  }
  checkLength('warmUpSchedule', 'steps', steps, 0);
  return (step) => (step < steps ? (schedule(0) * (step + 1)) / steps : schedule(step - steps));
}
