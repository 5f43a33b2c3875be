import ndarray from 'ndarray';
import { checkOptions, type OptionKinds } from '../checks/options';
import { checkPath } from '../checks/path';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';
import { readImage } from '../images/image';
import { toPixels } from '../images/pixels';
import { fromBase64 } from '../platform/bytes';
import { textDigest } from '../platform/identifiers';
import { packageText } from '../platform/packages';
import { replaceFile } from '../platform/replaceFile';
import { darkTemplate, type Figure } from './figure';
import { dataUri, shrunk } from './imageTrace';
import { loader } from './loader';
import { undrawn } from './plainText';

/** Settings of {@link toHtml} and {@link writeHtml}. */
export interface HtmlOptions {
  /**
   * A whole page with Plotly inside it (10 MB), which works anywhere. Otherwise a fragment of the figure's own size, which finds the
   * copy of Plotly in `node_modules` (false).
   */
  standalone?: boolean;
}

const htmlKinds: OptionKinds<HtmlOptions> = { standalone: 'flag' };

/** JSON as it can stand in a script: no text in it can end the script or begin a comment. */
function inScript(json: string): string {
  return json
    .replace(/</g, '\\u003c')
    .replace(/>/g, '\\u003e')
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029');
}

/** Text that can stand in a page. */
export function escapeHtml(text: string): string {
  const names: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (character) => names[character]);
}

/** Throws unless a value is a figure: traces and a layout, of what JSON can hold. @param place in a list of them. */
export function checkFigure(caller: string, figure: Figure, place?: string): void {
  const at = place === undefined ? '' : ` at ${place}`;
  const isFigure = isRecord(figure) && Array.isArray(figure.data) && isRecord(figure.layout);
  if (!isFigure) throw new Error(`${caller}: expected a figure { data, layout }, got ${shown(figure)}${at}`);
  for (const trace of figure.data as unknown[]) {
    if (!isRecord(trace)) throw new Error(`${caller}: expected traces as data of a figure, got ${shown(trace)}${at}`);
  }
}

export function titleOf(figure: Figure): string {
  const title: unknown = figure.layout.title;
  const text = isRecord(title) ? title.text : title;
  return typeof text === 'string' ? undrawn(text) : '';
}

/** A part of a figure as text. @throws where it holds what JSON cannot. */
export function plainJson(caller: string, part: unknown): string {
  try {
    return JSON.stringify(part);
  } catch (error) {
    const reason = (error as Error).message;
    throw new Error(`${caller}: expected a figure of plain data, got one that JSON cannot hold: ${reason}`, {
      cause: error,
    });
  }
}

/** Small copies of the first visible images, for where no script runs. */
function previews(figure: Figure): string {
  const isShown = ({ type, source, visible }: { type?: unknown; source?: unknown; visible?: unknown }) =>
    type === 'image' && visible !== false && typeof source === 'string' && source.startsWith('data:image/');
  const images = (figure.data as { source?: string }[]).filter(isShown).slice(0, 4);
  const side = images.length === 1 ? 320 : 160;
  return images
    .map(({ source }) => {
      const image = readImage(fromBase64(source!.slice(source!.indexOf(',') + 1)));
      const bytes = Uint8Array.from(image.data, (value) => Math.round(255 * value));
      const small = shrunk(toPixels('toHtml', ndarray(bytes, image.shape)), side);
      const scale = Math.max(1, Math.floor(side / Math.max(small.height, small.width)));
      return (
        `<img alt="" src="${dataUri(small, 4096)}" width="${small.width * scale}" height="${small.height * scale}"` +
        ' style="display: inline-block; margin: 4px; image-rendering: pixelated">'
      );
    })
    .join('');
}

/** The text of Plotly as it can stand in a script. @throws where plotly.js-dist is not installed. */
function plotlyText(caller: string): string {
  try {
    const text = packageText('plotly.js-dist/plotly.js');
    return text.replace(/<\/script/gi, '<\\/script');
  } catch (error) {
    throw new Error(`${caller}: expected the package plotly.js-dist to be installed, found none`, { cause: error });
  }
}

/** A page that works anywhere, with Plotly inside it. */
export function wholePage(
  caller: string,
  { title, style, body }: { title: string; style: string; body: string },
): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width">',
    `<title>${escapeHtml(title)}</title>`,
    `<style>${style}</style>`,
    `<script>${plotlyText(caller)}</script>`,
    '</head>',
    '<body>',
    body,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function fragment(caller: string, figure: Figure): string {
  const { data, layout, frames, config } = figure;
  const json = inScript(plainJson(caller, { data, layout, frames, config }));
  // Of the content: the same figure gives the same output, run after run.
  const id = textDigest(json);
  const title = titleOf(figure);
  return (
    `<div data-detseg="${id}"><p>Interactive figure` +
    `${title ? ` “${escapeHtml(title)}”` : ''}: run its cell, or trust the notebook, to draw it.</p>${previews(figure)}</div>` +
    `<script>(${loader})(${json}, ${inScript(JSON.stringify(darkTemplate))}, "${id}");</script>`
  );
}

/**
 * The HTML of a figure, which needs no network: a fragment that loads Plotly from `node_modules`, or a page with Plotly in it.
 *
 * @throws where `standalone` is set and plotly.js-dist is not installed.
 */
export function toHtml(figure: Figure, options: HtmlOptions = {}): string {
  const { standalone = false } = checkOptions('toHtml', options, htmlKinds);
  return figureHtml('toHtml', figure, standalone);
}

/** {@link toHtml} for other callers. */
export function figureHtml(caller: string, figure: Figure, standalone = false): string {
  checkFigure(caller, figure);
  const body = fragment(caller, figure);
  if (!standalone) return body;
  const style = 'body { margin: 12px auto; max-width: 860px; font-family: sans-serif }';
  return wholePage(caller, { title: titleOf(figure) || 'Figure', style, body });
}

/**
 * Writes a figure as a page of its own, whole or not at all.
 *
 * @param options `standalone: false` makes a small page that is to lie in the repository, at most three folders deep (true).
 * @throws on anything but a figure, and where the file cannot be written.
 */
export function writeHtml(path: string, figure: Figure, options: HtmlOptions = {}): void {
  const { standalone = true } = checkOptions('writeHtml', options, htmlKinds);
  checkPath('writeHtml', path);
  const html = figureHtml('writeHtml', figure, standalone);
  replaceFile('writeHtml', path, standalone ? html : `<!doctype html>\n<meta charset="utf-8">\n${html}\n`);
}
