import { checkOption } from '../checks/options';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';

/** Figures measured at one step. */
export interface Evaluation {
  /** Steps taken before. */
  step: number;
  /** What was measured, by name. */
  metrics: Record<string, number>;
}

/** What a training run looked like. */
export interface TrainingHistory {
  /** Losses by name, one number a step; with several parts, `total` is their sum. */
  losses: Record<string, number[]>;
  /** What was measured, in the order of the steps. */
  evaluations: Evaluation[];
  /** Time spent in training steps and in evaluation, over all sessions. */
  seconds: number;
}

/** A history without a step. */
export function emptyHistory(): TrainingHistory {
  return { losses: {}, evaluations: [], seconds: 0 };
}

/** A metric that has nothing to measure is null. */
const isMetric = (value: unknown) => value === null || typeof value === 'number';

/** Whether a value holds what was measured, by name. */
export function isMetrics(value: unknown): value is Record<string, number> {
  return isRecord(value) && Object.values(value).every(isMetric);
}

/** Throws unless a value has the losses and evaluations of a history; numbers that are not finite may be among them. */
export function checkCurves(caller: string, history: TrainingHistory): void {
  if (!isRecord(history)) throw new Error(`${caller}: expected a history such as fit gives, got ${shown(history)}`);
  const { losses, evaluations } = history;
  checkOption(caller, 'losses', losses, 'record');
  for (const [name, curve] of Object.entries(losses)) {
    if (Array.isArray(curve) && curve.every((loss) => typeof loss === 'number')) continue;
    throw new Error(`${caller}: expected losses.${name} to be a list of numbers, got ${shown(curve)}`);
  }
  const isEvaluation = (one: unknown) => isRecord(one) && Number.isSafeInteger(one.step) && isMetrics(one.metrics);
  if (Array.isArray(evaluations) && evaluations.every(isEvaluation)) return;
  throw new Error(`${caller}: expected evaluations to be a list of { step, metrics }, got ${shown(evaluations)}`);
}

const isNumber = (value: unknown): value is number => Number.isFinite(value);

/** Checks a history that was read from a file. @throws naming the place. */
export function parseHistory(value: unknown, steps: number): TrainingHistory {
  if (!isRecord(value) || !isRecord(value.losses) || !Array.isArray(value.evaluations) || !isNumber(value.seconds)) {
    throw new Error('expected a history of losses, evaluations and seconds');
  }
  const losses = Object.entries(value.losses).map(([name, curve]) => {
    if (!Array.isArray(curve) || curve.length !== steps || !curve.every(isNumber)) {
      throw new Error(`history.losses.${name}: expected ${steps} finite numbers`);
    }
    return [name, curve] as const;
  });
  const evaluations = value.evaluations.map((entry, i) => {
    const metrics = isRecord(entry) ? entry.metrics : undefined;
    // What is not finite, JSON writes as null.
    if (!isMetrics(metrics) || !Number.isSafeInteger(entry.step)) {
      throw new Error(`history.evaluations.${i}: expected a step and metrics`);
    }
    const measured = Object.entries(metrics).map(([name, metric]) => [name, metric === null ? Number.NaN : metric]);
    return { step: entry.step as number, metrics: Object.fromEntries(measured) };
  });
  return { losses: Object.fromEntries(losses), evaluations, seconds: value.seconds };
}
