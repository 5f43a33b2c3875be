import { isNdarray } from '../checks/isNdarray';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';
import type { DetectionSample } from '../data/dataset';
import { type OnProblem, type ProblemLog, problemLog, type ReadDataset } from '../data/problems';
import { type ImageLimits, imageEndings } from '../images/imageFile';
import { quoted, type TextLimits } from '../platform/textFile';
import { type AnnotatedImage, annotatedDataset, type BoxLimits, thingArrays } from './annotated';
import type { Columns } from './boxColumns';
import { readBoxRow } from './boxRows';
import { checkNames, checkSplit, noClass, sortedNames } from './classList';
import { openCsvFolder, type TableLayout, tableLayout } from './csvFolder';
import { imagePlaces, noteUnusedImages } from './dataFolder';
import { type FileFinder, fileFinder } from './fileFinder';
import { isShare, showSize } from './fitBox';
import { labelText, mostTextBytes } from './labelText';
import { labelFileOf, placeIn } from './partFiles';
import { partName, roleIn } from './parts';
import { boxReaderKinds, checkReader } from './readerOptions';

export type { BoxColumn } from './boxColumns';

/** Settings of {@link readBoxCsv}. */
export interface BoxCsvOptions extends ImageLimits, BoxLimits, TextLimits {
  /** Folder that the file names of the images begin in, absolute or in the folder of the data (found). */
  images?: string;
  /** The table, absolute or in the folder of the data (found). */
  annotations?: string;
  /** A part: `train`, `val`, … (the table that holds all). */
  split?: string;
  /**
   * What each column holds, in their order, null for none, where the table has no line that names them:
   * `['image', 'x1', 'y1', 'x2', 'y2', 'label']`; or the names that columns have: `{ image: 'photo', label: 'kind' }` (found).
   */
  columns?: Columns;
  /** One character (found among `,`, `;`, tab and `|`). */
  separator?: string;
  /** Names of the classes, label k is entry k (all that occur, in the order of their characters; `object` where there is no such column). */
  classes?: readonly string[];
  /** Whether the first thing that is wrong is an error, or all of them are left out and counted (`'throw'`). */
  onProblem?: OnProblem;
}

/** Throws unless columns are a list of names, or names by what they hold. */
function checkColumns(columns: unknown): void {
  if (columns === undefined) return;
  const isName = (name: unknown) => name === null || typeof name === 'string';
  const isTable = isRecord(columns) && !isNdarray(columns) && !ArrayBuffer.isView(columns);
  if ((Array.isArray(columns) || isTable) && Object.values(columns).every(isName)) return;
  throw new Error(`expected columns to be names of columns, got ${shown(columns)}`);
}

/** What the rows of a table tell. */
interface Gathered {
  /** In the order in which they occur; the labels of their things are entries of `kinds`. */
  pictures: AnnotatedImage[];
  /** Names of the classes, in the order in which they occur; null for boxes of a table that does not tell them. */
  kinds: (string | null)[];
  /** Whether all boxes are shares of the image's sides: no side of a box is longer than 1, and some numbers are not whole. */
  relative: boolean;
}

/** The images of a table and what they show; lines of one image need not stand together. A row is let go once it is read. */
function gather({ rows, places }: TableLayout, file: string, finder: FileFinder, log: ProblemLog): Gathered {
  const kinds = new Map<string | null, number>();
  const pictureOf = new Map<string, AnnotatedImage>();
  const pictures = new Map<string, AnnotatedImage>();
  let [areShares, areWhole] = [true, true];
  let missing = 0;
  for (const row of rows) {
    const read = readBoxRow(row, places);
    if (typeof read === 'string') {
      log.note('objects', { file, place: `line ${row.line}` }, read);
      continue;
    }
    const { place, image, box, size, odd } = read;
    const at = { file, place };
    for (const reason of odd) log.note('fields', at, reason);
    let picture = pictureOf.get(image);
    if (!picture) {
      const found = finder.find([image]);
      if (!found) log.checkLeftOut(++missing);
      const key = found?.path ?? image;
      picture = pictures.get(key) ?? { at, names: [image], size, things: [] };
      pictures.set(key, picture);
      pictureOf.set(image, picture);
    }
    if (size && picture.size && (size.height !== picture.size.height || size.width !== picture.size.width)) {
      const [wanted, got] = [picture.size, size].map(showSize);
      log.note('fields', at, `expected an image of ${wanted} as in the lines before, got ${got}`);
    }
    if (!box) continue;
    const { name, corners } = box;
    areShares &&= corners.every(isShare);
    areWhole &&= corners.every(Number.isInteger);
    if (!kinds.has(name)) kinds.set(name, kinds.size);
    picture.things.push({ place, label: kinds.get(name)!, corners });
  }
  return { pictures: [...pictures.values()], kinds: [...kinds.keys()], relative: areShares && !areWhole };
}

/** Gives the things their labels, and leaves out those of no class. */
function setLabels({ pictures, kinds }: Gathered, things: readonly string[], file: string, log: ProblemLog): void {
  const labels = kinds.map((kind) => things.indexOf(kind ?? things[0]));
  for (const picture of pictures) {
    picture.things = picture.things.filter((thing) => {
      const kind = kinds[thing.label];
      thing.label = labels[thing.label];
      if (thing.label < 0) log.note('objects', { file, place: thing.place }, noClass(things, kind));
      return thing.label >= 0;
    });
  }
}

/**
 * The parts that a folder of tables has: tables called after train, val or test, or in folders called so.
 * @throws `readBoxCsv: <reason>` where there is no table.
 */
export function csvParts(path: string, options: Pick<BoxCsvOptions, 'images' | 'annotations'> = {}): string[] {
  try {
    return [...openCsvFolder(path, options).parts.keys()];
  } catch (error) {
    throw problemLog('readBoxCsv', 'skip').told(error);
  }
}

/**
 * Reads boxes from a table in CSV, a box a line: image, x1, y1, x2, y2 in px (right and lower edge exclusive), name of the class,
 * and width and height of the image where there are such columns. An image that shows nothing has a line with empty fields.
 *
 * The first line names the columns, in any order: image (filename, path, image_id), x1 (xmin, left), …, label (class, name); or x, y and the
 * width and height of the box, or `bbox` as `[x, y, width, height]`; or the shapes and attributes of VGG's annotator. Without such a line
 * they are told by what they hold, or by the option `columns`. Boxes that are all within 0 and 1 are shares of the image's sides.
 *
 * Opening reads the table, `sample` one image. Nothing outside of the folder of images is read, through links neither.
 *
 * @param path The table, or the folder of the data.
 * @throws `readBoxCsv: <file>: line <n>: <reason>`.
 */
export function readBoxCsv(path: string, options: BoxCsvOptions = {}): ReadDataset<DetectionSample> {
  checkReader('readBoxCsv', path, options, { columns: 'any', separator: 'any', ...boxReaderKinds });
  const { columns, separator, onProblem, maxBytes = mostTextBytes, maxPixels, leastSide, split, images } = options;
  const log = problemLog('readBoxCsv', onProblem, options);
  try {
    if (
      separator !== undefined &&
      (typeof separator !== 'string' || separator.length !== 1 || /["\r\n]/.test(separator))
    ) {
      throw new Error(`expected a separator of one character, got ${quoted(separator)}`);
    }
    checkColumns(columns);
    if (split !== undefined) checkSplit(split);
    const opened = openCsvFolder(path, { images, annotations: options.annotations });
    const source = labelFileOf(opened, split);
    const { file } = source;
    const layout = (() => {
      try {
        return tableLayout(labelText(source.folder, file, { log, maxBytes }), { columns, separator });
      } catch (error) {
        throw log.told(error, `${source.folder.inside(file)}: `);
      }
    })();
    if (layout.note) log.note('notes', file, layout.note);
    const role = roleIn(file);
    const places = imagePlaces(opened.images, placeIn(opened.images, source), role === null ? null : partName(file));
    const finder = fileFinder(opened.images, opened.apart ? ['.', ...places] : places, imageEndings, role);
    const gathered = gather(layout, file, finder, log);
    const { pictures, kinds, relative } = gathered;
    const things = options.classes ? checkNames(options.classes) : sortedNames(kinds.map((kind) => kind ?? 'object'));
    if (kinds.includes(null)) log.note('notes', file, `no column tells the class; all boxes are ${quoted(things[0])}`);
    if (relative)
      log.note('notes', file, 'all boxes lie within 0 and 1; they are read as shares of the sides of the images');
    setLabels(gathered, things, file, log);
    const used = new Set<string>();
    const dataset = annotatedDataset({
      finder,
      classes: { stuff: [], things },
      images: pictures.map((picture) => ({ ...picture, relative })),
      log,
      limits: { maxPixels, leastSide },
      finish: (image, list, _, path) => ({ image, ...thingArrays(list), path }),
      found: (image) => used.add(image),
    });
    noteUnusedImages(opened.images, used, { log, parted: opened.parts.size > 1 });
    return dataset;
  } catch (error) {
    throw log.told(error);
  }
}
