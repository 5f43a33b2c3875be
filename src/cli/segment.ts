import { dirname, join } from 'node:path';
import { type Command, Option } from 'commander';
import ndarray, { type NdArray } from 'ndarray';
import { writeImage } from '../images/image';
import type { Palette } from '../images/palette';
import { writeLabelPng } from '../images/pngEncode';
import { segmentImage } from '../models/predictImage';
import { makeFolder } from '../platform/makeFolder';
import { replaceFile } from '../platform/replaceFile';
import { paletteColor } from '../viz/palette';
import { shellConsole } from './console';
import { namesOf } from './dataOptions';
import { resultFolder } from './folders';
import {
  addImageOptions,
  brokenImages,
  checkTargets,
  eachImage,
  type ImageFlags,
  isLarge,
  namedImages,
} from './images';
import { chooseDevice } from './machine';
import { openModel } from './openModel';
import type { Outcome } from './outcome';
import { counted, exitCodes, number, UsageError } from './usage';

interface SegmentFlags extends ImageFlags {
  overlay?: boolean;
  opacity?: number;
}

const examples = `
Examples:
  $ detseg segment --model run --out maps street.jpg
  $ detseg segment --model run --out maps --opacity 0.7 photographs

maps/<name>.png is a palette PNG of the image's size: pixel values are the numbers of the classes, and viewers show their colors.
maps/classes.json lists number, name and color. With --overlay or --opacity, maps/<name>-overlay.jpg shows the colors over the image.

${brokenImages}`;

/** The image with the colors of its classes over it; both are row by row. */
function overlaid(image: NdArray<Uint8Array>, map: NdArray<Uint8Array>, share: number): NdArray<Uint8Array> {
  const mixed = new Uint8Array(map.size * 3);
  const colors = Array.from({ length: 256 }, (_, label) => paletteColor(label));
  for (let i = 0; i < map.size; i++) {
    const color = colors[map.data[i]];
    for (let c = 0; c < 3; c++) {
      mixed[3 * i + c] = Math.round((1 - share) * image.data[3 * i + c] + share * color[c]);
    }
  }
  return ndarray(mixed, [...map.shape, 3]);
}

async function segment(paths: string[], flags: SegmentFlags): Promise<number> {
  const console = shellConsole(flags);
  const described = openModel(flags.model);
  if (described.task !== 'segmentation') {
    const { architecture } = described.description;
    throw new UsageError(`--model: expected a model of pixels, got ${architecture}; see detseg detect`);
  }
  const named = namedImages(paths, flags.out);
  checkTargets(named, ({ name }) => join(flags.out, `${name}.png`));
  checkTargets(named, ({ name }) => join(flags.out, `${name}-overlay.jpg`));
  const folder = resultFolder(flags.out, { overwrite: flags.overwrite ?? false });
  await chooseDevice(flags.device);
  const names = namesOf('segmentation', described.description.classes);
  const palette: Palette = names.map((_, label) => paletteColor(label));
  const read = await eachImage(named, { ...console, maxPixels: flags.maxPixels }, async (image, { name }) => {
    const map = await segmentImage(described, image);
    const target = join(folder, name);
    makeFolder(dirname(target));
    writeLabelPng(`${target}.png`, map, { palette });
    if (flags.overlay === undefined && flags.opacity === undefined) return;
    const shown = overlaid(image, map, flags.opacity ?? 0.5);
    writeImage(`${target}-overlay.jpg`, shown, { subsampled: isLarge(image) });
  });
  const classes = names.map((name, label) => ({ number: label, name, color: palette[label] }));
  replaceFile(null, join(folder, 'classes.json'), `${JSON.stringify(classes, null, 2)}\n`);
  console.print(`${counted(read, 'image')}: maps of ${counted(names.length, 'class', 'classes')} in ${flags.out}`);
  return read === named.length ? exitCodes.done : exitCodes.failed;
}

/** `detseg segment`. */
export function addSegment(root: Command, outcome: Outcome): Command {
  const command = root.command('segment').description('give every pixel of images a class, with a trained model');
  return addImageOptions(command, [
    new Option('--overlay', 'also write images with the colors over them'),
    new Option('--opacity <share>', 'the same, with colors as opaque as this (0.5)').argParser(number(0, 1)),
  ])
    .addHelpText('after', examples)
    .action(async (paths: string[], flags: SegmentFlags) => {
      outcome.code = await segment(paths, flags);
    });
}
