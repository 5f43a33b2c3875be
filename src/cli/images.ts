import { readdirSync, statSync } from 'node:fs';
import { basename, extname, join, relative, resolve, sep } from 'node:path';
import type { Command, Option } from 'commander';
import type { NdArray } from 'ndarray';
import { readImageBytes } from '../images/image';
import { imageEndings } from '../images/imageFile';
import { progressDisplay } from '../viz/progressDisplay';
import type { Console } from './console';
import { deviceOption } from './machine';
import { maxPixelsOption, pathOf, UsageError } from './usage';

/** What the shell says of every command that looks at images with a model. */
export interface ImageFlags {
  model: string;
  out: string;
  overwrite?: boolean;
  device?: string;
  maxPixels?: number;
  quiet?: boolean;
}

/** What becomes of images that cannot be read, for the help. */
export const brokenImages =
  'An image that cannot be read is named; the others are done all the same, and the exit code is 1.';

/** Gives a command images as its arguments, the options that go with them, and its own. */
export function addImageOptions(command: Command, own: readonly Option[]): Command {
  command
    .argument('<images...>', 'files of images, or folders of them')
    .requiredOption('--model <folder>', 'folder of a run, or of a saved model', pathOf)
    .requiredOption('--out <folder>', 'folder of the results', pathOf);
  for (const option of own) command.addOption(option);
  return command
    .option('--overwrite', 'write into a folder that is not empty')
    .addOption(maxPixelsOption())
    .addOption(deviceOption())
    .option('--quiet', 'say nothing on the way');
}

/** An image that was named on the command line. */
export interface NamedImage {
  path: string;
  /** Its name without the folder that was named, and without the ending unless another image has that name, too. */
  name: string;
}

/**
 * The images that paths name: files, and all images in folders and the folders in them.
 * @param out folder of the results; where it lies in a folder of images, what it holds is left out: an earlier run drew it.
 * @throws where there are none.
 */
export function namedImages(paths: readonly string[], out: string): NamedImage[] {
  const results = resolve(out) + sep;
  const isResult = (file: string, root: string) =>
    resolve(file).startsWith(results) && !(resolve(root) + sep).startsWith(results);
  const found = paths.flatMap((path): NamedImage[] => {
    let isFolder: boolean;
    try {
      isFolder = statSync(path).isDirectory();
    } catch {
      throw new Error(`${path}: no such file or folder`);
    }
    const named = (file: string, root: string) => {
      const inside = relative(root, file);
      return { path: file, name: inside.slice(0, inside.length - extname(inside).length) };
    };
    if (!isFolder) return [{ path, name: basename(path, extname(path)) }];
    const files = readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && imageEndings.includes(extname(entry.name).toLowerCase()))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => !isResult(file, path))
      .sort();
    if (files.length === 0) throw new Error(`${path}: expected images (${imageEndings.join(', ')}), found none`);
    return files.map((file) => named(file, path));
  });
  // Of a.jpg and a.webp, results are called a.jpg and a.webp, and what is behind that.
  const counts = new Map<string, number>();
  for (const { name } of found) counts.set(name, (counts.get(name) ?? 0) + 1);
  const called = found.map(({ path, name }) => ({ path, name: counts.get(name)! > 1 ? name + extname(path) : name }));
  const seen = new Map<string, string>();
  for (const { name, path } of called) {
    const other = seen.get(name);
    if (other !== undefined) {
      throw new UsageError(`expected images with different names, got ${other} and ${path}`);
    }
    seen.set(name, path);
  }
  return called;
}

/** Whether an image is so large that results are written with colors at half the resolution, in half the time. */
export function isLarge({ shape: [height, width] }: NdArray<Uint8Array>): boolean {
  return height * width > 4e6;
}

/** @throws where a result would take the place of one of the images that are read. */
export function checkTargets(images: readonly NamedImage[], targetOf: (image: NamedImage) => string): void {
  const read = new Set(images.map(({ path }) => resolve(path)));
  for (const image of images) {
    const target = targetOf(image);
    if (read.has(resolve(target))) {
      throw new UsageError(`--out: ${target} would be written over an image that is read; name another folder`);
    }
  }
}

/**
 * Reads images one after the other, and shows how far it has come. One that cannot be read is told of, and the others are done.
 * @returns how many were read. @throws where none could be.
 */
export async function eachImage(
  images: readonly NamedImage[],
  { quiet, warn, maxPixels }: Pick<Console, 'quiet' | 'warn'> & { maxPixels?: number },
  body: (image: NdArray<Uint8Array>, picture: NamedImage, place: number) => Promise<void>,
): Promise<number> {
  const shown = progressDisplay();
  let read = 0;
  try {
    for (const [place, picture] of images.entries()) {
      let image: NdArray<Uint8Array>;
      try {
        image = readImageBytes(picture.path, { maxPixels });
      } catch (error) {
        if (read === 0 && place === images.length - 1) throw error;
        warn((error as Error).message);
        continue;
      }
      await body(image, picture, place);
      read++;
      if (!quiet) shown.update(`image ${place + 1}/${images.length}`);
    }
  } finally {
    shown.close();
  }
  return read;
}
