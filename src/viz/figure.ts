import type { Config, Data, Frame, Layout } from 'plotly.js';
import type { OptionKinds } from '../checks/options';
import { palette } from './palette';
import { plainText } from './plainText';

/**
 * What Plotly draws, as plain data: it can be changed, stored as JSON and handed to `show`, `toHtml` and `writeHtml`, or to
 * `Plotly.newPlot` itself.
 */
export interface Figure {
  /** Plotly's traces. */
  data: Data[];
  /** Axes, title, legend, sliders, buttons. */
  layout: Partial<Layout>;
  /** Steps of an animation. */
  frames?: Partial<Frame>[];
  /** Plotly's own settings. */
  config?: Partial<Config>;
}

/** What every figure may have. */
export interface TitleOptions {
  /** Above the figure (none). */
  title?: string;
}

/** {@link TitleOptions} for `checkOptions`. */
export const titleOption: OptionKinds<TitleOptions> = { title: 'text' };

/** Colors of paper, grid and text; {@link darkTemplate} takes its place where the page around the figure is dark. */
function template(paper: string, text: string, grid: string, control: string) {
  const axis = { gridcolor: grid, zerolinecolor: grid, linecolor: grid };
  const sceneAxis = { ...axis, backgroundcolor: paper, showbackground: true };
  return {
    layout: {
      paper_bgcolor: paper,
      plot_bgcolor: paper,
      font: { color: text },
      colorway: [...palette],
      xaxis: axis,
      yaxis: axis,
      scene: { xaxis: sceneAxis, yaxis: sceneAxis, zaxis: sceneAxis },
      // Plotly paints the pressed button almost white, whatever is asked for: the others are light too.
      updatemenudefaults: { bgcolor: '#e6e6e6', bordercolor: grid, font: { color: '#222222' } },
      sliderdefaults: { bgcolor: control, bordercolor: grid, font: { color: text }, tickcolor: text },
      annotationdefaults: { font: { color: text } },
    },
  };
}

const lightTemplate = template('#ffffff', '#222222', '#d9d9d9', '#f2f2f2');
export const darkTemplate = template('#111111', '#e6e6e6', '#444444', '#333333');

/** Lays out a figure in the library's style: `layout` is laid over it. */
export function makeFigure(data: object[], layout: object, title?: string): Figure {
  return {
    data: data as Data[],
    layout: {
      template: lightTemplate,
      margin: { l: 50, r: 20, t: title === undefined ? 30 : 60, b: 45 },
      height: 400,
      hovermode: 'closest',
      ...(title === undefined ? {} : { title: { text: plainText(title), font: { size: 16 } } }),
      ...layout,
    } as Partial<Layout>,
    config: { responsive: true, displaylogo: false },
  };
}
