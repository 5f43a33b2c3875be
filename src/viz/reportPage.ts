import type { Data, NdArray } from 'ndarray';
import { checkList } from '../checks/arguments';
import { checkCount } from '../checks/numbers';
import { checkOption, checkOptions } from '../checks/options';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';
import { toPixels } from '../images/pixels';
import type { Figure } from './figure';
import { escapeHtml, figureHtml, wholePage } from './html';
import { dataUri, shrunk } from './imageTrace';

/** One image of a row, with the words below it. */
export interface ReportImage {
  /** `[H, W, 3]`, 0–1. */
  image: NdArray<Data<number>>;
  /** Below the image. */
  caption: string;
}

/** What a report is made of, from top to bottom. Text is text: nothing in it becomes markup. */
export type ReportPart =
  | { heading: string }
  | { text: string }
  | { figure: Figure }
  /** In rows of so many (as many as there is room for). */
  | { images: readonly ReportImage[]; columns?: number }
  /** Names with their colors, `[red, green, blue]` in bytes. */
  | { legend: readonly { name: string; color: readonly [number, number, number] }[] }
  | { table: { columns: readonly string[]; rows: readonly (readonly (string | number | null)[])[] } };

/** Settings of {@link reportPage}. */
export interface ReportPageOptions {
  /** Title of the page, and its first heading. */
  title: string;
  /** What follows, from above. */
  parts: readonly ReportPart[];
}

const style = `
  body { margin: 24px auto; max-width: 1080px; padding: 0 16px; font: 15px/1.5 system-ui, sans-serif; color: #222; background: #fff }
  h1 { font-size: 26px; margin: 0 0 8px } h2 { font-size: 19px; margin: 32px 0 8px }
  table { border-collapse: collapse; margin: 8px 0; display: block; overflow-x: auto }
  th, td { border-bottom: 1px solid #ddd; padding: 3px 14px 3px 0; text-align: left; vertical-align: top }
  td.number { text-align: right; font-variant-numeric: tabular-nums }
  .images { display: flex; flex-wrap: wrap; gap: 12px } .images.grid { display: grid }
  .legend span { display: inline-block; width: 14px; height: 14px; margin: 0 6px -2px 16px; border: 1px solid #888 }
  figure { margin: 0; max-width: 520px }
  figure img { max-width: 100%; display: block; image-rendering: pixelated } figcaption { font-size: 13px; color: #555 }
`;

/** Longest side of an image in a report, px. */
const longestSide = 640;

/** A text of a part as it can stand in a page. @throws on anything else. */
function textHtml(name: string, text: string): string {
  checkOption('reportPage', name, text, 'text');
  return escapeHtml(text);
}

/** What is done with each object of a list. @throws on what is no list of objects. */
function eachOf<Item>(name: string, items: readonly Item[], such: string, body: (item: Item) => string): string[] {
  checkList('reportPage', name, items, such);
  return items.map((item) => {
    if (!isRecord(item)) throw new Error(`reportPage: expected ${name} to be ${such}, got ${shown(item)}`);
    return body(item);
  });
}

function cell(value: string | number | null): string {
  if (value === null) return '<td class="number">–</td>';
  if (typeof value === 'string') return `<td>${escapeHtml(value)}</td>`;
  if (typeof value !== 'number') {
    throw new Error(`reportPage: expected texts, numbers and null in rows of a table, got ${shown(value)}`);
  }
  const text = Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
  return `<td class="number">${text}</td>`;
}

/** What a part may hold; each is checked where it is drawn. */
const partKinds = {
  heading: 'any',
  text: 'any',
  figure: 'any',
  images: 'any',
  columns: 'any',
  legend: 'any',
  table: 'any',
} as const;

function partHtml(part: ReportPart): string {
  checkOptions<object>('reportPage', part, partKinds);
  if ('heading' in part) return `<h2>${textHtml('a heading', part.heading)}</h2>`;
  if ('text' in part) return `<p>${textHtml('a text', part.text)}</p>`;
  if ('figure' in part) return figureHtml('reportPage', part.figure);
  if ('table' in part) {
    checkOption('reportPage', 'a table', part.table, 'record');
    checkOption('reportPage', 'columns of a table', part.table.columns, 'texts');
    checkList('reportPage', 'rows of a table', part.table.rows, 'lists');
    for (const row of part.table.rows) checkList('reportPage', 'a row of a table', row, 'cells');
    const head = part.table.columns.map((name) => `<th>${escapeHtml(name)}</th>`).join('');
    const rows = part.table.rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('\n');
    return `<table><thead><tr>${head}</tr></thead><tbody>\n${rows}\n</tbody></table>`;
  }
  if ('legend' in part) {
    const entries = eachOf('a legend', part.legend, '{ name, color }', ({ name, color }) => {
      if (!Array.isArray(color) || color.length !== 3 || !color.every(Number.isFinite)) {
        throw new Error(`reportPage: expected a color [red, green, blue], got ${shown(color)}`);
      }
      const bytes = color.map(Math.round).join(', ');
      return `<span style="background: rgb(${bytes})"></span>${textHtml('a name', name)}`;
    });
    return `<p class="legend">${entries.join(' ')}</p>`;
  }
  if (!('images' in part)) {
    throw new Error(`reportPage: expected a heading, text, figure, images, legend or table, got ${shown(part)}`);
  }
  const images = eachOf('images', part.images, '{ image, caption }', ({ image, caption }) => {
    const source = dataUri(shrunk(toPixels('reportPage', image), longestSide));
    return `<figure><img alt="" src="${source}"><figcaption>${textHtml('a caption', caption)}</figcaption></figure>`;
  });
  const { columns = 0 } = part;
  checkCount('reportPage', 'columns', columns, 0);
  const grid = columns > 0 ? ` grid" style="grid-template-columns: repeat(${columns}, minmax(0, 1fr))` : '';
  return `<div class="images${grid}">${images.join('\n')}</div>`;
}

/**
 * A page of headings, texts, tables, images and figures that needs no other file and no network: Plotly is inside it (10 MB).
 * @throws where plotly.js-dist is not installed, and on what is no image and no figure.
 */
export function reportPage(options: ReportPageOptions): string {
  const { title, parts } = checkOptions('reportPage', options, { title: 'any', parts: 'any' });
  const blocks = eachOf('parts', parts, 'a heading, a text, a figure and so on', partHtml);
  const body = [`<h1>${textHtml('title', title)}</h1>`, ...blocks].join('\n');
  return wholePage('reportPage', { title, style, body });
}
