import { basename, dirname } from 'node:path';
import type { DetectionSample } from '../data/dataset';
import { type OnProblem, type ProblemLog, problemLog, type ReadDataset } from '../data/problems';
import type { ImageLimits } from '../images/imageFile';
import { type ContainedFolder, containedFolder } from '../platform/containedFolder';
import { decimal, quoted, readText, type TextLimits } from '../platform/textFile';
import { type AnnotatedImage, annotatedDataset, type BoxLimits, checkNames, thingArrays } from './annotated';
import { type CsvRow, parseCsv } from './csv';

/** What a column of {@link readBoxCsv} holds; others are left out. */
export type BoxColumn = 'image' | 'x1' | 'y1' | 'x2' | 'y2' | 'label' | 'width' | 'height';

/** Settings of {@link readBoxCsv}. */
export interface BoxCsvOptions extends ImageLimits, BoxLimits, TextLimits {
  /** Folder that the file names of the images begin in (that of the table). */
  images?: string;
  /** What each column holds, null for none, where the table has no line that names them: `['image', 'x1', 'y1', 'x2', 'y2', 'label']`. */
  columns?: readonly (BoxColumn | null)[];
  /** One character (`','`). */
  separator?: string;
  /** Names of the classes, label k is entry k (all that occur, in the order of their characters). */
  classes?: readonly string[];
  /** Whether the first thing that is wrong is an error, or all of them are left out and counted (`'throw'`). */
  onProblem?: OnProblem;
}

/** What tables call their columns, in small letters. */
const columnNames: Record<BoxColumn, readonly string[]> = {
  image: ['image', 'filename', 'file_name', 'file', 'path', 'image_path', 'image_id'],
  x1: ['x1', 'xmin', 'x_min', 'left'],
  y1: ['y1', 'ymin', 'y_min', 'top'],
  x2: ['x2', 'xmax', 'x_max', 'right'],
  y2: ['y2', 'ymax', 'y_max', 'bottom'],
  label: ['label', 'class', 'class_name', 'name', 'category'],
  width: ['width', 'image_width'],
  height: ['height', 'image_height'],
};

const required: readonly BoxColumn[] = ['image', 'x1', 'y1', 'x2', 'y2', 'label'];

type Places = Partial<Record<BoxColumn, number>>;

function columnPlaces(names: readonly (string | null)[], known: (name: string) => BoxColumn | undefined): Places {
  const places: Places = {};
  for (const [place, name] of names.entries()) {
    const column = name === null ? undefined : known(name);
    if (!column) continue;
    if (places[column] !== undefined) throw new Error(`expected one column ${column}, got two`);
    places[column] = place;
  }
  const missing = required.filter((column) => places[column] === undefined);
  if (missing.length > 0) throw new Error(`expected columns ${missing.join(', ')}, got ${quoted(names.join(', '))}`);
  return places;
}

function headerPlaces({ fields }: CsvRow): Places {
  const all = Object.entries(columnNames) as [BoxColumn, readonly string[]][];
  return columnPlaces(fields, (name) => all.find(([, names]) => names.includes(name.toLowerCase()))?.[0]);
}

interface Line {
  place: string;
  image: string;
  /** Empty fields: the image shows nothing. */
  box: { corners: number[]; name: string } | null;
  size: { height: number; width: number } | null;
}

function readLine({ fields, line }: CsvRow, places: Places): Line | string {
  const least = 1 + Math.max(...required.map((column) => places[column]!));
  if (fields.length < least) return `expected at least ${least} fields, got ${fields.length}`;
  const field = (column: BoxColumn) => fields[places[column] ?? -1] ?? '';
  const image = field('image');
  if (image === '') return 'expected the name of an image, got none';
  const size = { height: decimal(field('height')), width: decimal(field('width')) };
  const sized = Object.values(size).every((side) => Number.isInteger(side) && side > 0);
  if (!sized && (field('height') !== '' || field('width') !== '')) {
    return `expected width and height in whole px, got ${quoted(`${field('width')}, ${field('height')}`)}`;
  }
  const texts = (['x1', 'y1', 'x2', 'y2'] as const).map(field);
  const result = { place: `line ${line}`, image, size: sized ? size : null };
  if (texts.every((text) => text === '') && field('label') === '') return { ...result, box: null };
  const corners = texts.map(decimal);
  if (!corners.every(Number.isFinite)) return `expected x1, y1, x2, y2 as numbers, got ${quoted(texts.join(', '))}`;
  if (field('label') === '') return 'expected a label, got none';
  return { ...result, box: { corners, name: field('label') } };
}

/** The images of a table in the order in which they occur; lines of one image need not stand together. */
function gather(
  folder: ContainedFolder,
  lines: readonly Line[],
  labelOf: ReadonlyMap<string, number>,
  { file, log }: { file: string; log: ProblemLog },
): AnnotatedImage[] {
  const pictures = new Map<string, AnnotatedImage | null>();
  for (const { place, image, box, size } of lines) {
    const where = `${file}: ${place}`;
    let picture = pictures.get(image);
    if (picture === undefined) {
      try {
        picture = { place: where, source: file, image: folder.tidy(image), size, things: [] };
      } catch (error) {
        log.note('images', where, (error as Error).message);
        picture = null;
      }
      pictures.set(image, picture);
    }
    if (!picture || !box) continue;
    const label = labelOf.get(box.name);
    if (label === undefined) {
      log.note('objects', where, `expected one of ${[...labelOf.keys()].join(', ')}, got ${quoted(box.name)}`);
    } else if (size && picture.size && (size.height !== picture.size.height || size.width !== picture.size.width)) {
      const [wanted, got] = [picture.size, size].map(({ width, height }) => `${width}×${height}`);
      log.note('objects', where, `expected an image of ${wanted} px as in the lines before, got ${got}`);
    } else picture.things.push({ place, label, corners: box.corners });
  }
  return [...pictures.values()].filter((picture) => picture !== null);
}

/**
 * Reads boxes from a table in CSV, a box a line: image, x1, y1, x2, y2 in px (right and lower edge exclusive), name of the class,
 * and width and height of the image where there are such columns. An image that shows nothing has a line with empty fields.
 *
 * The first line names the columns, in any order: image (filename, path), x1 (xmin, left), …, label (class, name); or the option
 * `columns` does. Opening reads the table, `sample` one image. Nothing outside of the folder of images is read, through links neither.
 *
 * @throws `readBoxCsv: <file>: line <n>: <reason>`.
 */
export function readBoxCsv(file: string, options: BoxCsvOptions = {}): ReadDataset<DetectionSample> {
  const { columns, separator = ',', onProblem, maxBytes = 2 ** 26, maxPixels, leastSide } = options;
  const log = problemLog('readBoxCsv', onProblem);
  try {
    if (typeof separator !== 'string' || separator.length !== 1 || /["\r\n]/.test(separator)) {
      throw new Error(`expected a separator of one character, got ${quoted(separator)}`);
    }
    if (typeof file !== 'string') throw new Error(`expected the path of a file, got ${quoted(file)}`);
    const opened = containedFolder(options.images ?? dirname(file));
    const place = basename(file);
    const lines: Line[] = [];
    try {
      const rows = parseCsv(readText(file, maxBytes), separator);
      const isColumn = (name: string) => (Object.hasOwn(columnNames, name) ? (name as BoxColumn) : undefined);
      if (!columns && rows.length === 0) throw new Error('expected a line that names the columns, got none');
      const places = columns ? columnPlaces(columns, isColumn) : headerPlaces(rows.shift()!);
      for (const row of rows) {
        const line = readLine(row, places);
        if (typeof line === 'string') log.note('objects', `${place}: line ${row.line}`, line);
        else lines.push(line);
      }
    } catch (error) {
      throw log.told(error, `${file}: `);
    }
    const occurring = new Set(lines.flatMap(({ box }) => (box ? [box.name] : [])));
    const things = options.classes
      ? checkNames(options.classes)
      : [...occurring].sort((one, other) => (one < other ? -1 : 1));
    const labelOf = new Map(things.map((name, label) => [name, label]));
    return annotatedDataset({
      folder: opened,
      classes: { stuff: [], things },
      images: gather(opened, lines, labelOf, { file: place, log }),
      log,
      limits: { maxPixels, leastSide },
      finish: (image, list, _, path) => ({ image, ...thingArrays(list), path }),
    });
  } catch (error) {
    throw log.told(error);
  }
}
