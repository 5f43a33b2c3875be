import type { Command } from 'commander';
import { Option } from 'commander';
import { isRecord } from '../checks/record';

import type { AugmentationOptions } from '../data/augment';
import { type Architecture, architectures } from '../models/architectures';
import { flag, listOf, numberIn, type OptionCheck, oneOf, recordOf, shortText, wholeIn } from '../models/plainOptions';
import { quoted } from '../platform/textFile';
import type { ImageSize } from '../shape/types';
import { addDataOptions, parseColumns } from './dataOptions';
import { resolvedPaths } from './dataPaths';
import { formats } from './formats';
import { deviceOption } from './machine';
import { jsonObject, number, parseAugment, parseSize, pathOf, UsageError, whole } from './usage';

/** Everything that decides how a run goes, as plain data; the flags of `detseg train` have the same names. */
export interface TrainSettings {
  model: Architecture;
  format: string;
  data?: string;
  images?: string;
  annotations?: string;
  classes?: string[];
  columns?: string;
  separator?: string;
  strict: boolean;
  maxPixels?: number;
  maxLeftOut?: number;
  trainSplit?: string;
  validationSplit?: string;
  holdOut?: number;
  length?: number;
  size?: ImageSize;
  letterbox: boolean;
  width: number;
  anchors?: number;
  options: Record<string, unknown>;
  balance: boolean;
  steps: number;
  batch: number;
  learningRate: number;
  warmUp: number;
  schedule: 'cosine' | 'constant';
  weightDecay: number;
  clip?: number;
  augment: AugmentationOptions;
  seed: number;
  memory: number;
  evaluateEvery?: number;
  saveEvery: number;
  device?: string;
}

const path: OptionCheck = (value) => {
  if (typeof value === 'string' && value !== '' && value.length <= 4096) return value;
  throw new Error(`expected a path, got ${quoted(value)}`);
};
const tableText: OptionCheck = (value) => {
  const text = shortText(value) as string;
  parseColumns(text);
  return text;
};
const count = wholeIn(1, Number.MAX_SAFE_INTEGER);
const countOrNone = wholeIn(0, Number.MAX_SAFE_INTEGER);
const share = numberIn(0, 1);
const anything: OptionCheck = (value) => {
  if (isRecord(value)) return value;
  throw new Error(`expected an object, got ${quoted(value)}`);
};

const checks: Record<keyof TrainSettings, OptionCheck> = {
  model: oneOf(...architectures),
  format: oneOf(...Object.keys(formats)),
  data: path,
  images: path,
  annotations: path,
  classes: listOf(shortText, { most: 10_000 }),
  columns: tableText,
  separator: shortText,
  strict: flag,
  maxPixels: numberIn(1, 1e9),
  maxLeftOut: wholeIn(0, 2 ** 53 - 1),
  trainSplit: shortText,
  validationSplit: shortText,
  holdOut: share,
  length: count,
  size: recordOf({ height: wholeIn(1, 16384), width: wholeIn(1, 16384) }, ['height', 'width']),
  letterbox: flag,
  width: numberIn(0, 16),
  anchors: count,
  options: anything,
  balance: flag,
  steps: count,
  batch: count,
  learningRate: numberIn(0, 10),
  warmUp: countOrNone,
  schedule: oneOf('cosine', 'constant'),
  weightDecay: share,
  clip: numberIn(0, 1e9),
  augment: recordOf({ flip: share, flipVertical: share, crop: share, color: share }),
  seed: countOrNone,
  memory: countOrNone,
  evaluateEvery: count,
  saveEvery: count,
  device: shortText,
};

/** The settings of a run that were read from a file, checked. @throws naming the entry. */
export function parseSettings(value: unknown): TrainSettings {
  const always = [
    'model',
    'format',
    'size',
    'letterbox',
    'width',
    'options',
    'steps',
    'batch',
    'learningRate',
    'warmUp',
  ];
  const more = ['schedule', 'weightDecay', 'augment', 'seed', 'memory', 'saveEvery', 'strict', 'balance'];
  return recordOf(checks, [...always, ...more])(value) as TrainSettings;
}

/** What may differ when a run is continued: nothing that changes its numbers. */
export const changeable: readonly string[] = [
  'data',
  'images',
  'annotations',
  'maxPixels',
  'maxLeftOut',
  'evaluateEvery',
  'saveEvery',
  'memory',
  'device',
];

/** What the shell says of `detseg train`: the settings, and what is done with the folder. */
export interface TrainFlags extends Omit<TrainSettings, 'format'> {
  /** None where it is to be found. */
  format?: string;
  out: string;
  resume?: boolean;
  overwrite?: boolean;
  quiet?: boolean;
}

/** Gives `detseg train` its options. */
export function addTrainOptions(command: Command): Command {
  addDataOptions(
    command.requiredOption('--out <folder>', 'folder of the run: model, log, checkpoint, report; needed', pathOf),
  )
    .option('--train-split <name>', 'part of the data that is trained on, in its own words (train)')
    .option(
      '--validation-split <name>',
      'part of the data that is measured on (val; of data without it, a fifth is held out)',
    )
    .option(
      '--hold-out <share>',
      'measure on this share of the training part instead of a part of its own',
      number(0, 0.9, { above: true }),
    )
    .option('--length <n>', 'number of training scenes to paint (scenes: 1000)', whole(1));
  return command
    .addOption(
      new Option(
        '--model <name>',
        'what is trained: a detector (faster-rcnn, fcos, retinanet, ssd, yolo, yolo-fpn), a model of masks (mask-rcnn), of pixels (u-net, fcn, deconv-net, tiramisu) or of both (panoptic-fpn); needed',
      ).choices(architectures),
    )
    .option(
      '--size <HxW>',
      'images are brought to this size, height first, px (as the first image, 256 on its longer side; scenes: 64)',
      parseSize,
    )
    .option('--no-letterbox', 'stretch the images instead of keeping their shape between gray bars')
    .option('--width <factor>', "factor on the model's numbers of channels", number(0, 16, { above: true }), 1)
    .option('--anchors <n>', 'number of anchor boxes; otherwise the training boxes decide', whole(1))
    .addOption(
      new Option('--options <json>', 'options of the model, laid over what is chosen')
        .argParser(jsonObject)
        .default({}, 'none'),
    )
    .addOption(new Option('--balance', 'models of pixels: let rare classes of pixels weigh more').default(false, 'no'))
    .option('--steps <n>', 'training steps', whole(1), 1000)
    .option('--batch <n>', 'images a step', whole(1), 4)
    .option('--learning-rate <rate>', 'greatest step size of Adam', number(0, 10, { above: true }), 5e-3)
    .option('--warm-up <steps>', 'steps in which the rate rises', whole(0), 50)
    .addOption(new Option('--schedule <name>', 'how the rate falls').choices(['cosine', 'constant']).default('cosine'))
    .option('--weight-decay <factor>', 'weight decay of AdamW; 0 is Adam', number(0, 1), 0)
    .option(
      '--clip <norm>',
      'longest gradient; longer ones are shortened to it (none)',
      number(0, 1e9, { above: true }),
    )
    .addOption(
      new Option(
        '--augment <list>',
        'random changes: flip, flip-vertical (probabilities), crop (least side), color; or none',
      )
        .argParser(parseAugment)
        .default({ flip: 0.5 }, 'flip=0.5'),
    )
    .option('--seed <n>', 'of first weights, batches and augmentation', whole(0), 1)
    .option('--memory <MB>', 'most that decoded images may take', whole(0), 1000)
    .option(
      '--evaluate-every <steps>',
      'measure on the validation part every so often (a quarter of the steps)',
      whole(1),
    )
    .option('--save-every <steps>', 'write a checkpoint every so often', whole(1), 200)
    .addOption(deviceOption())
    .option('--resume', 'continue the run in the folder, with its settings')
    .option('--overwrite', 'replace the run in the folder')
    .option('--quiet', 'say nothing on the way');
}

/** The settings in the flags, paths from the root: a run may be continued from elsewhere. @throws where a path leads nowhere. */
export function settingsOf<Flags extends Omit<TrainFlags, 'out'>>(
  flags: Flags,
): Omit<TrainSettings, 'format'> & Pick<Flags, 'format'> {
  const { out: _, resume: __, overwrite: ___, quiet: ____, ...settings } = flags as Flags & TrainFlags;
  return { ...settings, strict: settings.strict ?? false, ...resolvedPaths(settings) };
}

/** The settings of a run that is continued: its own, and what may change of the flags that were given. */
export function continuedSettings(saved: TrainSettings, flags: TrainFlags, command: Command): TrainSettings {
  // Paths may be known from the data of the run.
  const wanted = settingsOf({ ...flags, data: flags.data ?? saved.data }) as unknown as Record<string, unknown>;
  const result = { ...saved } as unknown as Record<string, unknown>;
  for (const [name, value] of Object.entries(wanted)) {
    if (command.getOptionValueSource(name) !== 'cli') continue;
    const text = (entry: unknown) => JSON.stringify(entry) ?? 'nothing';
    if (!changeable.includes(name) && text(value) !== text(result[name])) {
      const flag = command.options.find((option) => option.attributeName() === name)?.long ?? name;
      throw new UsageError(
        `${flag}: expected ${text(result[name])} as the run was begun, got ${text(value)}; leave it out, or begin anew with --overwrite`,
      );
    }
    result[name] = value;
  }
  return result as unknown as TrainSettings;
}
