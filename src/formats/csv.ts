/** One row of a table: its fields, and the line that it begins on, from 1. */
export interface CsvRow {
  fields: string[];
  line: number;
  /** What is wrong with its quotes; the fields are those of its first line then, cut at every separator. */
  wrong?: string;
}

/** A field, and where it ends. */
interface Field {
  text: string;
  end: number;
  wrong?: string;
}

const endsField = (character: string | undefined, separator: string) =>
  character === undefined || character === separator || character === '\r' || character === '\n';

/** A field in quotes, which begins at a quote. */
function quotedField(text: string, begin: number, separator: string): Field {
  const parts: string[] = [];
  let at = begin;
  for (let open = true; open; ) {
    const close = text.indexOf('"', at + 1);
    if (close < 0) return { text: '', end: at, wrong: 'expected a closing quote, got the end of the file' };
    const part = text.slice(at + 1, close);
    open = text[close + 1] === '"';
    parts.push(open ? `${part}"` : part);
    at = close + 1;
  }
  while (text[at] === ' ' && separator !== ' ') at++;
  if (endsField(text[at], separator)) return { text: parts.join(''), end: at };
  return { text: '', end: at, wrong: `expected a separator behind a quote, got ${JSON.stringify(text[at])}` };
}

/** A field without quotes. */
function bareField(text: string, begin: number, separator: string): Field {
  const stop = separator.charCodeAt(0);
  let end = begin;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code === stop || code === 10 || code === 13) break;
  }
  return { text: text.slice(begin, end).trim(), end };
}

/** Fields of a row at most. */
const mostFields = 1000;

const lineEnds = /\r\n|\n|\r/g;

/**
 * The rows of a table in CSV (RFC 4180): fields may stand in quotes, and hold separators, line ends and doubled quotes there. Spaces
 * around fields are left out, and so are blank lines. Where a quote is out of place or never closed, or there are too many fields, that line
 * alone is wrong.
 */
export function* parseCsv(text: string, separator: string): Generator<CsvRow, void> {
  let [at, line] = [0, 1];
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 10 || code === 13) {
      at += code === 13 && text.charCodeAt(at + 1) === 10 ? 2 : 1;
      line++;
      continue;
    }
    const begin = at;
    const row: CsvRow = { fields: [], line };
    for (let more = true; more; ) {
      while (text[at] === ' ' && separator !== ' ') at++;
      const field = (text[at] === '"' ? quotedField : bareField)(text, at, separator);
      if (field.wrong !== undefined) {
        row.wrong = field.wrong;
        break;
      }
      row.fields.push(field.text);
      if (row.fields.length > mostFields) {
        row.wrong = `expected at most ${mostFields} fields, got more`;
        break;
      }
      at = field.end;
      more = text[at] === separator;
      if (more) at++;
    }
    if (row.wrong !== undefined) {
      at = begin;
      while (at < text.length && text[at] !== '\r' && text[at] !== '\n') at++;
      row.fields = text.slice(begin, at).split(separator, mostFields);
    }
    for (const _ of text.slice(begin, at).matchAll(lineEnds)) line++;
    if (text[at] === '\r' && text[at + 1] === '\n') at++;
    at++;
    line++;
    if (row.fields.length > 1 || row.fields[0] !== '') yield row;
  }
}

/** Separators that tables have, likeliest first. */
const separators = [',', ';', '\t', '|'];

/** The separator that a table's first line has most often, outside of quotes. */
export function findSeparator(text: string): string {
  const first = (/[^\s].*/.exec(text)?.[0] ?? '').slice(0, 2 ** 16).replace(/"[^"]*"/g, '');
  const counts = separators.map((separator) => first.split(separator).length);
  return separators[counts.indexOf(Math.max(...counts))];
}
