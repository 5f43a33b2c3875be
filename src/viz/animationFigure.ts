import type { Frame, Layout } from 'plotly.js';
import { checkPositive } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import type { Figure } from './figure';
import { type NamedFigure, stackFrames, withRoom } from './frames';
import { plainText } from './plainText';

/** Settings of {@link animationFigure}. */
export interface AnimationFigureOptions {
  /** How long each frame stays (500). */
  milliseconds?: number;
  /** Stands before the name of the frame. */
  prefix?: string;
}

/** `{ 'xaxis.range': r }` as `{ xaxis: { range: r } }`. */
function nested(changes: Record<string, unknown>): object {
  const result: Record<string, any> = {};
  for (const [path, value] of Object.entries(changes)) {
    const keys = path.split('.');
    let at = result;
    for (const key of keys.slice(0, -1)) {
      at[key] ??= {};
      at = at[key];
    }
    at[keys[keys.length - 1]] = value;
  }
  return result;
}

/** In an animation a shape stays unless the next frame has one in its place: frames with fewer get some that nobody sees. */
function evenShapes(changes: Record<string, unknown>[]): void {
  const lists = changes.map(({ shapes }) => (Array.isArray(shapes) ? shapes : []));
  const most = lists.reduce((count, { length }) => Math.max(count, length), 0);
  if (lists.every(({ length }) => length === most)) return;
  for (const [i, list] of lists.entries()) {
    const unseen = { type: 'rect', x0: 0, x1: 0, y0: 0, y1: 0, line: { width: 0 }, fillcolor: 'rgba(0, 0, 0, 0)' };
    changes[i].shapes = [...list, ...Array.from({ length: most - list.length }, () => unseen)];
  }
}

/**
 * Figures one after another, with buttons to play and pause and a slider. The figures may differ as in `sliderFigure`.
 *
 * @throws on no frames, on a name that comes twice, on figures whose axes differ, and unless milliseconds are above 0.
 */
export function animationFigure(frames: readonly NamedFigure[], options: AnimationFigureOptions = {}): Figure {
  const kinds = { milliseconds: 'any', prefix: 'text' } as const;
  const { milliseconds = 500, prefix = '' } = checkOptions('animationFigure', options, kinds);
  checkPositive('animationFigure', 'milliseconds', milliseconds);
  const { data, layout, visible, changes } = stackFrames('animationFigure', frames);
  evenShapes(changes);
  const pace = (duration: number) => ({
    mode: 'immediate',
    transition: { duration: 0 },
    frame: { duration, redraw: true },
  });
  const slider = {
    active: 0,
    currentvalue: { prefix: plainText(prefix), visible: true },
    x: 0.2,
    len: 0.8,
    pad: { t: 35, l: 10, r: 10 },
    steps: frames.map(({ name }) => ({ label: plainText(name), method: 'animate', args: [[name], pace(0)] })),
  };
  const buttons = {
    type: 'buttons',
    direction: 'left',
    showactive: false,
    x: 0,
    xanchor: 'left',
    y: 0,
    yanchor: 'top',
    pad: { t: 60 },
    buttons: [
      { label: '▶ play', method: 'animate', args: [null, { ...pace(milliseconds), fromcurrent: true }] },
      { label: '❚❚ pause', method: 'animate', args: [[null], pace(0)] },
    ],
  };
  return {
    data,
    layout: {
      ...withRoom(layout, 90),
      sliders: [slider] as Layout['sliders'],
      updatemenus: [buttons] as Layout['updatemenus'],
    },
    frames: frames.map(({ name }, i) => ({
      name,
      data: visible[i].map((shown) => ({ visible: shown })),
      traces: visible[i].map((_, trace) => trace),
      layout: nested(changes[i]),
    })) as Partial<Frame>[],
    config: frames[0].figure.config,
  };
}
