import { closeSync } from 'node:fs';
import { printable, shortened } from '../checks/printable';

/** Where a command speaks: results to stdout, everything else to stderr. Control characters in it, of names from outside, become escapes. */
export interface Console {
  /** A result, of one line or several. */
  print(text: string): void;
  /** News on the way, a line; silent with `--quiet`. */
  say(text: string): void;
  /** Something that the user should know, a line; never silent. */
  warn(text: string): void;
  /** Whether the news are wanted. */
  readonly quiet: boolean;
}

/** Characters of a line of news or of an error at most. */
const longest = 2000;

/** Some names in a list. */
const mostNames = 100;

/** A text from outside as a line to stderr. */
export function lineOf(text: string): string {
  return shortened(printable(text.trimEnd().replaceAll(/\s*\n\s*/g, ' ')), longest);
}

/** A text of several lines without what would command a terminal. */
export function linesOf(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** Names from outside, with commas between; of many, the first 100. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, mostNames).map((name) => printable(shortened(name, 200)));
  const more = names.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}

/** The console of a shell. */
export function shellConsole({ quiet = false }: { quiet?: boolean } = {}): Console {
  return {
    quiet,
    print: (text) => void process.stdout.write(`${linesOf(text)}\n`),
    say: (text) => void (quiet || process.stderr.write(`${lineOf(text)}\n`)),
    warn: (text) => void process.stderr.write(`detseg: ${lineOf(text)}\n`),
  };
}

/** How the process ends where its output cannot be written. */
interface Endings {
  /** Code for the shell where the reader has gone. */
  closed: number;
  /** Where the disk is full, for instance. */
  failed: number;
}

/** Closes what leads to a terminal that is gone: Node would abort on it in its last moment, and the shell see a crash. */
function closeStreams(): void {
  for (const stream of [0, 1, 2]) {
    try {
      closeSync(stream);
    } catch {
      // It was closed already.
    }
  }
}

/**
 * Lets the process outlive its terminal: what can no longer be written to stderr is not told, and the work goes on. Without stdout there is
 * nothing left to do for a command; a reader that has seen enough, as `head` has, is no error.
 */
export function outliveTerminal({ closed, failed }: Endings): void {
  let isLost = false;
  const lose = ({ code }: NodeJS.ErrnoException) => {
    if (code !== 'EIO' || isLost) return;
    isLost = true;
    process.once('exit', closeStreams);
  };
  process.stderr.on('error', lose);
  process.stdout.on('error', lose);
  process.stdout.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') {
      process.stderr.write(`detseg: the output cannot be written: ${error.message}\n`);
      process.exit(failed);
    }
    // Once the command has set its code, where it was ending anyway.
    setImmediate(() => process.exit(process.exitCode ?? closed));
  });
}
