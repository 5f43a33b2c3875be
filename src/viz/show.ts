import type { Figure } from './figure';
import { checkFigure, figureHtml, plainJson, titleOf } from './html';
import { type Bundle, needsHtml, notebookDisplay } from './notebook';

/** A figure for Jupyter: HTML that draws itself where it is needed, Plotly's JSON for front ends that have Plotly, and text. */
export function figureBundle(caller: string, figure: Figure): Bundle {
  const { data, layout, frames, config } = figure;
  const title = titleOf(figure);
  return {
    ...(needsHtml() && { 'text/html': figureHtml(caller, figure) }),
    'application/vnd.plotly.v1+json': JSON.parse(plainJson(caller, { data, layout, frames, config })),
    'text/plain': `[figure${title ? `: ${title}` : ''}]`,
  };
}

/**
 * Shows a figure below the running cell of a notebook. It stays interactive in JupyterLab, Jupyter Notebook and exported HTML, without
 * a network and without a copy of Plotly in the notebook: it is loaded from `node_modules` (see loader.ts for where it looks). In a
 * notebook that is not trusted, small images stand in for images, and a sentence for the rest.
 *
 * @throws outside a notebook, where `writeHtml` makes a page instead.
 */
export function show(figure: Figure): void {
  checkFigure('show', figure);
  const write = notebookDisplay();
  if (!write) throw new Error('show: expected to run in a notebook; in a script use writeHtml(path, figure)');
  write({ data: figureBundle('show', figure), metadata: {}, transient: {} });
}
