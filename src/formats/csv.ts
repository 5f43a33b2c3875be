/** One row of a table: its fields, and the line that it begins on, from 1. */
export interface CsvRow {
  fields: string[];
  line: number;
}

/**
 * The rows of a table in CSV (RFC 4180): fields may stand in quotes, and hold separators, line ends and doubled quotes there. Spaces
 * around fields are left out, and so are blank lines.
 * @throws with the reason alone and the line where a quote is out of place or never closed.
 */
export function parseCsv(text: string, separator: string): CsvRow[] {
  const rows: CsvRow[] = [];
  let [at, line] = [0, 1];
  while (at < text.length) {
    const row: CsvRow = { fields: [], line };
    for (let more = true; more; ) {
      while (text[at] === ' ' && separator !== ' ') at++;
      let field = '';
      if (text[at] === '"') {
        const begin = line;
        const parts: string[] = [];
        for (let open = true; open; ) {
          const close = text.indexOf('"', at + 1);
          if (close < 0) throw new Error(`line ${begin}: expected a closing quote, got the end of the file`);
          const part = text.slice(at + 1, close);
          line += part.match(/\r\n|\n|\r/g)?.length ?? 0;
          open = text[close + 1] === '"';
          parts.push(open ? `${part}"` : part);
          at = close + 1;
        }
        while (text[at] === ' ' && separator !== ' ') at++;
        if (at < text.length && text[at] !== separator && text[at] !== '\r' && text[at] !== '\n') {
          throw new Error(`line ${line}: expected a separator behind a quote, got ${JSON.stringify(text[at])}`);
        }
        field = parts.join('');
      } else {
        let end = at;
        while (end < text.length && text[end] !== separator && text[end] !== '\r' && text[end] !== '\n') end++;
        field = text.slice(at, end).trim();
        at = end;
      }
      row.fields.push(field);
      more = text[at] === separator;
      if (more) at++;
    }
    if (text[at] === '\r' && text[at + 1] === '\n') at++;
    at++;
    line++;
    if (row.fields.length > 1 || row.fields[0] !== '') rows.push(row);
  }
  return rows;
}
