import ndarray from 'ndarray';
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

/** JSON that can stand in a script: no text in it can end the script or begin a comment. */
function scriptJson(value: unknown): string {
  return JSON.stringify(value)
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

export function checkFigure(caller: string, figure: Figure): void {
  if (!Array.isArray(figure?.data) || typeof figure.layout !== 'object') {
    throw new Error(`${caller}: expected a figure { data, layout }, got ${figure === null ? 'null' : typeof figure}`);
  }
}

export function titleOf(figure: Figure): string {
  const title = figure.layout.title as string | { text?: string } | undefined;
  return undrawn((typeof title === 'string' ? title : title?.text) ?? '');
}

/** Small copies of the first visible images, for where no script runs. */
function previews(figure: Figure): string {
  const images = (figure.data as { type?: string; source?: string; visible?: unknown }[])
    .filter(({ type, source, visible }) => type === 'image' && visible !== false && source?.startsWith('data:image/'))
    .slice(0, 4);
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

function fragment(figure: Figure): string {
  const { data, layout, frames, config } = figure;
  const json = scriptJson({ data, layout, frames, config });
  // Of the content: the same figure gives the same output, run after run.
  const id = textDigest(json);
  const title = titleOf(figure);
  return (
    `<div data-detseg="${id}"><p>Interactive figure` +
    `${title ? ` “${escapeHtml(title)}”` : ''}: run its cell, or trust the notebook, to draw it.</p>${previews(figure)}</div>` +
    `<script>(${loader})(${json}, ${scriptJson(darkTemplate)}, "${id}");</script>`
  );
}

/**
 * The HTML of a figure, which needs no network: a fragment that loads Plotly from `node_modules`, or a page with Plotly in it.
 *
 * @throws where `standalone` is set and plotly.js-dist is not installed.
 */
export function toHtml(figure: Figure, { standalone = false }: HtmlOptions = {}): string {
  checkFigure('toHtml', figure);
  if (!standalone) return fragment(figure);
  return wholePage('toHtml', {
    title: titleOf(figure) || 'Figure',
    style: 'body { margin: 12px auto; max-width: 860px; font-family: sans-serif }',
    body: fragment(figure),
  });
}

/**
 * Writes a figure as a page of its own, whole or not at all.
 *
 * @param options `standalone: false` makes a small page that is to lie in the repository, at most three folders deep (true).
 * @throws on anything but a figure, and where the file cannot be written.
 */
export function writeHtml(path: string, figure: Figure, { standalone = true }: HtmlOptions = {}): void {
  checkFigure('writeHtml', figure);
  const html = toHtml(figure, { standalone });
  replaceFile('writeHtml', path, standalone ? html : `<!doctype html>\n<meta charset="utf-8">\n${html}\n`);
}
