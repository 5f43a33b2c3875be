import { imageEndings } from '../images/imageFile';
import { quoted } from '../platform/textFile';
import type { CsvRow } from './csv';
import { endsWith } from './fileNames';
import { looseNumber } from './looseValues';

/** What a column of {@link readBoxCsv} holds; others are left out. */
export type BoxColumn =
  | 'image'
  | 'x1'
  | 'y1'
  | 'x2'
  | 'y2'
  | 'boxWidth'
  | 'boxHeight'
  | 'bbox'
  | 'shape'
  | 'label'
  | 'attributes'
  | 'width'
  | 'height';

/** What tables call their columns, in small letters, without `_`, `-` and spaces. */
const columnNames: Record<BoxColumn, readonly string[]> = {
  image: [
    'image',
    'filename',
    'file',
    'path',
    'filepath',
    'imagepath',
    'imageid',
    'imagename',
    'img',
    'imgpath',
    'imgname',
    'patientid',
  ],
  x1: ['x1', 'xmin', 'left', 'x', 'bboxx', 'bboxxmin', 'xtopleft', 'xtl', 'minx'],
  y1: ['y1', 'ymin', 'top', 'y', 'bboxy', 'bboxymin', 'ytopleft', 'ytl', 'miny'],
  x2: ['x2', 'xmax', 'right', 'bboxxmax', 'xbottomright', 'xbr', 'maxx'],
  y2: ['y2', 'ymax', 'bottom', 'bboxymax', 'ybottomright', 'ybr', 'maxy'],
  boxWidth: ['w', 'boxwidth', 'bboxwidth', 'bboxw'],
  boxHeight: ['h', 'boxheight', 'bboxheight', 'bboxh'],
  bbox: ['bbox', 'box', 'boundingbox', 'boundingboxes'],
  shape: ['regionshapeattributes'],
  label: ['label', 'class', 'classname', 'name', 'category', 'labelname', 'classid', 'categoryname'],
  attributes: ['regionattributes'],
  width: ['width', 'imagewidth', 'imgwidth', 'imgw'],
  height: ['height', 'imageheight', 'imgheight', 'imgh'],
};

/** Whether a text names a column. */
export function isBoxColumn(name: string): name is BoxColumn {
  return Object.hasOwn(columnNames, name);
}

/** The columns that a table may have, for help. */
export const boxColumns = Object.keys(columnNames) as BoxColumn[];

/** The place of each column. */
export type ColumnPlaces = Partial<Record<BoxColumn, number>>;

/** What each column holds, in their order, null for none; or the name that a column has in the table. */
export type Columns = readonly (BoxColumn | null)[] | Partial<Record<BoxColumn, string>>;

const plain = (name: string) => name.toLowerCase().replace(/[\s_-]+/g, '');

/** Whether places are enough for boxes. @returns what is missing, or null. */
function missing(places: ColumnPlaces): string | null {
  const has = (...columns: BoxColumn[]) => columns.every((column) => places[column] !== undefined);
  const box = has('bbox') || has('shape') || has('x1', 'y1', 'x2', 'y2') || has('x1', 'y1', 'boxWidth', 'boxHeight');
  const needed = [...(has('image') ? [] : ['image']), ...(box ? [] : ['x1, y1, x2, y2'])];
  return needed.length > 0 ? needed.join(', ') : null;
}

/** Width and height are the box's where nothing else tells how large it is. */
function settled(places: ColumnPlaces): ColumnPlaces {
  const { width, height, ...rest } = places;
  const sized = ['x2', 'boxWidth', 'bbox', 'shape'].some((column) => places[column as BoxColumn] !== undefined);
  return sized || rest.x1 === undefined ? places : { ...rest, boxWidth: width, boxHeight: height };
}

/** The columns that a line of names tells; null where it is none. @throws where two are the same. */
export function headerPlaces({ fields }: CsvRow): ColumnPlaces | null {
  const places: ColumnPlaces = {};
  for (const [place, field] of fields.entries()) {
    const column = boxColumns.find((name) => columnNames[name].includes(plain(field)));
    if (column === undefined) continue;
    // Of a file name and an id, or a class and its number, the first is meant.
    const twice = places[column] !== undefined;
    if (twice && ['image', 'label'].includes(column)) continue;
    if (twice) throw new Error(`expected one column ${column}, got two`);
    places[column] = place;
  }
  const found = settled(places);
  return missing(found) === null ? found : null;
}

/** The columns of a table whose columns are named. @throws where a name is not in the first line, or what is needed is missing. */
export function namedPlaces(columns: Columns, header: CsvRow): { places: ColumnPlaces; isHeader: boolean } {
  const places: ColumnPlaces = {};
  if (!Array.isArray(columns)) {
    for (const [column, name] of Object.entries(columns) as [BoxColumn, string][]) {
      const place = header.fields.findIndex((field) => field === name || plain(field) === plain(name));
      if (place < 0) throw new Error(`expected a column ${quoted(name)}, got ${quoted(header.fields.join(', '))}`);
      places[column] = place;
    }
    const all = settled({ ...knownPlaces(header), ...places });
    check(all, header.fields.join(', '));
    return { places: all, isHeader: true };
  }
  for (const [place, column] of columns.entries()) {
    if (column === null) continue;
    if (places[column as BoxColumn] !== undefined) throw new Error(`expected one column ${column}, got two`);
    places[column as BoxColumn] = place;
  }
  const all = settled(places);
  check(all, columns.join(', '));
  const numbers = (['x1', 'y1', 'x2', 'y2', 'boxWidth'] as const).flatMap(
    (column) => header.fields[all[column] ?? -1] ?? [],
  );
  const isHeader = numbers.length > 0 && numbers.every((text) => text !== '' && Number.isNaN(looseNumber(text)));
  return { places: all, isHeader };
}

/** What a line of names tells, whether it is enough or not. */
function knownPlaces({ fields }: CsvRow): ColumnPlaces {
  const places: ColumnPlaces = {};
  for (const column of boxColumns) {
    const place = fields.findIndex((field) => columnNames[column].includes(plain(field)));
    if (place >= 0) places[column] = place;
  }
  return places;
}

function check(places: ColumnPlaces, got: string): void {
  const needed = missing(places);
  if (needed !== null) throw new Error(`expected columns ${needed}, got ${quoted(got)}`);
}

/**
 * The columns of a table without a line of names, by what its first line holds: one image, four numbers beside each other, a name, and
 * maybe width and height of the image. makesense's `label, x, y, width, height, image, …` is known by its order. Null where it is something else.
 */
export function guessedPlaces({ fields }: CsvRow): ColumnPlaces | null {
  const image = fields.findIndex((field) => endsWith(field, imageEndings));
  const isNumber = fields.map((field) => !Number.isNaN(looseNumber(field)));
  const first = isNumber.findIndex((_, k) => [0, 1, 2, 3].every((step) => isNumber[k + step]));
  if (image < 0 || first < 0) return null;
  const label = fields.findIndex((field, k) => k !== image && !isNumber[k] && field !== '');
  const places: ColumnPlaces = { image, x1: first, y1: first + 1 };
  const makesense = label === 0 && first === 1 && image === 5;
  if (makesense) Object.assign(places, { boxWidth: first + 2, boxHeight: first + 3, width: 6, height: 7 });
  else Object.assign(places, { x2: first + 2, y2: first + 3 });
  if (label >= 0) places.label = label;
  return places;
}
