import { existsSync, statSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';

/** Paths of a data set, as the shell says them. */
export interface DataPaths {
  data?: string;
  images?: string;
  annotations?: string;
}

/**
 * A path of `--images` or `--annotations` from the root: an absolute one, one in the working folder, or else one in the folder of `--data`;
 * `.` is the folder of `--data`.
 * @throws where there is nothing in any of these places, naming them.
 */
function resolved(flag: string, path: string, data: string | undefined): string {
  const known = !isAbsolute(path) && data !== undefined && existsSync(data);
  const inside = known ? [resolve(statSync(data).isDirectory() ? data : dirname(data), path)] : [];
  const places = known && /^\.?[\\/]*$/.test(path) ? inside : [resolve(path), ...inside];
  const found = places.find((place) => existsSync(place));
  if (found !== undefined) return found;
  throw new Error(`${flag}: ${path}: no such file or folder (looked for ${places.join(' and ')})`);
}

/** All paths from the root. Without `--data`, the folder of the labels stands for it. @throws where a path leads nowhere. */
export function resolvedPaths({ data, images, annotations }: DataPaths): DataPaths {
  const named = data === undefined ? undefined : resolve(data);
  const labels = annotations === undefined ? undefined : resolved('--annotations', annotations, named);
  const own = labels === undefined ? undefined : statSync(labels).isDirectory() ? labels : dirname(labels);
  return {
    data: named ?? own,
    images: images === undefined ? undefined : resolved('--images', images, named),
    annotations: labels,
  };
}
