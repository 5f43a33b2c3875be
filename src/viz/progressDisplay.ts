import { checkFrom0 } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { printable } from '../checks/printable';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';
import { randomDigits } from '../platform/identifiers';
import { type Terminal, terminal } from '../platform/terminal';
import type { Figure } from './figure';
import { checkFigure } from './html';
import { type Bundle, notebookDisplay } from './notebook';
import { figureBundle } from './show';

export interface ProgressDisplay {
  /** Replaces what is shown. Updates that come too fast are left out, the last is not. */
  update(content: string | Figure): void;
  /** Shows the last update and ends the line. Further calls do nothing. */
  close(): void;
}

/** Settings of {@link progressDisplay}. */
export interface ProgressDisplayOptions {
  /** Least time between two updates on the screen (200). */
  milliseconds?: number;
  /** Where the line goes outside a notebook (stderr). */
  stream?: Terminal;
}

/** HTML as one line of text; of control characters in names, nothing moves the terminal's cursor. */
function lineOf(html: string): string {
  const names: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', nbsp: ' ' };
  const text = html
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(lt|gt|amp|quot|nbsp);/g, (_, name) => names[name])
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters would move the terminal's cursor
    .replace(/[\s\x00-\x1f\x7f]+/g, ' ')
    .trim();
  return printable(text);
}

/** Throws unless something can be written to, and says of its width nothing but a number. */
function checkTerminal(stream: Terminal): void {
  const { write, columns } = isRecord(stream) ? stream : ({} as Partial<Terminal>);
  if (typeof write === 'function' && (columns === undefined || Number.isFinite(columns))) return;
  throw new Error(`progressDisplay: expected stream to be a terminal such as process.stderr, got ${shown(stream)}`);
}

/**
 * One place that is written over and over, for the progress of a loop. In a notebook it takes HTML (unescaped) or a figure; in a
 * terminal one line of text, figures left out; where stderr is no terminal it is silent.
 *
 * @throws from `update` on what is neither text nor a figure.
 */
export function progressDisplay(options: ProgressDisplayOptions = {}): ProgressDisplay {
  checkOptions('progressDisplay', options, { milliseconds: 'any', stream: 'any' });
  const { milliseconds = 200, stream = terminal() } = options;
  checkFrom0('progressDisplay', 'milliseconds', milliseconds);
  checkTerminal(stream);
  const id = randomDigits(16);
  let written = false;
  let closed = false;
  let latest = Number.NEGATIVE_INFINITY;
  let waiting: string | Figure | undefined;

  function flush(): void {
    if (waiting === undefined) return;
    const content = waiting;
    waiting = undefined;
    const write = notebookDisplay();
    if (write) {
      const data: Bundle =
        typeof content === 'string'
          ? { 'text/html': content, 'text/plain': lineOf(content) }
          : figureBundle('progressDisplay', content);
      write({ data, metadata: {}, transient: { display_id: id } }, written);
      written = true;
    } else if (stream.isTTY && typeof content === 'string') {
      stream.write(`\r\x1b[2K${[...lineOf(content)].slice(0, (stream.columns ?? 80) - 1).join('')}`);
      written = true;
    }
    latest = performance.now();
  }

  return {
    update(content) {
      if (typeof content !== 'string') {
        if (!isRecord(content)) throw new Error(`progressDisplay: expected text or a figure, got ${shown(content)}`);
        checkFigure('progressDisplay', content);
      }
      if (closed) return;
      waiting = content;
      if (performance.now() - latest >= milliseconds) flush();
    },
    close() {
      if (closed) return;
      flush();
      closed = true;
      if (written && !notebookDisplay()) stream.write('\n');
    },
  };
}
