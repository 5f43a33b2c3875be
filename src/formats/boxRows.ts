import { isRecord } from '../checks/record';
import { quoted } from '../platform/textFile';
import type { ImageSize } from '../shape/types';
import type { BoxColumn, ColumnPlaces } from './boxColumns';
import type { CsvRow } from './csv';
import { boxAround, sortedCorners } from './fitBox';
import { looseNumber, looseSize } from './looseValues';

/** A row of a table of boxes. */
export interface BoxRow {
  place: string;
  image: string;
  /** None where the row says that the image shows nothing. */
  box: { corners: number[]; name: string | null } | null;
  size: ImageSize | null;
  /** What was odd about it and not needed. */
  odd: readonly string[];
}

/** Of most rows nothing is odd: they share this. */
const noOdd: readonly string[] = [];

/** What stands for no value. */
const isEmpty = (text: string) => /^(nan|none|null|n\/a|\{\}|\[\])?$/i.test(text.trim());

/** JSON in a field, as VGG's annotator writes it; an empty object where it is none. */
function attributes(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

/** x1, y1, x2, y2 of a shape of VGG's annotator. */
function shapeCorners(text: string): number[] | string {
  const shape = attributes(text);
  const numbers = (...names: string[]) => names.map((name) => looseNumber(shape[name]));
  const [x, y, width, height] = numbers('x', 'y', 'width', 'height');
  if (shape.name === 'rect') return [x, y, x + width, y + height];
  const [cx, cy, r, rx, ry] = numbers('cx', 'cy', 'r', 'rx', 'ry');
  if (shape.name === 'circle') return [cx - r, cy - r, cx + r, cy + r];
  if (shape.name === 'ellipse') return [cx - rx, cy - ry, cx + rx, cy + ry];
  const [xs, ys] = [shape.all_points_x, shape.all_points_y].map((list) => (Array.isArray(list) ? list : []));
  if (xs.length >= 3 && xs.length === ys.length)
    return boxAround(xs.flatMap((value, k) => [value, ys[k]].map(looseNumber)));
  return `expected a rect, circle, ellipse or polygon, got ${quoted(text)}`;
}

/** The name in a region's attributes: that of `name`, `label`, `class` or `type`, or else the first one. */
function attributeName(text: string): string {
  const found = attributes(text);
  const keys = Object.keys(found);
  const key = keys.find((name) => /^(name|label|class|type|category)$/i.test(name)) ?? keys[0];
  const value = key === undefined ? '' : found[key];
  // Of a choice, the chosen ones are true.
  return isRecord(value) ? (Object.keys(value).find((name) => value[name]) ?? '') : String(value ?? '').trim();
}

/** The corners that a row tells, null where it tells of none, or what is wrong. */
function cornersOf(
  field: (column: BoxColumn) => string,
  places: ColumnPlaces,
): { corners: number[]; swapped: boolean } | string | null {
  if (places.shape !== undefined) {
    if (isEmpty(field('shape'))) return null;
    const corners = shapeCorners(field('shape'));
    return typeof corners === 'string' ? corners : { corners, swapped: false };
  }
  if (places.bbox !== undefined) {
    if (isEmpty(field('bbox'))) return null;
    const numbers = field('bbox')
      .replace(/[[\](){}]/g, '')
      .split(/[\s,;]+/)
      .filter(Boolean)
      .map(looseNumber);
    if (numbers.length !== 4 || !numbers.every(Number.isFinite))
      return `expected a bbox of 4 numbers, got ${quoted(field('bbox'))}`;
    const [x, y, width, height] = numbers;
    return { corners: [x, y, x + width, y + height], swapped: false };
  }
  const sized = places.x2 === undefined || places.y2 === undefined;
  const names = sized ? (['x1', 'y1', 'boxWidth', 'boxHeight'] as const) : (['x1', 'y1', 'x2', 'y2'] as const);
  const texts = names.map(field);
  if (texts.every(isEmpty)) return null;
  const numbers = texts.map(looseNumber);
  if (!numbers.every(Number.isFinite))
    return `expected ${names.join(', ')} as numbers, got ${quoted(texts.join(', '))}`;
  if (!sized) return sortedCorners(numbers);
  const [x, y, width, height] = numbers;
  return { corners: [x, y, x + width, y + height], swapped: false };
}

const fieldCounts = new WeakMap<ColumnPlaces, number>();

/** How many fields a row must have: all up to the last that is needed. */
function leastFields(places: ColumnPlaces): number {
  let least = fieldCounts.get(places);
  if (least === undefined) {
    const needed = Object.entries(places).flatMap(([name, at]) => (['width', 'height'].includes(name) ? [] : [at]));
    least = 1 + Math.max(...needed);
    fieldCounts.set(places, least);
  }
  return least;
}

/** A row of a table as a box, or what is wrong with it. */
export function readBoxRow({ fields, line, wrong }: CsvRow, places: ColumnPlaces): BoxRow | string {
  if (wrong !== undefined) return wrong;
  const field = (column: BoxColumn) => fields[places[column] ?? -1] ?? '';
  const image = field('image');
  const least = leastFields(places);
  if (fields.length < least) return `expected at least ${least} fields, got ${fields.length}`;
  if (image === '') return 'expected the name of an image, got none';
  const odd: string[] = [];
  const sides = [field('height'), field('width')];
  const size = looseSize(sides[0], sides[1]);
  if (!size && !sides.every(isEmpty)) {
    odd.push(`expected width and height in whole px, got ${quoted(`${sides[1]}, ${sides[0]}`)}`);
  }
  const row = { place: `line ${line}`, image, size };
  const told = (box: BoxRow['box']) => ({ ...row, odd: odd.length > 0 ? odd : noOdd, box });
  const found = cornersOf(field, places);
  if (found === null) return told(null);
  if (typeof found === 'string') return found;
  if (found.swapped)
    odd.push(
      `expected x1, y1 below x2, y2, got [${['x1', 'y1', 'x2', 'y2'].map((name) => field(name as BoxColumn)).join(', ')}]`,
    );
  const named = places.attributes !== undefined ? attributeName(field('attributes')) : field('label');
  const isNamed = places.attributes !== undefined || places.label !== undefined;
  if (isNamed && named === '') return 'expected a label, got none';
  return told({ corners: found.corners, name: isNamed ? named : null });
}
