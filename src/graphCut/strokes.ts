import { checkList } from '../checks/arguments';
import { checkPositive } from '../checks/numbers';
import { checkOption } from '../checks/options';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';
import { type PointArray, readPoints } from '../cluster/points';

/** What a stroke of the brush says of the pixels below it. */
export type StrokeLabel = 'foreground' | 'background' | 'probableForeground' | 'probableBackground';

/** A stroke of a round brush. */
export interface Stroke {
  /** `foreground` and `background` are certain; with `probable…` the next cut may change it. */
  label: StrokeLabel;
  /** Where the brush went, x, y in px, `[N, 2]`: straight from each point to the next; one point makes a dot. */
  points: PointArray;
  /** Of the brush, px (3). */
  radius?: number;
}

const labels: readonly StrokeLabel[] = ['foreground', 'background', 'probableForeground', 'probableBackground'];

/** Calls `paint(pixel, label)` for each pixel whose center a stroke covers, in the order of the strokes. @throws `<caller>: …` on other strokes. */
export function paintStrokes(
  caller: string,
  strokes: unknown,
  { height, width }: { height: number; width: number },
  paint: (pixel: number, label: StrokeLabel) => void,
): void {
  checkList(caller, 'strokes', strokes, 'strokes { label, points, radius }');
  for (const [number, stroke] of (strokes as Stroke[]).entries()) {
    if (!isRecord(stroke)) {
      throw new Error(`${caller}: expected strokes { label, points, radius }, got ${shown(stroke)} at ${number}`);
    }
    const { label, points, radius = 3 } = stroke as unknown as Stroke;
    checkOption(caller, `label of stroke ${number}`, label, labels);
    checkPositive(caller, `radius of stroke ${number}`, radius);
    const { rows, count, dimensions } = readPoints(caller, points, `points of stroke ${number}`);
    if (dimensions !== 2)
      throw new Error(`${caller}: expected points of stroke ${number} [N, 2], got [${count}, ${dimensions}]`);
    for (let i = 0; i < count; i++) {
      const next = Math.min(i + 1, count - 1);
      if (i === next && i > 0) break;
      const [x1, y1, x2, y2] = [rows[2 * i], rows[2 * i + 1], rows[2 * next], rows[2 * next + 1]];
      const reach = (low: number, high: number, size: number) => [
        Math.max(0, Math.floor(Math.min(low, high) - radius)),
        Math.min(size, Math.ceil(Math.max(low, high) + radius) + 1),
      ];
      const [left, right] = reach(x1, x2, width);
      const [top, bottom] = reach(y1, y2, height);
      for (let y = top; y < bottom; y++) {
        for (let x = left; x < right; x++) {
          if (distanceToSegment(x + 0.5, y + 0.5, x1, y1, x2, y2) <= radius) paint(y * width + x, label);
        }
      }
    }
  }
}

function distanceToSegment(x: number, y: number, x1: number, y1: number, x2: number, y2: number): number {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / length));
  return Math.hypot(x - x1 - along * dx, y - y1 - along * dy);
}
