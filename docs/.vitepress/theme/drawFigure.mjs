// Plotly, and a figure of the library drawn by it on a page: in the colors of the page, as wide as its place.
import { withBase } from 'vitepress';
import templates from '../../.generated/templates.json';
import { fitFigure } from './fitFigure.mjs';
import { settledLayout } from './settleFigure.mjs';

const scripts = new Map();

function load(file) {
  if (!scripts.has(file)) {
    const loading = new Promise((resolve, reject) => {
      const script = document.createElement('script');
      script.src = withBase(`/${file}`);
      script.onload = () => resolve(window.Plotly);
      script.onerror = () => reject(new Error(`${file} could not be loaded`));
      document.head.append(script);
    });
    loading.catch(() => scripts.delete(file));
    scripts.set(file, loading);
  }
  return scripts.get(file);
}

/** Kinds of traces that the smaller file draws. */
const flat = new Set(['scatter', 'heatmap', 'image', 'bar', 'histogram', 'contour', 'box', 'pie']);

/** Plotly for these figures: one copy for all of them, the whole only where one is not flat. */
export function loadPlotly(...figures) {
  const isFlat = figures.every(({ data = [] }) => data.every(({ type = 'scatter' }) => flat.has(type)));
  return load(isFlat && !scripts.has('plotly.js') ? 'plotlyFlat.js' : 'plotly.js');
}

/** The library's colors of text and grid, on the page's own ground. */
export function template(isDark) {
  const { layout } = isDark ? templates.dark : templates.light;
  return { layout: { ...layout, paper_bgcolor: 'rgba(0,0,0,0)', plot_bgcolor: 'rgba(0,0,0,0)' } };
}

/** Draws a figure, which it changes, in `place`, or in the place of the one that is there. */
export async function drawFigure(place, figure, isDark) {
  const Plotly = await loadPlotly(figure);
  figure.layout.template = template(isDark);
  const width = place.clientWidth;
  fitFigure(figure, width);
  const isTouched = matchMedia('(hover: none)').matches;
  // The page scrolls where a finger moves over a figure.
  if (isTouched) figure.layout.dragmode = false;
  const config = { ...figure.config, responsive: true, displaylogo: false };
  config.displayModeBar = isTouched ? false : 'hover';
  // `react` keeps what stays the same, but does not take frames.
  const isUpdate = place.classList.contains('js-plotly-plot') && !figure.frames;
  await Plotly[isUpdate ? 'react' : 'newPlot'](place, { ...figure, config });
  const settled = settledLayout(place, width);
  if (settled) await Plotly.relayout(place, settled);
}
