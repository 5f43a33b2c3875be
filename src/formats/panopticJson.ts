import { isRecord } from '../checks/record';
import { type Classes, voidLabel } from '../data/dataset';
import type { ProblemLog } from '../data/problems';
import { quoted } from '../platform/textFile';
import type { AnnotatedImage } from './annotated';
import { noClass } from './classList';
import { type CocoCategory, type CocoId, field, keyOf, type Row, readCategories, readImages, rows } from './cocoJson';
import { looseFlag, looseWhole } from './looseValues';
import { mostIds } from './segmentIds';

/** What a file says of a segment. */
export interface SegmentInfo {
  /** Entry of `[...stuff, ...things]`. */
  label: number;
  crowd: boolean;
}

/** An image of a panoptic file. */
export interface PanopticImage extends AnnotatedImage<never> {
  id: CocoId;
  /** Name of its PNG. */
  map: string;
  /** Segments by their ids, in the order of the file. */
  segments: Map<number, SegmentInfo>;
}

/** What a panoptic file tells. */
export interface PanopticContent {
  pictures: PanopticImage[];
  classes: Classes;
  /** The file's own id of each class of `[...stuff, ...things]`; null for one that the file does not have. */
  categoryIds: (CocoId | null)[];
}

/** Settings of {@link parsePanoptic}. */
export interface PanopticParseOptions {
  /** Name of the file, for the log. */
  file: string;
  log: ProblemLog;
  /** Classes that are read (those of the file). */
  classes?: Classes;
}

/** Whether a category is of things. */
function isThing({ name, isThing }: CocoCategory, key: string, { file, log }: PanopticParseOptions): boolean {
  const given = isThing === undefined || isThing === null ? null : looseFlag(isThing);
  if (given !== null) return given;
  log.note(
    'fields',
    file,
    `category ${key}, ${quoted(name)}: expected isthing 0 or 1, got ${quoted(isThing)}; it is 1`,
  );
  return true;
}

/** The classes of a file, each kind in the order of the ids, and the label of each category. */
function classesOf(content: Row, options: PanopticParseOptions) {
  const { log, file } = options;
  const found = [...readCategories(content, { file, log })];
  const order = ({ id }: CocoCategory) => looseWhole(id, 0, Number.MAX_SAFE_INTEGER) ?? Number.POSITIVE_INFINITY;
  found.sort(([, one], [, other]) => (order(one) < order(other) ? -1 : Number(order(one) > order(other))));
  const all = found.map(([key, category]) => ({ key, ...category, thing: isThing(category, key, options) }));
  const namesOf = (thing: boolean) => [...new Set(all.filter((one) => one.thing === thing).map(({ name }) => name))];
  const classes = options.classes ?? { stuff: namesOf(false), things: namesOf(true) };
  const { stuff, things } = classes;
  const count = stuff.length + things.length;
  if (count === 0) throw new Error('expected at least one category, got none');
  if (count > voidLabel) throw new Error(`expected at most ${voidLabel} categories, got ${count}`);
  const labelOf = ({ name, thing }: (typeof all)[number]) => {
    const place = (thing ? things : stuff).indexOf(name);
    return place < 0 ? -1 : place + (thing ? stuff.length : 0);
  };
  const labels = new Map(all.map((category) => [category.key, labelOf(category)]));
  const categoryIds = Array.from(
    { length: count },
    (_, label) => all.find((one) => labelOf(one) === label)?.id ?? null,
  );
  return { classes, labels, categoryIds, nameOf: (key: string) => all.find((one) => one.key === key)?.name };
}

/**
 * Checks what a COCO panoptic file holds, in one pass over its lists; lenient where {@link parseCoco} is.
 * @throws with the reason alone where it is no such file; what is wrong with one image or segment goes to the log.
 */
export function parsePanoptic(content: unknown, options: PanopticParseOptions): PanopticContent {
  if (!isRecord(content)) throw new Error('expected images, annotations and categories, got no object');
  const { file, log } = options;
  const { classes, labels, categoryIds, nameOf } = classesOf(content, options);
  const images = readImages(content, { file, log });
  const pictures = new Map<string, PanopticImage>();

  /** The segment of an entry and its id, or what is wrong with it. */
  function readSegment(info: unknown): [number, SegmentInfo] | string {
    if (!isRecord(info)) return `expected an object, got ${quoted(info)}`;
    const [id, categoryId, given] = ['id', 'category_id', 'iscrowd'].map((name) => field(info, name));
    const number = looseWhole(id, 1, mostIds - 1);
    if (number === null) return `expected an id from 1 to ${mostIds - 1}, got ${quoted(id)}`;
    const key = keyOf(categoryId) ?? '';
    const label = labels.get(key);
    if (label === undefined) return `expected the id of a category as category_id, got ${quoted(categoryId)}`;
    if (label < 0) return noClass([...classes.stuff, ...classes.things], nameOf(key));
    const crowd = looseFlag(given);
    if (crowd === null) return `expected iscrowd 0 or 1, got ${quoted(given)}`;
    return [number, { label, crowd }];
  }

  for (const [i, annotation] of rows(content, 'annotations').entries()) {
    const at = { file, place: `annotations.${i}` };
    const imageId = isRecord(annotation) ? field(annotation, 'image_id') : undefined;
    const key = keyOf(imageId) ?? '';
    const image = images.get(key);
    if (!isRecord(annotation) || !image) {
      log.note('images', at, `expected the id of an image as image_id, got ${quoted(imageId ?? annotation)}`);
      continue;
    }
    if (pictures.has(key)) {
      log.note('repeats', at, `expected one annotation of each image, got another of image ${key}`);
      continue;
    }
    const [name, infos] = ['file_name', 'segments_info'].map((part) => field(annotation, part));
    if (!Array.isArray(infos)) {
      log.note('images', at, `expected a list segments_info, got ${quoted(infos)}`);
      // It is not listed again as an image without an annotation.
      images.delete(key);
      continue;
    }
    const segments = new Map<number, SegmentInfo>();
    for (const [k, info] of infos.entries()) {
      const place = { file, place: `${image.at.place}: segments_info.${k}` };
      const read = readSegment(info);
      if (typeof read === 'string') log.note('masks', place, `${read}; its pixels are void`);
      else if (segments.has(read[0])) log.note('repeats', place, `expected each id once, got ${read[0]} twice`);
      else segments.set(...read);
    }
    const map = typeof name === 'string' && name.trim() !== '' ? name : image.names[0];
    pictures.set(key, { ...image, things: [], map, segments });
  }
  for (const [key, { at }] of images) {
    if (!pictures.has(key)) log.note('images', at, 'expected an annotation with its segments, found none');
  }
  return { pictures: [...pictures.values()], classes, categoryIds };
}
