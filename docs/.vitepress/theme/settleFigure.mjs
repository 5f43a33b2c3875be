// What can be settled only when Plotly has drawn a figure and measured it. Its measures stand in `_fullLayout`.
import { narrow, titleHeight } from './fitFigure.mjs';

/** Of play and pause, px. */
const buttonsWidth = 142;

/** What Plotly shall change once it has drawn the figure and measured it: the argument of `relayout`; undefined where nothing. */
export function settledLayout({ data = [], layout, _fullLayout: full }, width) {
  const wanted = { height: full.height };
  const legend = Math.max(full.legend?._height ?? 0, laterLegend(data, width));
  if (width < narrow && legend > 0 && layout.legend?.yref === 'container') {
    wanted['margin.t'] = layout.margin.t + legend;
    wanted.height += legend;
  }
  Object.assign(wanted, withoutSlack(full, wanted), besideButtons(layout, full, width), wholeTicks(full));
  if (wanted['margin.t'] !== undefined)
    wanted['legend.y'] = 1 - titleHeight(full.meta?.titleLines ?? 0) / wanted.height;
  return Object.keys(wanted).length === 1 && wanted.height === full.height ? undefined : wanted;
}

/** About as high as a legend of one column of the page becomes that only later steps of the slider show. */
function laterLegend(data, width) {
  const names = data.filter(({ showlegend, visible }) => showlegend && visible === false).map(({ name = '' }) => name);
  const long = [...new Set(names)].reduce((sum, name) => sum + 6 * name.length + 48, 0);
  return 19 * Math.ceil(long / width);
}

/** The slider begins where the buttons to its left end. */
function besideButtons({ sliders, updatemenus }, full, width) {
  if (width < narrow || !sliders?.[0] || !updatemenus?.[0] || updatemenus[0].y !== 0) return {};
  const x = Math.min(0.5, buttonsWidth / full._size.w);
  return { 'sliders[0].x': x, 'sliders[0].len': 1 - x };
}

/** On a short logarithmic axis Plotly writes 0.2 as a small 2: there, numbers are written out. */
function wholeTicks(full) {
  const ids = [...(full._subplots?.xaxis ?? []), ...(full._subplots?.yaxis ?? [])];
  const short = ids
    .map((id) => id.replace(/^[xy]/, '$&axis'))
    .filter((key) => full[key].type === 'log' && !full[key].tickformat && /^D/.test(full[key].dtick));
  return Object.fromEntries(
    short.flatMap((key) => [
      [`${key}.tickformat`, Math.max(...full[key].range) > 4 ? '~s' : '~g'],
      [`${key}.automargin`, true],
    ]),
  );
}

/** Images keep their shape: where the width made them smaller, their rows give back the height; what lies between stays. */
function withoutSlack(full, { height }) {
  const size = full._size.h;
  const rows = new Map();
  for (const id of full._subplots?.yaxis ?? []) {
    const key = id.replace('y', 'yaxis');
    const axis = full[key];
    const [low, high] = axis._inputDomain ?? axis.domain;
    const row = rows.get(high) ?? { low, high, share: 0, keys: [] };
    if (row.low !== low) return {};
    row.keys.push(key);
    row.share = Math.max(row.share, axis._length / ((high - low) * size));
    rows.set(high, row);
  }
  const sorted = [...rows.values()].sort((a, b) => b.high - a.high);
  if (sorted.length === 0 || sorted.some(({ high }, i) => i > 0 && high > sorted[i - 1].low)) return {};
  let edge = 1;
  let y = 0;
  const places = sorted.map(({ low, high, share, keys }) => {
    const from = y + (edge - high) * size;
    y = from + Math.max((high - low) * size * share + 1, full.meta?.leastHeight ?? 0);
    edge = low;
    return { from, to: y, keys };
  });
  const left = y + edge * size;
  if (size - left < 20) return {};
  const changes = { height: height - (size - left) };
  for (const { from, to, keys } of places)
    for (const key of keys) changes[`${key}.domain`] = [1 - to / left, 1 - from / left];
  return changes;
}
