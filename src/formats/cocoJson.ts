import { isRecord } from '../checks/record';
import type { ProblemLog } from '../data/problems';
import { quoted } from '../platform/textFile';
import type { ImageSize } from '../shape/types';
import type { AnnotatedImage, AnnotatedThing } from './annotated';
import { noClass } from './classList';
import { type MaskPart, partsBox, readSegmentation } from './cocoSegmentation';
import { looseFlag, looseNumber, looseSize } from './looseValues';

/** A number or a text that something is known by. */
export type CocoId = number | string;

/** A thing of COCO, with what surrounds it. */
export interface CocoThing extends AnnotatedThing {
  /** Polygons and runs; none where the annotation has neither. */
  parts: readonly MaskPart[];
}

/** An image of COCO. */
export interface CocoImage extends AnnotatedImage<CocoThing> {
  id: CocoId;
}

/** What a COCO file tells. */
export interface CocoContent {
  pictures: CocoImage[];
  /** Names by label. */
  things: string[];
  /** The file's own numbers of the classes, by label; null for a class that the file does not have. */
  categoryIds: (CocoId | null)[];
}

/** Settings of {@link parseCoco}. */
export interface CocoParseOptions {
  /** Name of the file, for the log. */
  file: string;
  log: ProblemLog;
  /** Classes that are read, label k is entry k (those of the file). */
  classes?: readonly string[];
  /** Whether masks will be made, so that runs are looked at. */
  masks: boolean;
}

/** An object of a JSON file. */
export type Row = Record<string, unknown>;

/** A field of its own: what an object inherits is none. */
export const field = (row: Row, name: string) => (Object.hasOwn(row, name) ? row[name] : undefined);

/** Number 1 and text "1" are the same; null where a value is neither. */
export function keyOf(id: unknown): string | null {
  if (typeof id === 'number') return Number.isFinite(id) ? String(id) : null;
  return typeof id === 'string' && id.trim() !== '' ? id.trim() : null;
}

/** A list that a file must have. @throws with the reason alone where it has none. */
export function rows(content: Row, name: string): unknown[] {
  const list = field(content, name);
  if (Array.isArray(list)) return list;
  throw new Error(`expected a list ${name}, got ${list === undefined ? 'none' : typeof list}`);
}

/** A category of a file. */
export interface CocoCategory {
  id: CocoId;
  name: string;
  /** Name of the one that stands above it. */
  above: unknown;
  /** What the file says of whether it is of things; only panoptic ones say it. */
  isThing: unknown;
}

/** The categories of a file by the keys of their ids; where it has none, one for each id that its annotations use. */
export function readCategories(
  content: Row,
  { file, log }: Pick<CocoParseOptions, 'file' | 'log'>,
): Map<string, CocoCategory> {
  const found = new Map<string, CocoCategory>();
  const listed = field(content, 'categories');
  for (const [i, category] of (Array.isArray(listed) ? listed : []).entries()) {
    const at = { file, place: `categories.${i}` };
    const [id, name] = isRecord(category) ? [field(category, 'id'), field(category, 'name')] : [];
    const key = keyOf(id);
    if (key === null) log.note('fields', at, `expected an id and a name, got ${quoted(category)}`);
    else if (found.has(key)) log.note('fields', at, `expected each id once, got ${key} twice`);
    else {
      const text = ['string', 'number'].includes(typeof name) ? String(name).trim() : '';
      if (text === '') log.note('fields', at, `expected an id and a name, got ${quoted(category)}`);
      found.set(key, {
        id: id as CocoId,
        name: text || `class ${key}`,
        above: field(category as Row, 'supercategory'),
        isThing: field(category as Row, 'isthing'),
      });
    }
  }
  if (found.size > 0) return found;
  log.note('fields', file, 'expected at least one category, got none');
  for (const annotation of rows(content, 'annotations')) {
    const id = isRecord(annotation) ? field(annotation, 'category_id') : undefined;
    const key = keyOf(id);
    if (key !== null && !found.has(key))
      found.set(key, { id: id as CocoId, name: `class ${key}`, above: null, isThing: null });
  }
  return found;
}

/** Ids of categories that annotations use. */
function usedKeys(content: Row): Set<string> {
  const used = rows(content, 'annotations').map((row) => (isRecord(row) ? keyOf(field(row, 'category_id')) : null));
  return new Set(used.filter((key) => key !== null));
}

/**
 * The classes of a file, in the order of their ids, and the label of each category: two of one name are one class. A category that no
 * annotation has and that stands above others, as Roboflow writes one for the whole set, is none.
 */
function classesOf(content: Row, options: CocoParseOptions) {
  const { file, log } = options;
  const used = usedKeys(content);
  const found = [...readCategories(content, options)];
  const numeric = found.every(([, { id }]) => !Number.isNaN(looseNumber(id)));
  if (numeric) found.sort(([, one], [, other]) => looseNumber(one.id) - looseNumber(other.id));
  const isRoot = ([key, { name }]: (typeof found)[number]) =>
    !used.has(key) && found.some(([other, { above }]) => other !== key && above === name);
  const roots = found.filter(isRoot);
  const own = roots.length < found.length ? found.filter((entry) => !isRoot(entry)) : found;
  for (const [key, { name }] of roots.length < found.length ? roots : []) {
    log.note(
      'notes',
      file,
      `category ${key}, ${quoted(name)}, stands above others and has no annotations; it is no class`,
    );
  }
  const names = options.classes ? [...options.classes] : [...new Set(own.map(([, { name }]) => name))];
  if (names.length === 0) throw new Error('expected at least one category, got none');
  const labels = new Map(own.map(([key, { name }]) => [key, names.indexOf(name)]));
  const categoryIds = names.map((name) => {
    const same = own.filter(([, category]) => category.name === name);
    if (same.length > 1)
      log.note('fields', file, `expected each category once, got ${quoted(name)} ${same.length} times`);
    return (same.find(([key]) => used.has(key)) ?? same[0])?.[1].id ?? null;
  });
  return { names, labels, categoryIds, nameOf: (key: string) => own.find(([other]) => other === key)?.[1].name };
}

/** The images of a file by the keys of their ids. */
export function readImages(
  content: Row,
  { file, log }: Pick<CocoParseOptions, 'file' | 'log'>,
): Map<string, CocoImage> {
  const pictures = new Map<string, CocoImage>();
  for (const [i, image] of rows(content, 'images').entries()) {
    const at = { file, place: `images.${i}` };
    const id = isRecord(image) ? field(image, 'id') : undefined;
    const key = keyOf(id);
    if (!isRecord(image) || key === null) {
      log.note('images', at, `expected an id, got ${quoted(id ?? image)}`);
      continue;
    }
    if (pictures.has(key)) {
      log.note('images', at, `expected each id once, got ${key} twice`);
      continue;
    }
    const names = ['file_name', 'filename', 'path', 'coco_url', 'name'].map((part) => field(image, part));
    const texts = names.filter((name): name is string => typeof name === 'string' && name.trim() !== '');
    if (texts.length === 0) {
      log.note('images', at, `expected a file_name, got ${quoted(names[0])}`);
      continue;
    }
    const [height, width] = ['height', 'width'].map((part) => field(image, part));
    const size = looseSize(height, width);
    const missing = [height, width].every((side) => side === undefined || side === null);
    if (!size && !missing) {
      log.note('fields', at, `expected height and width from 1 to 65535, got ${quoted(height)} and ${quoted(width)}`);
    }
    pictures.set(key, { at: { file, place: `image ${key}` }, id: id as CocoId, names: texts, size, things: [] });
  }
  return pictures;
}

/** A bbox x, y, width, height as corners; null where it is none. */
function cornersOf(bbox: unknown): number[] | null {
  const numbers = Array.isArray(bbox) && bbox.length === 4 ? bbox.map(looseNumber) : [];
  if (numbers.length !== 4 || !numbers.every(Number.isFinite)) return null;
  const [x, y, w, h] = numbers;
  return [x, y, x + w, y + h];
}

const hasArea = ([x1, y1, x2, y2]: readonly number[]) => x1 < x2 && y1 < y2;

/**
 * Checks what a COCO file holds, in one pass over its lists. Ids may be numbers or texts, numbers may stand in quotes, flags may be true and
 * false, and of what is not needed for boxes nothing need be there.
 * @throws with the reason alone where it is no such file; what is wrong with one image or annotation goes to the log.
 */
export function parseCoco(content: unknown, options: CocoParseOptions): CocoContent {
  if (!isRecord(content)) throw new Error('expected images, annotations and categories, got no object');
  const { file, log, masks } = options;
  const { names, labels, categoryIds, nameOf } = classesOf(content, options);
  const pictures = readImages(content, options);
  // Of millions of ids, numbers take a fraction of the memory of texts.
  const seen = new Set<string | number>();

  /** What surrounds a thing; what is wrong with it is noted, and costs the mask or a part of it alone. */
  function partsOf(annotation: Row, size: ImageSize | null, place: string): MaskPart[] {
    const { parts, wrong } = readSegmentation(field(annotation, 'segmentation'), size, masks);
    const rest = parts.length > 0 ? 'its other parts stay' : 'its box stays';
    for (const reason of wrong) log.note('masks', { file, place }, `segmentation: ${reason}; ${rest}`);
    return parts;
  }

  /** The box of an annotation, of its mask where it has none of its own. */
  function boxOf(annotation: Row, parts: readonly MaskPart[], place: string): number[] | string {
    const bbox = field(annotation, 'bbox');
    const corners = cornersOf(bbox);
    if (corners && hasArea(corners)) return corners;
    const other = partsBox(parts);
    if (other && hasArea(other)) {
      log.note('fields', { file, place }, `expected a bbox with an area, got ${quoted(bbox)}; it is that of its mask`);
      return other;
    }
    return corners ?? `expected a bbox of 4 numbers, got ${quoted(bbox)}`;
  }

  function readThing(annotation: Row, place: string): string | null {
    const odd = (reason: string) => log.note('fields', { file, place }, reason);
    const id = field(annotation, 'id');
    const key = keyOf(id);
    const known = key !== null && /^(0|[1-9]\d{0,14})$/.test(key) ? Number(key) : key;
    if (known !== null && seen.has(known)) odd(`expected each id once, got ${key} twice`);
    else if (known !== null) seen.add(known);
    else if (id !== undefined && id !== null) odd(`expected an id, got ${quoted(id)}`);
    const [imageId, categoryId] = ['image_id', 'category_id'].map((part) => field(annotation, part));
    const picture = pictures.get(keyOf(imageId) ?? '');
    if (!picture) return `expected the id of an image as image_id, got ${quoted(imageId)}`;
    const category = keyOf(categoryId) ?? '';
    const label = labels.get(category);
    if (label === undefined) return `expected the id of a category as category_id, got ${quoted(categoryId)}`;
    if (label < 0) return noClass(names, nameOf(category));
    const crowd = looseFlag(field(annotation, 'iscrowd'));
    if (crowd === null) odd(`expected iscrowd 0 or 1, got ${quoted(field(annotation, 'iscrowd'))}`);
    const given = field(annotation, 'area');
    const area = looseNumber(given);
    const isArea = area >= 0;
    if (!isArea && given !== undefined && given !== null) odd(`expected an area ≥ 0, got ${quoted(given)}`);
    const parts = partsOf(annotation, picture.size, place);
    const corners = boxOf(annotation, parts, place);
    if (typeof corners === 'string') return corners;
    picture.things.push({
      place,
      corners,
      label,
      crowd: crowd === true,
      area: isArea ? area : undefined,
      parts,
      rest: parts.length > 0 ? () => JSON.stringify(parts) : undefined,
    });
    return null;
  }

  const annotations = rows(content, 'annotations');
  for (const [i, annotation] of annotations.entries()) {
    // What is read is let go: the file may fill most of the memory.
    annotations[i] = null;
    const id = isRecord(annotation) ? keyOf(field(annotation, 'id')) : null;
    const place = `annotation ${id === null ? `number ${i}` : id.slice(0, 40)}`;
    const wrong = isRecord(annotation) ? readThing(annotation, place) : 'expected an object';
    if (wrong !== null) log.note('objects', { file, place }, wrong);
  }
  return { pictures: [...pictures.values()], things: names, categoryIds };
}
