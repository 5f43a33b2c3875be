import { basename, dirname, extname, join } from 'node:path';
import { type Command, Option } from 'commander';
import { append } from '../checks/extremes';
import { type CocoResult, cocoResults } from '../formats/cocoResults';
import { writeImage } from '../images/image';
import { detectImage } from '../models/predictImage';
import { makeFolder } from '../platform/makeFolder';
import { readJson } from '../platform/readJson';
import { replaceFile } from '../platform/replaceFile';
import { drawBoxes } from '../viz/drawBoxes';
import { shellConsole } from './console';
import { resultFolder } from './folders';
import {
  addImageOptions,
  brokenImages,
  checkTargets,
  eachImage,
  type ImageFlags,
  isLarge,
  type NamedImage,
  namedImages,
} from './images';
import { chooseDevice } from './machine';
import { openModel } from './openModel';
import type { Outcome } from './outcome';
import { sureOnes } from './reportImages';
import { counted, exitCodes, number, pathOf, UsageError } from './usage';

interface DetectFlags extends ImageFlags {
  threshold: number;
  images: boolean;
  numbersOf?: string;
}

const examples = `
Examples:
  $ detseg detect --model run --out found street.jpg
  $ detseg detect --model run --out found --threshold 0.5 photographs
  $ detseg detect --model run --out found --no-images --numbers-of annotations.json photographs

found/detections.json is a list of results as COCO has them, {image_id, category_id, bbox: [x, y, width, height], score}, in px of the
images, with every box that the model reports. found/images.json tells what the numbers mean: images and categories, counted from 1, or
with --numbers-of those of an annotation file. found/<name>.jpg of a JPEG, and found/<name>.png of others, shows the boxes from --threshold on.

${brokenImages}`;

/** What the numbers in COCO's files mean. */
interface Numbers {
  imageOf(path: string, place: number): number;
  categories: number[];
}

/** Numbers from 1. */
function ownNumbers(classes: readonly string[]): Numbers {
  return { imageOf: (_, place) => place + 1, categories: classes.map((_, label) => label + 1) };
}

/** The numbers of an annotation file, by the names of files and categories. */
function numbersOf(path: string, classes: readonly string[]): Numbers {
  let content: any;
  try {
    content = readJson(path, 2 ** 30);
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  }
  const { images, categories } = content ?? {};
  if (!Array.isArray(images) || !Array.isArray(categories)) throw new Error(`${path}: expected images and categories`);
  const ids = new Map<string, number>(images.map((image) => [basename(String(image?.file_name)), image?.id]));
  return {
    imageOf(path) {
      const id = ids.get(basename(path));
      if (Number.isSafeInteger(id)) return id!;
      throw new Error(`${path}: expected an image named ${basename(path)}, found none`);
    },
    categories: classes.map((name) => {
      const id = categories.find((category) => category?.name === name)?.id;
      if (Number.isSafeInteger(id)) return id;
      throw new Error(`${path}: expected a category named ${name}, found none`);
    }),
  };
}

/** What the image with its boxes is called: JPEG for JPEG, which lost its details already, and PNG for others. */
function drawnName({ path, name }: NamedImage): string {
  return `${name}${/^\.(jpe?g|jpe|jfif)$/i.test(extname(path)) ? '.jpg' : '.png'}`;
}

async function detect(paths: string[], flags: DetectFlags): Promise<number> {
  const console = shellConsole(flags);
  const described = openModel(flags.model);
  if (described.task !== 'detection') {
    throw new UsageError(`--model: expected a detector, got ${described.description.architecture}; see detseg segment`);
  }
  const { things } = described.description.classes;
  const named = namedImages(paths, flags.out);
  if (flags.images) checkTargets(named, (image) => join(flags.out, drawnName(image)));
  const numbers = flags.numbersOf === undefined ? ownNumbers(things) : numbersOf(flags.numbersOf, things);
  const ids = named.map(({ path }, place) => numbers.imageOf(path, place));
  const folder = resultFolder(flags.out, { overwrite: flags.overwrite ?? false });
  await chooseDevice(flags.device);
  const results: CocoResult[] = [];
  const images: { id: number; file_name: string; width: number; height: number }[] = [];
  let drawn = 0;
  const read = await eachImage(named, { ...console, maxPixels: flags.maxPixels }, async (image, picture, place) => {
    const { path } = picture;
    const found = await detectImage(described, image);
    append(results, cocoResults([found], { imageIds: [ids[place]], categoryIds: numbers.categories }));
    images.push({ id: ids[place], file_name: basename(path), width: image.shape[1], height: image.shape[0] });
    const sure = sureOnes(found, flags.threshold);
    drawn += sure.labels.size;
    if (!flags.images) return;
    const target = join(folder, drawnName(picture));
    makeFolder(dirname(target));
    const { boxes, labels, scores } = sure;
    const shown = drawBoxes(image, boxes, { labels: labels.data, scores: scores.data, names: things });
    writeImage(target, shown, { subsampled: isLarge(image) });
  });
  const categories = things.map((name, label) => ({ id: numbers.categories[label], name }));
  replaceFile(null, join(folder, 'images.json'), `${JSON.stringify({ images, categories, annotations: [] })}\n`);
  replaceFile(null, join(folder, 'detections.json'), `${JSON.stringify(results)}\n`);
  console.print(
    `${counted(read, 'image')}: ${counted(drawn, 'thing')} from a score of ${flags.threshold} on; ${join(flags.out, 'detections.json')}`,
  );
  return read === named.length ? exitCodes.done : exitCodes.failed;
}

/** `detseg detect`. */
export function addDetect(root: Command, outcome: Outcome): Command {
  const command = root.command('detect').description('find things in images, with a trained detector');
  return addImageOptions(command, [
    new Option('--threshold <score>', 'least score of the boxes that are drawn').argParser(number(0, 1)).default(0.3),
    new Option('--no-images', 'write the JSON alone'),
    new Option(
      '--numbers-of <file>',
      'take the numbers of images and categories from a COCO annotation file',
    ).argParser(pathOf),
  ])
    .addHelpText('after', examples)
    .action(async (paths: string[], flags: DetectFlags) => {
      outcome.code = await detect(paths, flags);
    });
}
