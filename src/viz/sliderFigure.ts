import type { Layout } from 'plotly.js';
import { checkOptions } from '../checks/options';
import type { Figure } from './figure';
import { type NamedFigure, stackFrames, withRoom } from './frames';
import { plainText } from './plainText';

/** Settings of {@link sliderFigure}. */
export interface SliderFigureOptions {
  /** Stands before the name of the step, such as `k = ` or `step `. */
  prefix?: string;
  /** Name of the step that is shown first (that of the first frame). */
  start?: string;
}

/**
 * A slider that steps through figures; it needs no kernel, so that it works in a saved page. What may differ between them: traces,
 * title, annotations, shapes, ranges and titles of the axes. Buttons of the single figures are left out.
 *
 * @throws on no frames, on a name that comes twice, on figures whose axes differ, and on a start that is none of the names.
 */
export function sliderFigure(frames: readonly NamedFigure[], options: SliderFigureOptions = {}): Figure {
  const { prefix = '', start } = checkOptions('sliderFigure', options, { prefix: 'text', start: 'text' });
  const place = start === undefined || !Array.isArray(frames) ? 0 : frames.findIndex((frame) => frame?.name === start);
  const active = Math.max(0, place);
  const { data, layout, visible, changes } = stackFrames('sliderFigure', frames, active);
  if (place < 0) {
    const names = frames.map(({ name }) => name).join(', ');
    throw new Error(`sliderFigure: expected start to be one of ${names}, got "${start}"`);
  }
  const slider = {
    active,
    currentvalue: { prefix: plainText(prefix), visible: true },
    pad: { t: 35, l: 10, r: 10 },
    steps: frames.map(({ name }, i) => ({
      label: plainText(name),
      method: 'update',
      args: [{ visible: visible[i] }, changes[i]],
    })),
  };
  return {
    data,
    layout: { ...withRoom(layout, 90), sliders: [slider] as Layout['sliders'] },
    config: frames[0].figure.config,
  };
}
