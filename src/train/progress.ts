import { checkOption } from '../checks/options';
import { lineFigure } from '../viz/lineFigure';
import { progressDisplay } from '../viz/progressDisplay';
import { checkCurves, type TrainingHistory } from './history';

/** Points of a curve at most: a screen cannot show more. */
const maximumPoints = 400;

/**
 * Losses by step as a figure: the mean of each stretch of steps, at most 400 of them. What was measured has an axis of its own, on the
 * right.
 * @throws on what is no history, and where there is nothing to draw.
 */
export function lossFigure(history: TrainingHistory, title?: string) {
  if (title !== undefined) checkOption('lossFigure', 'title', title, 'text');
  checkCurves('lossFigure', history);
  const { losses, evaluations } = history;
  if (Object.keys(losses).length === 0) throw new Error('lossFigure: expected at least one curve of losses, got none');
  const curves = Object.entries(losses).map(([name, curve]) => {
    const stretch = Math.max(1, Math.ceil(curve.length / maximumPoints));
    const starts = Array.from({ length: Math.ceil(curve.length / stretch) }, (_, i) => i * stretch);
    const means = starts.map((start) => {
      const part = curve.slice(start, start + stretch);
      return part.reduce((sum, value) => sum + value, 0) / part.length;
    });
    return { name, x: starts, y: means };
  });
  const names = [...new Set(evaluations.flatMap(({ metrics }) => Object.keys(metrics)))];
  const measured = names.map((name) => {
    const known = evaluations.filter(({ metrics }) => Object.hasOwn(metrics, name));
    return {
      name,
      right: true,
      x: known.map(({ step }) => step),
      y: known.map(({ metrics }) => metrics[name] ?? Number.NaN),
    };
  });
  return lineFigure([...curves, ...measured], { xTitle: 'step', yTitle: 'loss', rightTitle: 'measured', title });
}

/** Seconds as `1:05` or `2:03:10`. */
export function clockTime(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const [hours, ...rest] = parts.map((part) => String(part).padStart(2, '0'));
  return (parts[0] > 0 ? [Number(hours), ...rest] : [Number(rest[0]), rest[1]]).join(':');
}

/** Shows how far a run is: a line of text, and in a notebook the curves. */
export interface TrainingProgress {
  /** `speed` is in images a second. */
  update(history: TrainingHistory, at: { step: number; speed: number }): void;
  close(): void;
}

/** One line: step, loss, last metrics, speed, time left. */
export function progressLine(
  { losses, evaluations }: TrainingHistory,
  { step, steps, speed, batchSize }: { step: number; steps: number; speed: number; batchSize: number },
): string {
  const digits = (value: number) => value.toPrecision(3);
  const shown = Object.entries(losses).map(([name, curve]) => `${name} ${digits(curve[curve.length - 1])}`);
  const metrics = Object.entries(evaluations.at(-1)?.metrics ?? {}).map(([name, value]) => `${name} ${digits(value)}`);
  const left = speed > 0 ? `${clockTime(((steps - step) * batchSize) / speed)} left` : '';
  return [`step ${step}/${steps}`, ...shown, ...metrics, `${Math.round(speed)} images/s`, left]
    .filter((part) => part !== '')
    .join(' · ');
}

/** Least time between two drawings of the curves, in ms. */
const curvesEvery = 2000;

/** Progress of a run of `steps` steps, in the terminal or the notebook. */
export function trainingProgress({ steps, batchSize }: { steps: number; batchSize: number }): TrainingProgress {
  const line = progressDisplay();
  const curves = progressDisplay({ milliseconds: 0 });
  let drawn = performance.now();
  return {
    update(history, { step, speed }) {
      line.update(progressLine(history, { step, steps, speed, batchSize }));
      if (performance.now() - drawn < curvesEvery && step < steps) return;
      drawn = performance.now();
      curves.update(lossFigure(history));
    },
    close() {
      line.close();
      curves.close();
    },
  };
}
