import { printable, shortened } from '../checks/printable';
import { latin1 } from './bytes';
import { type DecodedText, decodeText } from './decodeText';
import { withFile } from './readBytes';

/** Bounds of text that comes from outside. */
export interface TextLimits {
  /** Size of a file of text, in bytes (4 MiB for the labels of one image; 512 MiB for COCO's JSON, as long as a text can be; else 64 MiB). */
  maxBytes?: number;
}

/** Characters of a text at most, in the engines of Node and Chromium on 64 bits. */
const longestText = 2 ** 29 - 24;

/** The bytes of a file of text. @throws with the reason alone. */
function textBytes(path: string, maxBytes: number, empty: boolean): Uint8Array {
  if (!(maxBytes > 0)) throw new Error(`expected maxBytes above 0, got ${maxBytes}`);
  const bytes = withFile(path, maxBytes, (file) => {
    if (file.size > longestText) {
      throw new Error(
        `expected at most ${longestText} bytes, the longest text that JavaScript can hold, got ${file.size}; divide the file`,
      );
    }
    return file.fill(new Uint8Array(file.size), 0);
  });
  if (bytes.length === 0 && !empty) throw new Error('the file is empty');
  return bytes;
}

/**
 * The text of a file in UTF-8, without a byte order mark.
 * @param options empty: whether a file may hold nothing (false).
 * @throws with the reason alone where the file is missing, too large, empty or not UTF-8.
 */
export function readText(path: string, maxBytes: number, { empty = false } = {}): string {
  const bytes = textBytes(path, maxBytes, empty);
  try {
    // The decoder leaves a byte order mark out.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Error('expected text in UTF-8', { cause: error });
  }
}

/**
 * The text of a file in the encoding of its byte order mark, in the one that `declared` finds, or in UTF-8; see {@link decodeText}.
 * @param options empty: whether a file may hold nothing (false). declared: the name of the encoding in the first 1024 bytes, if there is one.
 * @throws with the reason alone where the file is missing, too large or empty.
 */
export function readAnyText(
  path: string,
  maxBytes: number,
  { empty = false, declared = () => null }: { empty?: boolean; declared?: (head: string) => string | null } = {},
): DecodedText {
  const bytes = textBytes(path, maxBytes, empty);
  return decodeText(bytes, declared(latin1(bytes.subarray(0, 1024))));
}

/** A line of a text, and its number from 1. */
export interface TextLine {
  line: string;
  number: number;
}

/** The lines of a text, whatever ends them, each with its number from 1; what is blank is left out, and spaces around a line are. */
export function textLines(text: string): TextLine[] {
  return [...eachLine(text)];
}

/** {@link textLines}, one after the other: who stops early has not made the others. */
export function* eachLine(text: string): Generator<TextLine, void> {
  // Not split: of a file of blank lines, nothing is kept.
  for (let at = 0, number = 1; at < text.length; number++) {
    let end = at;
    for (let code = text.charCodeAt(end); end < text.length && code !== 10 && code !== 13; )
      code = text.charCodeAt(++end);
    if (end > at) {
      const line = text.slice(at, end).trim();
      if (line !== '') yield { line, number };
    }
    at = end + (text.charCodeAt(end) === 13 && text.charCodeAt(end + 1) === 10 ? 2 : 1);
  }
}

/** The number that a text writes in decimals, such as `-1.5e3`, or NaN: neither hexadecimal nor nothing at all counts as one. */
export function decimal(text: string): number {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
}

/** Characters of a quoted value at most. */
const longestQuote = 60;

/** The beginning of a value as JSON has it: no more of it is looked at than can be shown. */
function beginning(value: unknown, depth = 0): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, longestQuote));
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? String(value);
  if (depth > longestQuote) return '…';
  const isList = Array.isArray(value);
  const names = isList ? value.slice(0, longestQuote).map((_, i) => i) : Object.keys(value).slice(0, longestQuote);
  let text = isList ? '[' : '{';
  for (const name of names) {
    if (text.length > longestQuote) return text;
    const entry = beginning((value as Record<string, unknown>)[name], depth + 1);
    text += `${text.length > 1 ? ',' : ''}${isList ? '' : `${beginning(String(name))}:`}${entry}`;
  }
  return text + (isList ? ']' : '}');
}

/** A value from outside as an error shows it: short, on one line, and without control characters. */
export function quoted(value: unknown): string {
  const text = printable(beginning(value));
  return text.length > longestQuote ? shortened(text, longestQuote - 2) : text;
}
