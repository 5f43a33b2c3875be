import { latin1Bytes } from '../platform/bytes';
import type { ContainedFolder } from '../platform/containedFolder';
import { decodeText } from '../platform/decodeText';
import { filePieces } from '../platform/fileKinds';
import { type ColumnPlaces, type Columns, guessedPlaces, headerPlaces, namedPlaces } from './boxColumns';
import { type CsvRow, findSeparator, parseCsv } from './csv';
import { filesBelow } from './fileFinder';
import { openPartFiles, type PartFiles } from './partFiles';

/** How a table is laid out. */
export interface TableLayout {
  places: ColumnPlaces;
  /** Rows behind the line of names, one after the other: all of them may not fit into memory. */
  rows: Iterable<CsvRow>;
  /** How the columns were found, where no line names them. */
  note: string | null;
}

/** What a table is known by, where it is named. */
export interface TableOptions {
  columns?: Columns;
  separator?: string;
}

/** The layout of a table. @throws with the reason alone where it holds no images and boxes. */
export function tableLayout(text: string, { columns, separator = findSeparator(text) }: TableOptions): TableLayout {
  const rest = parseCsv(text, separator);
  let first = rest.next().value;
  // Comments stand in front of VGG's tables.
  while (first?.fields[0].startsWith('#')) first = rest.next().value;
  if (!first) throw new Error('expected a line that names the columns, got none');
  const rows = (function* () {
    yield first;
    yield* rest;
  })();
  if (columns) {
    const { places, isHeader } = namedPlaces(columns, first);
    return { places, rows: isHeader ? rest : rows, note: null };
  }
  const places = headerPlaces(first);
  if (places) return { places, rows: rest, note: null };
  const guessed = guessedPlaces(first);
  if (guessed) {
    const order = Object.entries(guessed).sort(([, one], [, other]) => one - other);
    const names = order.map(([name]) => name).join(', ');
    return { places: guessed, rows, note: `no line names the columns; they are read as ${names}` };
  }
  throw new Error(
    `expected columns image, x1, y1, x2, y2, got ${JSON.stringify(first.fields.join(', ').slice(0, 200))}`,
  );
}

/** Whether a file is a table of boxes, by its first lines. */
function isBoxTable(path: string): boolean {
  try {
    const [piece = ''] = filePieces(path, 0);
    const { text } = decodeText(latin1Bytes(piece.slice(0, 2 ** 14)));
    tableLayout(piece.length > 2 ** 14 ? text.slice(0, text.lastIndexOf('\n') + 1) : text, {});
    return true;
  } catch {
    return false;
  }
}

/** Tables of boxes of a folder, nearer ones first. */
export function boxTables(folder: ContainedFolder): string[] {
  return filesBelow(folder, '.', ['.csv', '.tsv']).filter((file) => isBoxTable(folder.inside(file)));
}

/** Tables of a folder: those of boxes, or where there are none, the only one. */
function tables(folder: ContainedFolder): string[] {
  const found = boxTables(folder);
  const all = folder.content('.').files.filter((file) => /\.(csv|tsv)$/i.test(file));
  return found.length > 0 || all.length !== 1 ? found : all;
}

/** Opens a folder, or the one around a table. @throws with the reason alone where there is no table. */
export function openCsvFolder(path: string, options: { images?: string; annotations?: string }): PartFiles {
  return openPartFiles(path, { ...options, find: tables, rank: () => 0, expected: 'a table of boxes (.csv)' });
}
