import { basename, dirname, join } from 'node:path';
import { type Command, Option } from 'commander';
import ndarray, { type NdArray } from 'ndarray';
import { largest } from '../checks/extremes';
import { idToRgb } from '../formats/segmentIds';
import { cocoSegments, type PanopticEntry, panopticJson } from '../formats/writeCocoPanoptic';
import { writeImage } from '../images/image';
import type { Palette } from '../images/palette';
import { writeLabelPng } from '../images/pngEncode';
import type { DescribedPanopticSegmenter, DescribedSegmenter } from '../models/architectures';
import { panopticImage, segmentImage } from '../models/predictImage';
import { makeFolder } from '../platform/makeFolder';
import { replaceFile } from '../platform/replaceFile';
import { ignoredColor } from '../viz/paintLabels';
import { paletteColor } from '../viz/palette';
import { type Console, shellConsole } from './console';
import { namesOf } from './dataOptions';
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
import { type Numbers, numbersOf, ownNumbers } from './numbersOf';
import { openModel } from './openModel';
import type { Outcome } from './outcome';
import { counted, exitCodes, number, pathOf, UsageError } from './usage';

interface SegmentFlags extends ImageFlags {
  overlay?: boolean;
  opacity?: number;
  numbersOf?: string;
}

const examples = `
Examples:
  $ detseg segment --model run --out maps street.jpg
  $ detseg segment --model run --out maps --opacity 0.7 photographs

maps/<name>.png is a palette PNG of the image's size: pixel values are the numbers of the classes, and viewers show their colors.
maps/classes.json lists number, name and color. With --overlay or --opacity, maps/<name>-overlay.jpg shows the colors over the image.

Of a panoptic model (panoptic-fpn), maps/panoptic.json and maps/panoptic/<name>.png are what COCO has for panoptic results: colors are ids of
segments, R + 256 G + 65536 B, and segments_info lists class, box, area and score of each. readCocoPanoptic and panopticapi read them;
with --numbers-of the numbers of images and categories are those of an annotation file.

${brokenImages}`;

/** The image with the colors of its classes or segments over it; both are row by row. */
function overlaid(
  image: NdArray<Uint8Array>,
  map: NdArray<Uint8Array | Int32Array>,
  share: number,
): NdArray<Uint8Array> {
  const mixed = new Uint8Array(map.size * 3);
  const colors = Array.from({ length: Math.max(0, largest(map.data)) + 1 }, (_, label) => paletteColor(label));
  for (let i = 0; i < map.size; i++) {
    // Void, of which nobody says what it shows, is gray.
    const color = colors[map.data[i]] ?? ignoredColor;
    for (let c = 0; c < 3; c++) {
      mixed[3 * i + c] = Math.round((1 - share) * image.data[3 * i + c] + share * color[c]);
    }
  }
  return ndarray(mixed, [...map.shape, 3]);
}

/** Writes the maps of a model of pixels. @returns how many images could be read. */
async function segmentPixels(
  described: DescribedSegmenter,
  named: readonly NamedImage[],
  { folder, flags, console }: { folder: string; flags: SegmentFlags; console: Console },
): Promise<number> {
  const names = namesOf('segmentation', described.description.classes);
  const palette: Palette = names.map((_, label) => paletteColor(label));
  const read = await eachImage(named, { ...console, maxPixels: flags.maxPixels }, async (image, { name }) => {
    const map = await segmentImage(described, image);
    const target = join(folder, name);
    makeFolder(dirname(target));
    writeLabelPng(`${target}.png`, map, { palette });
    writeOverlay(target, image, map, flags);
  });
  const classes = names.map((name, label) => ({ number: label, name, color: palette[label] }));
  replaceFile(null, join(folder, 'classes.json'), `${JSON.stringify(classes, null, 2)}\n`);
  console.print(`${counted(read, 'image')}: maps of ${counted(names.length, 'class', 'classes')} in ${flags.out}`);
  return read;
}

/** Writes the image with the colors of a map over it, where that is asked for. */
function writeOverlay(
  target: string,
  image: NdArray<Uint8Array>,
  map: NdArray<Uint8Array | Int32Array>,
  { overlay, opacity }: SegmentFlags,
): void {
  if (overlay === undefined && opacity === undefined) return;
  writeImage(`${target}-overlay.jpg`, overlaid(image, map, opacity ?? 0.5), { subsampled: isLarge(image) });
}

/** Writes the maps of a panoptic model as COCO has them. @returns how many images could be read. */
async function segmentPanoptic(
  described: DescribedPanopticSegmenter,
  named: readonly NamedImage[],
  { folder, flags, console, numbers }: { folder: string; flags: SegmentFlags; console: Console; numbers: Numbers },
): Promise<number> {
  const { classes } = described.description;
  const ids = named.map(({ path }, place) => numbers.imageOf(path, place));
  const entries: PanopticEntry[] = [];
  let objects = 0;
  const read = await eachImage(named, { ...console, maxPixels: flags.maxPixels }, async (image, picture, place) => {
    const map = await panopticImage(described, image);
    const { ids: segmentIds, segments } = cocoSegments(map, classes, numbers.categories);
    const name = `${picture.name}.png`;
    const target = join(folder, 'panoptic', name);
    makeFolder(dirname(target));
    writeImage(target, idToRgb(segmentIds));
    if (flags.overlay !== undefined || flags.opacity !== undefined) makeFolder(dirname(join(folder, name)));
    writeOverlay(join(folder, picture.name), image, map.panoptic, flags);
    const [height, width] = segmentIds.shape;
    objects += map.labels.size;
    entries.push({
      image: { id: ids[place], file_name: basename(picture.path), height, width },
      annotation: { image_id: ids[place], file_name: name.replaceAll('\\', '/'), segments_info: segments },
    });
  });
  replaceFile(null, join(folder, 'panoptic.json'), panopticJson(classes, numbers.categories, entries));
  const file = join(flags.out, 'panoptic.json');
  console.print(`${counted(read, 'image')}: ${counted(objects, 'object')} and ${classes.stuff.join(', ')}; ${file}`);
  return read;
}

async function segment(paths: string[], flags: SegmentFlags): Promise<number> {
  const console = shellConsole(flags);
  const described = openModel(flags.model);
  if (described.task !== 'segmentation' && described.task !== 'panoptic') {
    const { architecture } = described.description;
    throw new UsageError(`--model: expected a model of pixels, got ${architecture}; see detseg detect`);
  }
  if (flags.numbersOf !== undefined && described.task !== 'panoptic') {
    const { architecture } = described.description;
    throw new UsageError(
      `--numbers-of: expected a panoptic model, got ${architecture}, whose maps number classes from 0`,
    );
  }
  const named = namedImages(paths, flags.out);
  const names = namesOf(described.task, described.description.classes);
  const numbers = flags.numbersOf === undefined ? ownNumbers(names) : numbersOf(flags.numbersOf, names);
  for (const [place, { path }] of named.entries()) numbers.imageOf(path, place);
  const part = described.task === 'panoptic' ? 'panoptic' : '.';
  checkTargets(named, ({ name }) => join(flags.out, part, `${name}.png`));
  checkTargets(named, ({ name }) => join(flags.out, `${name}-overlay.jpg`));
  const folder = resultFolder(flags.out, { overwrite: flags.overwrite ?? false });
  await chooseDevice(flags.device);
  const to = { folder, flags, console, numbers };
  const read =
    described.task === 'panoptic'
      ? await segmentPanoptic(described, named, to)
      : await segmentPixels(described, named, to);
  return read === named.length ? exitCodes.done : exitCodes.failed;
}

/** `detseg segment`. */
export function addSegment(root: Command, outcome: Outcome): Command {
  const command = root.command('segment').description('give every pixel of images a class, with a trained model');
  return addImageOptions(command, [
    new Option('--overlay', 'also write images with the colors over them'),
    new Option('--opacity <share>', 'the same, with colors as opaque as this (0.5)').argParser(number(0, 1)),
    new Option(
      '--numbers-of <file>',
      'panoptic models: take the numbers of images and categories from a COCO annotation file',
    ).argParser(pathOf),
  ])
    .addHelpText('after', examples)
    .action(async (paths: string[], flags: SegmentFlags) => {
      outcome.code = await segment(paths, flags);
    });
}
