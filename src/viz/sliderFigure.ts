import type { Layout } from 'plotly.js';
import { checkOptions } from '../checks/options';
import type { Figure } from './figure';
import { type NamedFigure, stackFrames, withRoom } from './frames';
import { plainText } from './plainText';

/** Settings of {@link sliderFigure}. */
export interface SliderFigureOptions {
  /** Stands before the name of the step, such as `k = ` or `step `. */
  prefix?: string;
}

/**
 * A slider that steps through figures; it needs no kernel, so that it works in a saved page. What may differ between them: traces,
 * title, annotations, shapes, ranges and titles of the axes. Buttons of the single figures are left out.
 *
 * @throws on no frames, on a name that comes twice, and on figures whose axes differ.
 */
export function sliderFigure(frames: readonly NamedFigure[], options: SliderFigureOptions = {}): Figure {
  const { prefix = '' } = checkOptions('sliderFigure', options, { prefix: 'text' });
  const { data, layout, visible, changes } = stackFrames('sliderFigure', frames);
  const slider = {
    active: 0,
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
