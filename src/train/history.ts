import { isRecord } from '../checks/record';

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
    const isMetric = (metric: unknown) => metric === null || isNumber(metric);
    if (!isRecord(metrics) || !Object.values(metrics).every(isMetric) || !Number.isSafeInteger(entry.step)) {
      throw new Error(`history.evaluations.${i}: expected a step and metrics`);
    }
    const measured = Object.entries(metrics).map(([name, metric]) => [name, metric === null ? Number.NaN : metric]);
    return { step: entry.step as number, metrics: Object.fromEntries(measured) };
  });
  return { losses: Object.fromEntries(losses), evaluations, seconds: value.seconds };
}
