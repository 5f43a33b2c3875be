import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Command, Option } from 'commander';
import ndarray, { type NdArray } from 'ndarray';
import { readImage, writeImage } from '../data/image';
import type { Palette } from '../data/palette';
import { writeLabelPng } from '../data/pngEncode';
import { replaceFile } from '../data/replaceFile';
import { segmentImage } from '../models/predictImage';
import { loadModel } from '../models/savedModel';
import { paletteColour } from '../viz/palette';
import { progressDisplay } from '../viz/progressDisplay';
import { shellConsole } from './console';
import { namesOf } from './dataOptions';
import { resultFolder } from './folders';
import { chooseDevice, devices } from './machine';
import type { Outcome } from './main';
import { checkTargets, namedPictures } from './pictures';
import { counted, exitCodes, number, UsageError } from './usage';

interface SegmentFlags {
  model: string;
  out: string;
  overlay?: number | boolean;
  overwrite?: boolean;
  device?: string;
  quiet?: boolean;
}

const examples = `
Examples:
  $ detseg segment --model run --out maps street.jpg
  $ detseg segment --model run --out maps --overlay 0.5 photographs

maps/<name>.png is a palette PNG of the picture's size: pixel values are the numbers of the classes, and viewers show their colours.
maps/classes.json lists number, name and colour. With --overlay, maps/<name>-overlay.jpg shows the colours over the picture.`;

/** The picture with the colours of its classes over it. */
function overlaid(image: NdArray<Float32Array>, map: NdArray<Uint8Array>, share: number): NdArray<Float32Array> {
  const mixed = new Float32Array(map.size * 3);
  for (let i = 0; i < map.size; i++) {
    const colour = paletteColour(map.data[i]);
    const [y, x] = [Math.floor(i / map.shape[1]), i % map.shape[1]];
    for (let c = 0; c < 3; c++) mixed[3 * i + c] = (1 - share) * image.get(y, x, c) + (share * colour[c]) / 255;
  }
  return ndarray(mixed, [...map.shape, 3]);
}

async function segment(paths: string[], flags: SegmentFlags): Promise<number> {
  const console = shellConsole(flags);
  const described = loadModel(flags.model);
  if (described.task !== 'segmentation') {
    const { architecture } = described.description;
    throw new UsageError(`--model: expected a model of pixels, got ${architecture}; see detseg detect`);
  }
  const named = namedPictures(paths);
  checkTargets(named, (name) => join(flags.out, `${name}.png`));
  checkTargets(named, (name) => join(flags.out, `${name}-overlay.jpg`));
  const folder = resultFolder(flags.out, { overwrite: flags.overwrite ?? false });
  await chooseDevice(flags.device);
  const names = namesOf('segmentation', described.description.classes);
  const palette: Palette = names.map((_, label) => paletteColour(label));
  const shown = progressDisplay();
  try {
    for (const [place, { path, name }] of named.entries()) {
      const image = readImage(path);
      const map = await segmentImage(described, image);
      const target = join(folder, name);
      mkdirSync(dirname(target), { recursive: true });
      writeLabelPng(`${target}.png`, map, { palette });
      if (flags.overlay !== undefined) {
        const share = typeof flags.overlay === 'number' ? flags.overlay : 0.5;
        writeImage(`${target}-overlay.jpg`, overlaid(image, map, share));
      }
      if (!console.quiet) shown.update(`picture ${place + 1}/${named.length}`);
    }
  } finally {
    shown.close();
  }
  const classes = names.map((name, label) => ({ number: label, name, colour: palette[label] }));
  replaceFile('detseg', join(folder, 'classes.json'), `${JSON.stringify(classes, null, 2)}\n`);
  console.print(
    `${counted(named.length, 'picture')}: maps of ${counted(names.length, 'class', 'classes')} in ${flags.out}`,
  );
  return exitCodes.done;
}

/** `detseg segment`. */
export function addSegment(root: Command, outcome: Outcome): Command {
  return root
    .command('segment')
    .description('give every pixel of pictures a class, with a trained model')
    .argument('<pictures...>', 'PNG and JPEG files, or folders of them')
    .requiredOption('--model <folder>', 'folder of a run, or of a saved model')
    .requiredOption('--out <folder>', 'folder of the results')
    .option('--overlay [share]', 'also write pictures with the colours over them (0.5)', number(0, 1))
    .option('--overwrite', 'write into a folder that is not empty')
    .addOption(new Option('--device <name>', 'what computes').choices(devices))
    .option('--quiet', 'say nothing on the way')
    .addHelpText('after', examples)
    .action(async (paths: string[], flags: SegmentFlags) => {
      outcome.code = await segment(paths, flags);
    });
}
