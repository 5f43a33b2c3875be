/** A text, and what had to be guessed to read it. */
export interface DecodedText {
  text: string;
  /** What was odd about its encoding; null where it was as declared, or UTF-8. */
  odd: string | null;
}

/** Byte order marks, and the encodings that they mean. */
const marks: readonly (readonly [string, readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/** What a text in one of the encodings of Western Europe is read in where it does not say and is not UTF-8. */
const western = 'windows-1252';

/** The encoding of a byte order mark, or of the zeros beside ASCII in UTF-16 without one. */
function markedEncoding(bytes: Uint8Array): string | null {
  const marked = marks.find(([, mark]) => mark.every((byte, i) => bytes[i] === byte));
  if (marked) return marked[0];
  if (bytes.length >= 4 && bytes[1] === 0 && bytes[3] === 0 && bytes[0] !== 0) return 'utf-16le';
  if (bytes.length >= 4 && bytes[0] === 0 && bytes[2] === 0 && bytes[1] !== 0) return 'utf-16be';
  return null;
}

function decoded(bytes: Uint8Array, encoding: string): string | null {
  try {
    // The decoder leaves a byte order mark out.
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/**
 * The text of bytes whose encoding is known by a byte order mark, by what the file declares, or else is UTF-8. Where that does not fit,
 * it is read as UTF-8 or, if it is not that, as Windows-1252, in which all bytes are characters, and `odd` says so.
 * @param declared name of the encoding that the file declares, such as `ISO-8859-1` or `gb2312`.
 */
export function decodeText(bytes: Uint8Array, declared: string | null = null): DecodedText {
  const marked = markedEncoding(bytes);
  // Programs that keep texts in UTF-16 declare that, whatever they write: without its zeros it is none.
  const named = declared !== null && !/^utf-?16/i.test(declared) ? declared : null;
  const expected = marked ?? named ?? 'utf-8';
  const text = decoded(bytes, expected);
  if (text !== null) return { text, odd: null };
  for (const encoding of ['utf-8', western]) {
    const other = decoded(bytes, encoding);
    if (other !== null) return { text: other, odd: `expected text in ${expected}, read as ${encoding}` };
  }
  return { text: new TextDecoder(western).decode(bytes), odd: `expected text in ${expected}, read as ${western}` };
}
