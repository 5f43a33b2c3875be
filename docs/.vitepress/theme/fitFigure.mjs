// Figures are laid out for a notebook's width. On a phone the title breaks, the legend stands below it, images in a row become two
// columns, margins shrink, and what shrank with the width gives back its height.

export const narrow = 520;
/** Characters of a title in a line of a phone. */
const lineLength = 42;
/** An image of boxes and arrows keeps this width; the page lets it scroll. */
const diagramWidth = 640;

const axesOf = (layout, letter) => Object.keys(layout).filter((key) => new RegExp(`^${letter}axis\\d*$`).test(key));

/** Changes the layout of a figure that is to be `width` px wide, before it is drawn. */
export function fitFigure(figure, width) {
  const { layout } = figure;
  layout.margin = { ...layout.margin };
  layout.height ??= 400;
  if (width < narrow) {
    if (isDiagram(layout))
      Object.assign(layout, { width: diagramWidth, title: { ...layout.title, x: 0.02, xanchor: 'left' } });
    else narrowed(figure, width);
  }
  separateSlider(layout);
}

const isDiagram = (layout) =>
  axesOf(layout, 'x').length > 0 &&
  axesOf(layout, 'x').every((key) => layout[key].visible === false) &&
  (layout.annotations ?? []).length > 4;

const linesOf = (title) => title.split('<br>').length;
export const titleHeight = (lines) => (lines > 0 ? 17 * lines + 10 : 0);

function narrowed(figure, width) {
  const { layout } = figure;
  const { margin } = layout;
  Object.assign(margin, { l: Math.min(margin.l ?? 50, 36), r: Math.min(margin.r ?? 20, 8) });
  const inner = width - margin.l - margin.r;
  if (!layout.scene) layout.yaxis ??= {};
  inTwoColumns(layout);
  underEachOther(layout);
  widenNote(figure);
  for (const trace of figure.data)
    if (/text/.test(trace.mode ?? ''))
      trace.textfont = { ...trace.textfont, size: Math.min(10, trace.textfont?.size ?? 12) };
  fitCaptions(layout, inner);
  for (const letter of ['x', 'y']) for (const key of axesOf(layout, letter)) fitAxis(layout, letter, key, inner);
  layout.legend = {
    ...layout.legend,
    orientation: 'h',
    x: 0,
    xanchor: 'left',
    yref: 'container',
    y: 1,
    yanchor: 'top',
    font: { ...layout.legend?.font, size: 10 },
  };
  const lines = breakTitles(figure);
  layout.meta = { ...layout.meta, titleLines: lines };
  const height = titleHeight(lines) + roomAbove(layout);
  layout.height += height - (margin.t ?? 60);
  margin.t = height;
  if (layout.title)
    Object.assign(layout.title, {
      font: { ...layout.title.font, size: 13 },
      yref: 'container',
      y: 1,
      yanchor: 'top',
      // Plotly counts from the last line's top.
      pad: { t: 8 + 8 * (lines - 1) },
    });
  fitSlider(layout);
}

/** What a step of the slider, or a frame, changes in the layout: by dotted path, or nested. */
function changesOf({ layout, frames = [] }) {
  const steps = (layout.sliders ?? []).flatMap((slider) => slider.steps ?? []);
  const updates = steps.filter(({ method }) => method === 'update').map(({ args }) => args[1] ?? {});
  return [...updates, ...frames.map((frame) => frame.layout ?? {})];
}

/** Gives the number of lines of the longest. */
function breakTitles(figure) {
  let most = 0;
  const shorter = (text) => {
    const lines = text.split('<br>').flatMap(broken);
    most = Math.max(most, text === '' ? 0 : lines.length);
    return lines.join('<br>');
  };
  if (typeof figure.layout.title === 'string') figure.layout.title = { text: figure.layout.title };
  if (figure.layout.title?.text) figure.layout.title.text = shorter(figure.layout.title.text);
  for (const changes of changesOf(figure)) {
    if (changes['title.text']) changes['title.text'] = shorter(changes['title.text']);
    if (changes.title?.text) changes.title.text = shorter(changes.title.text);
  }
  return most;
}

function broken(title) {
  const lines = [''];
  for (const word of title.split(' ')) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (longer.length > lineLength) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

/** Buttons and captions that hang above the plot, below title and legend. */
function roomAbove(layout) {
  if (layout.updatemenus?.some(({ y = 1 }) => y >= 1)) return 40;
  const reaches = ({ yref = 'paper' }) => {
    const axis = /^y\d*(?= domain$)/.exec(yref)?.[0];
    return yref === 'paper' || (axis && (layout[axis.replace('y', 'yaxis')]?.domain?.[1] ?? 1) > 0.99);
  };
  const caption = layout.annotations?.some((note) => note.y >= 1 && note.yanchor === 'bottom' && reaches(note));
  return caption ? 24 : 8;
}

/** Three or more images side by side, which would be as small as stamps, become rows of two. */
function inTwoColumns(layout) {
  const keys = axesOf(layout, 'x');
  const ends = new Set(axesOf(layout, 'y').map((key) => JSON.stringify(layout[key].domain ?? [0, 1])));
  const starts = new Set(keys.map((key) => (layout[key].domain ?? [0, 1])[0]));
  const isRow = keys.length > 2 && starts.size === keys.length && ends.size === 1;
  if (!isRow || axesOf(layout, 'y').some((key) => !layout[key].scaleanchor)) return;
  const rows = Math.ceil(keys.length / 2);
  const [low, high] = layout.yaxis.domain ?? [0, 1];
  const { t = 60, b = 45 } = layout.margin;
  layout.height = (layout.height - t - b) * rows + t + b;
  keys.forEach((key, i) => {
    const [row, column] = [Math.floor(i / 2), i % 2];
    layout[key].domain = [column / 2 + 0.01, (column + 1) / 2 - 0.03];
    layout[key.replace('x', 'y')].domain = [low, high].map((edge) => (rows - 1 - row + edge) / rows);
  });
}

/** Plots side by side become plots under each other where the name of an axis would lie on the neighbor. */
function underEachOther(layout) {
  const keys = axesOf(layout, 'x');
  const { t = 60, b = 45 } = layout.margin;
  const room = layout.height - t - b;
  const rows = new Map();
  for (const key of keys) {
    const y = (layout[key].anchor ?? 'y').replace('y', 'yaxis');
    if (!layout[y]) return;
    const [low, high] = layout[y].domain ?? [0, 1];
    const start = (layout[key].domain ?? [0, 1])[0];
    const row = rows.get(high) ?? { low, high, plots: [] };
    if (row.low !== low) return;
    row.plots.push({ key, y, start });
    rows.set(high, row);
  }
  const sorted = [...rows.values()].sort((one, other) => other.high - one.high);
  const isCrowded = ({ plots }) => plots.some(({ y, start }) => start > 0.05 && layout[y].title?.text);
  if (!sorted.some(isCrowded)) return;
  const between = 64;
  const places = [];
  let edge = 1;
  let at = 0;
  for (const row of sorted) {
    at += (edge - row.high) * room;
    edge = row.low;
    const height = (row.high - row.low) * room;
    const groups = isCrowded(row)
      ? row.plots.sort((one, other) => one.start - other.start).map((plot) => [plot])
      : [row.plots];
    groups.forEach((plots, i) => {
      if (i > 0) at += between;
      places.push({ plots, from: at, to: at + height, isWide: groups.length > 1 });
      at += height;
    });
  }
  const total = at + edge * room;
  for (const { plots, from, to, isWide } of places)
    for (const { key, y } of plots) {
      layout[y].domain = [1 - to / total, 1 - from / total];
      if (isWide) layout[key].domain = [0, 1];
    }
  layout.height += total - room;
}

/** What stands above the columns of a grid is as small as they are narrow. */
function fitCaptions(layout, inner) {
  for (const note of layout.annotations ?? []) {
    const axis = /^x\d*(?= domain$)/.exec(note.xref ?? '')?.[0];
    if (!axis) continue;
    const [start, end] = layout[axis.replace('x', 'xaxis')]?.domain ?? [0, 1];
    const longest = Math.max(...note.text.split('<br>').map((line) => line.length));
    const size = Math.max(8, Math.min(note.font?.size ?? 12, ((end - start) * inner) / (0.52 * longest)));
    note.font = { ...note.font, size };
  }
}

/** A column of numbers to the left of an image needs a larger share of a phone. */
function widenNote(figure) {
  const { layout } = figure;
  const isNote = ({ xref, x, text }) => xref === 'paper' && x === 0 && linesOf(text) > 3;
  const note = layout.annotations?.find(isNote);
  if (!note || !layout.xaxis?.domain) return;
  layout.xaxis.domain = [0.36, 1];
  layout.yaxis.constraintoward = 'top';
  for (const { annotations } of [layout, ...changesOf(figure)])
    for (const one of annotations ?? [])
      if (isNote(one)) Object.assign(one, { font: { ...one.font, size: 11 }, x: -0.1 });
  // The image below keeps as much height as the numbers take.
  layout.meta = { ...layout.meta, leastHeight: 15 * linesOf(note.text) };
}

/** Names beside an axis get their room; ticks that would run into each other, or into the image before, are left out. */
function fitAxis(layout, letter, key, inner) {
  const axis = layout[key];
  const [start, end] = axis.domain ?? [0, 1];
  if (letter === 'y') {
    const across = layout[(axis.anchor ?? 'x').replace('x', 'xaxis')] ?? {};
    const left = across.domain?.[0] ?? 0;
    if (left < 0.05) {
      axis.automargin = true;
      if (axis.ticktext && axis.title?.text) axis.title = { ...axis.title, standoff: 6 };
    }
    if (axis.tickmode === 'linear' && axis.dtick === 1) Object.assign(axis, { tickmode: 'auto', nticks: 8 });
    const before = axesOf(layout, 'x').map((other) => layout[other].domain?.[1] ?? 1);
    const gap = left - Math.max(0, ...before.filter((edge) => edge <= left));
    if (axis.scaleanchor && left >= 0.05 && gap * inner < 24 && before.length > 1) axis.showticklabels = false;
    return;
  }
  const labels = (axis.ticktext ?? []).map(String);
  const room = (end - start) * inner;
  const width = Math.max(0, ...labels.map((label) => 7 * label.length + 6));
  const isCount = labels.length > 0 && labels.every((label) => /^-?[\d.]+$/.test(label));
  if (isCount && labels.length * width > room) {
    const every = Math.ceil((labels.length * width) / room);
    axis.tickvals = axis.tickvals.filter((_, i) => i % every === 0);
    axis.ticktext = labels.filter((_, i) => i % every === 0);
  } else if (labels.length * width > room) {
    Object.assign(axis, { tickangle: -90, automargin: true });
    if (axis.title?.text) axis.title = { ...axis.title, standoff: 10 };
  }
  if (labels.length === 0 && room < 200) axis.nticks = Math.min(axis.nticks ?? 5, Math.max(3, Math.round(room / 36)));
  if (axis.tickmode === 'linear' && axis.dtick === 1)
    Object.assign(axis, { tickmode: 'auto', nticks: 8, tickangle: 0 });
}

function fitSlider(layout) {
  const [slider] = layout.sliders ?? [];
  if (!slider) return;
  const [menu] = layout.updatemenus ?? [];
  const half = (step) => 3.2 * String(step?.label ?? '').length;
  Object.assign(slider, { x: 0, len: 1, font: { ...slider.font, size: 11 } });
  slider.pad = {
    ...slider.pad,
    l: Math.max(10, half(slider.steps?.[0]) - layout.margin.l),
    r: Math.max(10, half(slider.steps?.at(-1)) - layout.margin.r),
  };
  if (!menu) return;
  menu.pad = { ...menu.pad, t: (menu.pad?.t ?? 0) + 60 };
  layout.margin.b = (layout.margin.b ?? 45) + 60;
  layout.height += 60;
}

/** The title of an axis stands above what the slider says, not beside it. */
function separateSlider(layout) {
  const [slider] = layout.sliders ?? [];
  const isTitled = axesOf(layout, 'x').some((key) => layout[key].title?.text);
  const missing = slider && isTitled ? 54 - (slider.pad?.t ?? 0) : 0;
  if (missing <= 0) return;
  for (const control of [slider, ...(layout.updatemenus ?? []).filter(({ y }) => y === 0)])
    control.pad = { ...control.pad, t: (control.pad?.t ?? 0) + missing };
  layout.margin.b = (layout.margin.b ?? 45) + missing;
  layout.height += missing;
}
