import { basename, dirname, extname, join } from 'node:path';
import { type Command, Option } from 'commander';
import type { NdArray } from 'ndarray';
import { append } from '../checks/extremes';
import type { CocoId } from '../formats/cocoJson';
import { type CocoResult, cocoResults } from '../formats/cocoResults';
import { encodeRle } from '../formats/rle';
import { writeImage } from '../images/image';
import { detectImage, type FoundInstances, findInstances } from '../models/predictImage';
import { makeFolder } from '../platform/makeFolder';
import { replaceFile } from '../platform/replaceFile';
import { drawBoxes } from '../viz/drawBoxes';
import { type MaskPlace, nameMask, objectText, paintMask } from '../viz/drawMasks';
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
import { numbersOf, ownNumbers } from './numbersOf';
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

Of a model with masks (mask-rcnn, panoptic-fpn) each result has its mask as well, segmentation: {size, counts}, runs packed as COCO does, which
pycocotools reads; the images show the masks, each in a color of its own.

${brokenImages}`;

/** What the image with its boxes is called: JPEG for JPEG, which lost its details already, and PNG for others. */
function drawnName({ path, name }: NamedImage): string {
  return `${name}${/^\.(jpe?g|jpe|jfif)$/i.test(extname(path)) ? '.jpg' : '.png'}`;
}

/** Results with the runs of their masks; one mask at a time, since all of a photograph take much memory. */
function withRuns(results: CocoResult[], found: FoundInstances | null): CocoResult[] {
  return found === null
    ? results
    : results.map((result, d) => ({ ...result, segmentation: encodeRle(found.maskOf(d)) }));
}

/** The image with the masks of its first objects, which are those of the highest scores. */
function withMasks(
  image: NdArray<Uint8Array>,
  found: FoundInstances,
  count: number,
  words: { labels: readonly number[]; scores: readonly number[]; names: readonly string[] },
): NdArray<Uint8Array> {
  const places: (MaskPlace | null)[] = [];
  for (let d = count - 1; d >= 0; d--) places[d] = paintMask(image, found.maskOf(d), { place: d, opacity: 0.5 });
  for (let d = count - 1; d >= 0; d--) if (places[d]) nameMask(image, objectText(d, words), places[d]!, d);
  return image;
}

async function detect(paths: string[], flags: DetectFlags): Promise<number> {
  const console = shellConsole(flags);
  const described = openModel(flags.model);
  if (described.task === 'segmentation') {
    const { architecture } = described.description;
    throw new UsageError(`--model: expected a detector or a model of masks, got ${architecture}; see detseg segment`);
  }
  const { things } = described.description.classes;
  const named = namedImages(paths, flags.out);
  if (flags.images) checkTargets(named, (image) => join(flags.out, drawnName(image)));
  const numbers = flags.numbersOf === undefined ? ownNumbers(things) : numbersOf(flags.numbersOf, things);
  const ids = named.map(({ path }, place) => numbers.imageOf(path, place));
  const folder = resultFolder(flags.out, { overwrite: flags.overwrite ?? false });
  await chooseDevice(flags.device);
  const results: CocoResult[] = [];
  const images: { id: CocoId; file_name: string; width: number; height: number }[] = [];
  let drawn = 0;
  const read = await eachImage(named, { ...console, maxPixels: flags.maxPixels }, async (image, picture, place) => {
    const { path } = picture;
    const found = described.task === 'detection' ? await detectImage(described, image) : null;
    const masked = found === null ? await findInstances('detect', described, image) : null;
    const { boxes, labels, scores } = (found ?? masked)!;
    const own = { imageIds: [ids[place]], categoryIds: numbers.categories };
    append(results, withRuns(cocoResults([{ boxes, labels, scores }], own), masked));
    images.push({ id: ids[place], file_name: basename(path), width: image.shape[1], height: image.shape[0] });
    const sure = sureOnes({ boxes, labels, scores }, flags.threshold);
    drawn += sure.labels.size;
    if (!flags.images) return;
    const target = join(folder, drawnName(picture));
    makeFolder(dirname(target));
    const words = { labels: [...sure.labels.data], scores: [...sure.scores.data], names: things };
    const shown = masked ? withMasks(image, masked, sure.labels.size, words) : drawBoxes(image, sure.boxes, words);
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
  const command = root
    .command('detect')
    .description('find things in images, with a trained detector or model of masks');
  return addImageOptions(command, [
    new Option('--threshold <score>', 'least score of the boxes or masks that are drawn')
      .argParser(number(0, 1))
      .default(0.3),
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
