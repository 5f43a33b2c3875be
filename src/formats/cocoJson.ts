import { isRecord } from '../checks/record';
import type { ProblemLog } from '../data/problems';
import { quoted } from '../platform/textFile';
import type { AnnotatedThing } from './annotated';
import type { Polygon, RunLengths } from './rle';

/** A thing of COCO, with what surrounds it. */
export interface CocoThing extends AnnotatedThing {
  /** Polygons, runs, or null where the annotation has neither. */
  segmentation: readonly Polygon[] | RunLengths | null;
}

/** An image of COCO. */
export interface CocoImage {
  place: string;
  source: string;
  id: number;
  image: string;
  size: { height: number; width: number };
  things: CocoThing[];
}

/** What a COCO file tells. */
export interface CocoContent {
  pictures: CocoImage[];
  /** Names by label. */
  things: string[];
  /** The file's own numbers of the classes, by label. */
  categoryIds: number[];
}

type Row = Record<string, unknown>;

const isId = (value: unknown): value is number => Number.isSafeInteger(value);
const isSide = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 65535;
const isNumbers = (value: unknown): value is number[] => Array.isArray(value) && value.every(Number.isFinite);

/** A field of its own: what an object inherits is none. */
const field = (row: Row, name: string) => (Object.hasOwn(row, name) ? row[name] : undefined);

function rows(content: Row, name: string): unknown[] {
  const list = field(content, name);
  if (!Array.isArray(list))
    throw new Error(`expected a list ${name}, got ${list === undefined ? 'none' : typeof list}`);
  return list;
}

function readCategories(content: Row): Map<number, string> {
  const names = new Map<number, string>();
  for (const [i, category] of rows(content, 'categories').entries()) {
    const [id, name] = isRecord(category) ? [field(category, 'id'), field(category, 'name')] : [];
    if (!isId(id) || typeof name !== 'string' || name === '') {
      throw new Error(`categories.${i}: expected a whole id and a name, got ${quoted(category)}`);
    }
    if (names.has(id)) throw new Error(`categories.${i}: expected each id once, got ${id} twice`);
    names.set(id, name);
  }
  if (names.size === 0) throw new Error('expected at least one category, got none');
  return new Map([...names].sort(([one], [other]) => one - other));
}

function readSegmentation(value: unknown, { height, width }: CocoImage['size']): CocoThing['segmentation'] | string {
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return null;
  if (Array.isArray(value)) {
    const wrong = value.find((polygon) => !isNumbers(polygon) || polygon.length < 6 || polygon.length % 2 !== 0);
    return wrong === undefined
      ? (value as number[][])
      : `expected polygons of three points or more, got ${quoted(wrong)}`;
  }
  const [size, counts] = isRecord(value) ? [field(value, 'size'), field(value, 'counts')] : [];
  if (!isNumbers(size) || size.length !== 2 || (typeof counts !== 'string' && !isNumbers(counts))) {
    return `expected polygons, or size and counts, got ${quoted(value)}`;
  }
  if (size[0] !== height || size[1] !== width) {
    return `expected a mask of ${height}×${width}, the image's height and width, got ${size.join('×')}`;
  }
  return { size: [height, width], counts };
}

/**
 * Checks what a COCO file holds, in one pass over its lists.
 * @throws with the reason alone where it is no such file; what is wrong with one image or annotation goes to the log.
 */
export function parseCoco(content: unknown, place: string, log: ProblemLog): CocoContent {
  if (!isRecord(content)) throw new Error('expected images, annotations and categories, got no object');
  const categories = readCategories(content);
  const categoryIds = [...categories.keys()];
  const labelOf = new Map(categoryIds.map((id, label) => [id, label]));

  const pictures = new Map<number, CocoImage>();
  for (const [i, image] of rows(content, 'images').entries()) {
    const at = `${place}: images.${i}`;
    const id = isRecord(image) ? field(image, 'id') : undefined;
    if (!isRecord(image) || !isId(id)) {
      log.note('images', at, `expected a whole id, got ${quoted(id ?? image)}`);
      continue;
    }
    const [name, height, width] = ['file_name', 'height', 'width'].map((part) => field(image, part));
    if (pictures.has(id)) log.note('images', at, `expected each id once, got ${id} twice`);
    else if (typeof name !== 'string' || name === '')
      log.note('images', at, `expected a file_name, got ${quoted(name)}`);
    else if (!isSide(height) || !isSide(width)) {
      log.note('images', at, `expected height and width from 1 to 65535, got ${quoted(height)} and ${quoted(width)}`);
    } else
      pictures.set(id, {
        place: `${place}: image ${id}`,
        source: place,
        id,
        image: name,
        size: { height, width },
        things: [],
      });
  }

  const seen = new Set<number>();
  for (const [i, annotation] of rows(content, 'annotations').entries()) {
    const id = isRecord(annotation) ? field(annotation, 'id') : undefined;
    const at = `annotation ${isId(id) ? id : `number ${i}`}`;
    const thing = isRecord(annotation) ? readThing(annotation, id) : 'expected an object';
    if (typeof thing === 'string') log.note('objects', `${place}: ${at}`, thing);
    else thing.picture.things.push({ ...thing.thing, place: at });
  }

  function readThing(annotation: Row, id: unknown): { picture: CocoImage; thing: Omit<CocoThing, 'place'> } | string {
    if (id !== undefined) {
      if (!isId(id)) return `expected a whole id, got ${quoted(id)}`;
      if (seen.has(id)) return `expected each id once, got ${id} twice`;
      seen.add(id);
    }
    const [imageId, categoryId, bbox, area] = ['image_id', 'category_id', 'bbox', 'area'].map((part) =>
      field(annotation, part),
    );
    const picture = pictures.get(imageId as number);
    if (!picture) return `expected the id of an image as image_id, got ${quoted(imageId)}`;
    const label = labelOf.get(categoryId as number);
    if (label === undefined) return `expected the id of a category as category_id, got ${quoted(categoryId)}`;
    if (!Array.isArray(bbox) || bbox.length !== 4 || !isNumbers(bbox))
      return `expected a bbox of 4 numbers, got ${quoted(bbox)}`;
    const crowd = field(annotation, 'iscrowd') ?? 0;
    if (crowd !== 0 && crowd !== 1) return `expected iscrowd 0 or 1, got ${quoted(crowd)}`;
    if (area !== undefined && !(Number.isFinite(area) && Number(area) >= 0))
      return `expected an area ≥ 0, got ${quoted(area)}`;
    const segmentation = readSegmentation(field(annotation, 'segmentation'), picture.size);
    if (typeof segmentation === 'string') return `segmentation: ${segmentation}`;
    const [x, y, w, h] = bbox;
    const corners = [x, y, x + w, y + h];
    return { picture, thing: { corners, label, crowd: crowd === 1, area: area as number | undefined, segmentation } };
  }

  return { pictures: [...pictures.values()], things: [...categories.values()], categoryIds };
}
