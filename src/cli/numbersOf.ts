import { basename } from 'node:path';
import type { CocoId } from '../formats/cocoJson';
import { readJson } from '../platform/readJson';

/** What the numbers in COCO's files mean. */
export interface Numbers {
  /** The number of an image, by its file and its place among the images. */
  imageOf(path: string, place: number): CocoId;
  /** Those of the classes. */
  categories: CocoId[];
}

const isId = (id: unknown): id is CocoId => Number.isSafeInteger(id) || (typeof id === 'string' && id !== '');

/** Numbers from 1. */
export function ownNumbers(classes: readonly string[]): Numbers {
  return { imageOf: (_, place) => place + 1, categories: classes.map((_, label) => label + 1) };
}

/** The numbers of an annotation file, by the names of files and categories. */
export function numbersOf(path: string, classes: readonly string[]): Numbers {
  let content: any;
  try {
    content = readJson(path, 2 ** 30);
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  }
  const { images, categories } = content ?? {};
  if (!Array.isArray(images) || !Array.isArray(categories)) throw new Error(`${path}: expected images and categories`);
  const ids = new Map<string, unknown>(images.map((image) => [basename(String(image?.file_name)), image?.id]));
  return {
    imageOf(path) {
      const id = ids.get(basename(path));
      if (isId(id)) return id;
      throw new Error(`${path}: expected an image named ${basename(path)}, found none`);
    },
    categories: classes.map((name) => {
      const id = categories.find((category) => category?.name === name)?.id;
      if (isId(id)) return id;
      throw new Error(`${path}: expected a category named ${name}, found none`);
    }),
  };
}
