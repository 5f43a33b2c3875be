import { append } from '../checks/extremes';
import { endsWith, folded, stemOf } from './fileNames';

// Which map belongs to which image, by their names.

/** Words that say that a file is an image or a map, and not which. */
const roleWords = new Set([
  ...['image', 'images', 'img', 'im', 'photo', 'rgb', 'sat', 'orig', 'original'],
  ...['mask', 'masks', 'label', 'labels', 'gt', 'seg', 'segm', 'segmentation', 'annotation', 'ann', 'target', 'truth'],
  ...['ground', 'groundtruth', 'matte', 'trimap', 'manual', 'labelids', 'trainids'],
]);

/** What is left of a stem without the words of its role: `img_007` and `mask-007` are both `007`. */
function keyOf(stem: string): string {
  const words = folded(stem).split(/[\s_.-]+/);
  const rest = words.filter((word) => word !== '' && !roleWords.has(word));
  return (rest.length > 0 ? rest : words).join(' ');
}

/** Whether all that a stem has more than another says its role, or counts. */
function isRole(more: string): boolean {
  return more.split(/[\s_.()-]+/).every((word) => word === '' || roleWords.has(word) || /^\d+$/.test(word));
}

/** A stem without its last words, longest first: `a_b-c` → `a_b`, `a`; then without its first ones. */
function shorter(stem: string): string[] {
  const cuts = [...stem.matchAll(/[\s_.-]+/g)];
  const heads = cuts.map(({ index }) => stem.slice(0, index)).reverse();
  const tails = cuts.map((cut) => stem.slice(cut.index + cut[0].length));
  return [...heads, ...tails].filter((text) => text !== '');
}

/** The maps of each image. */
export interface MaskPairs {
  /** Names of maps by the name of their image; several where each shows one thing. */
  pairs: Map<string, string[]>;
  /** Maps that belong to no image. */
  rest: string[];
}

/** Files by something of their stems; what several have in common is no name of one. */
function uniqueBy(files: readonly string[], key: (stem: string) => string): Map<string, string | null> {
  const found = new Map<string, string | null>();
  for (const file of files) {
    const own = key(stemOf(file));
    found.set(own, found.has(own) ? null : file);
  }
  return found;
}

/**
 * Finds the maps of images by their names without endings: the same one, in any case; the same but for words such as img and mask; the
 * image's with more behind or in front, as in `a_mask`, `a-label`, `GT_a`. A `suffix` is the only thing that may stand behind.
 */
export function maskPairs(images: readonly string[], maps: readonly string[], suffix: string): MaskPairs {
  const pairs = new Map<string, string[]>(images.map((image) => [image, []]));
  // Of `a.jpg` and `a.png` that have one stem, the first is meant.
  const byStem = new Map([...images].reverse().map((image) => [folded(stemOf(image)), image]));
  const byKey = uniqueBy(images, keyOf);
  const end = folded(suffix);
  const left: string[] = [];
  for (const map of maps) {
    const stem = folded(stemOf(map));
    if (end !== '' && !stem.endsWith(end)) left.push(map);
    else {
      const image = byStem.get(stem.slice(0, stem.length - end.length));
      if (image === undefined) left.push(map);
      else pairs.get(image)!.push(map);
    }
  }
  if (end !== '') return { pairs, rest: left };
  const near = new Map<string, string[]>();
  const rest = left.filter((map) => {
    const stem = folded(stemOf(map));
    const image = byKey.get(keyOf(stem)) ?? shorter(stem).flatMap((text) => byStem.get(text) ?? [])[0];
    if (image === undefined || pairs.get(image)!.length > 0) return true;
    near.set(image, [...(near.get(image) ?? []), map]);
    return false;
  });
  for (const [image, found] of near) {
    const plain = found.filter((map) => isRole(folded(stemOf(map)).replace(folded(stemOf(image)), '')));
    const own = plain.length > 0 ? plain : found;
    append(pairs.get(image)!, own);
    append(
      rest,
      found.filter((map) => !own.includes(map)),
    );
  }
  return { pairs, rest };
}

/** Images and maps of a folder that holds both: maps are called after an image, or are the PNG beside a JPEG of the same name. */
export function mixedPairs(files: readonly string[]): MaskPairs {
  const byStem = new Map<string, string[]>();
  for (const file of files) {
    const key = folded(stemOf(file));
    byStem.set(key, [...(byStem.get(key) ?? []), file]);
  }
  const isMap = (file: string) => {
    const twins = byStem.get(folded(stemOf(file)))!;
    if (endsWith(file, ['.png']) && twins.some((twin) => endsWith(twin, ['.jpg', '.jpeg']))) return true;
    const stem = folded(stemOf(file));
    return shorter(stem).some(
      (text) => byStem.has(text) && isRole(stem.replace(text, '')) && /[a-z]/.test(stem.replace(text, '')),
    );
  };
  const maps = files.filter(isMap);
  const images = files.filter((file) => !maps.includes(file));
  return maskPairs(images, maps, '');
}
