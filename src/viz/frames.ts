import { checkList } from '../checks/arguments';
import { largest } from '../checks/extremes';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';
import type { Figure } from './figure';
import { checkFigure, plainJson } from './html';

/** A figure and what its step of the slider, or its frame, is called. */
export interface NamedFigure {
  /** What the slider or button calls it. */
  name: string;
  /** What is shown there. */
  figure: Figure;
}

/** Several figures in one: all their traces, and what is visible and how it is laid out in each. */
export interface Stack {
  data: Figure['data'];
  layout: Figure['layout'];
  visible: (boolean | 'legendonly')[][];
  /** Of each frame, by dotted path (`title.text`, `xaxis.range`); null or [] where a frame lacks what another has. */
  changes: Record<string, unknown>[];
}

const isAxis = (key: string) => /^[xy]axis\d*$/.test(key);

function changing(layout: Figure['layout']): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  const plain = layout as Record<string, any>;
  found['title.text'] = plain.title?.text ?? '';
  found.annotations = plain.annotations ?? [];
  found.shapes = plain.shapes ?? [];
  for (const key of Object.keys(plain).filter(isAxis)) {
    found[`${key}.title.text`] = plain[key].title?.text ?? '';
    if (plain[key].range) found[`${key}.range`] = plain[key].range;
  }
  return found;
}

/**
 * Lays figures over one another. A trace that several of them share, such as the photograph under changing boxes, is kept once.
 *
 * @param start the frame that is seen first.
 * @throws `<caller>: …` on no frames, on a name that comes twice, and on figures whose axes differ.
 */
export function stackFrames(caller: string, frames: readonly NamedFigure[], start = 0): Stack {
  checkList(caller, 'frames', frames, '{ name, figure }');
  if (frames.length === 0) throw new Error(`${caller}: expected at least one frame, got none`);
  const seen = new Set<string>();
  for (const [i, frame] of frames.entries()) {
    if (!isRecord(frame) || typeof frame.name !== 'string') {
      throw new Error(`${caller}: expected frames { name, figure }, got ${shown(frame)} at ${i}`);
    }
    const { name, figure } = frame;
    checkFigure(caller, figure, `${i}`);
    if (seen.has(name)) throw new Error(`${caller}: expected names that differ, got "${name}" twice`);
    seen.add(name);
  }
  const axesOf = ({ figure }: NamedFigure) =>
    Object.keys(figure.layout)
      .filter((key) => isAxis(key) || key === 'scene')
      .sort()
      .join(', ');
  for (const frame of frames) {
    if (axesOf(frame) !== axesOf(frames[0])) {
      throw new Error(
        `${caller}: expected figures with the axes ${axesOf(frames[0])}, got ${axesOf(frame)} in "${frame.name}"`,
      );
    }
  }

  const data: Figure['data'] = [];
  const placeOf = new Map<string, number>();
  const used = frames.map(({ figure }) => {
    const places = new Map<number, boolean | 'legendonly'>();
    let last = -1;
    for (const trace of figure.data) {
      const { visible = true, ...rest } = trace as { visible?: boolean | 'legendonly' };
      const text = plainJson(caller, rest);
      let place = placeOf.get(text);
      // Later traces lie on top: a shared one is taken only where this keeps the figure's order.
      if (place === undefined || place <= last) {
        place = data.length;
        data.push(rest as Figure['data'][number]);
        placeOf.set(text, place);
      }
      places.set(place, visible);
      last = place;
    }
    return places;
  });
  const visible = used.map((places) => data.map((_, place) => places.get(place) ?? false));

  const all = frames.map(({ figure }) => changing(figure.layout));
  const keys = [...new Set(all.flatMap((one) => Object.keys(one)))].filter((key) =>
    all.some((one) => plainJson(caller, one[key]) !== plainJson(caller, all[0][key])),
  );
  // Buttons of a single figure address its traces by number, which are others here.
  const { updatemenus: _menus, sliders: _sliders, ...layout } = frames[start].figure.layout;
  return {
    data: data.map((trace, place) => ({ ...trace, visible: visible[start][place] })),
    layout: { ...layout, height: largest(frames.map(({ figure }) => figure.layout.height ?? 0)) || undefined },
    visible,
    changes: all.map((one) => Object.fromEntries(keys.map((key) => [key, one[key] ?? null]))),
  };
}

/** The layout with room for a slider below it, which is `extra` screen pixels high. */
export function withRoom(layout: Figure['layout'], extra: number): Figure['layout'] {
  return {
    ...layout,
    height: (layout.height ?? 400) + extra,
    margin: { ...layout.margin, b: (layout.margin?.b ?? 45) + extra },
  };
}
