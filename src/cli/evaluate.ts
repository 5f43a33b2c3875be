import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { loadModel } from '../models/savedModel';
import { replaceFile } from '../platform/replaceFile';
import { shellConsole } from './console';
import { addDataOptions, type DataFlags, formatHelp, namesOf, requestOf } from './dataOptions';
import { resultFolder } from './folders';
import { formatOf, openData } from './formats';
import { chooseDevice, deviceOption, thisMachine } from './machine';
import { classRows, figuresOf, figuresText, mainFigures, measure } from './measure';
import type { Outcome } from './outcome';
import { evaluationReport } from './report';
import { hasRun, readRun } from './runFolder';
import { textTable } from './table';
import { checkClasses, decodable, openTrainingData, prepared } from './trainingData';
import { exitCodes, number, pathOf, UsageError, whole } from './usage';

interface EvaluateFlags extends Partial<DataFlags> {
  model: string;
  split?: string;
  length?: number;
  seed?: number;
  json?: boolean;
  out?: string;
  overwrite?: boolean;
  memory: number;
  device?: string;
  quiet?: boolean;
}

const examples = `
Examples:
  $ detseg evaluate --model run                                  the images that the run measured on
  $ detseg evaluate --model run --format voc --data photographs --split test
  $ detseg evaluate --model run --json | jq .AP50
  $ detseg evaluate --model run --out measured                   metrics.json and report.html

Detectors are measured as COCO does (mAP over overlaps 0.5 … 0.95, mAP@.5), models of pixels by mean IoU and pixel accuracy. Boxes are
compared at the model's image size: overlaps are the same as in the images, but what is small, medium or large is decided there.`;

/** The images that the flags name, or those of the run. */
function opened(flags: EvaluateFlags, described: ReturnType<typeof loadModel>) {
  const { task, description } = described;
  const { size } = description;
  if (flags.format === undefined) {
    // The images that the run measured on are what they are; of another part, more can be said.
    const own = ['images', 'annotations', 'classes', 'length', 'seed', 'strict', 'maxPixels'] as const;
    const vain = (['data', ...(flags.split === undefined ? own : [])] as const).find(
      (name) => flags[name] !== undefined,
    );
    if (vain) throw new UsageError(`--format: expected one beside --${vain}, got none`);
    if (!hasRun(flags.model)) throw new UsageError(`--format: expected one, since ${flags.model} holds no run`);
    if (flags.split !== undefined) {
      const { settings } = readRun(flags.model);
      return openedFlags({ ...settings, ...flags, format: settings.format, length: flags.length }, described);
    }
    const { validation, notes } = openTrainingData(readRun(flags.model).settings, task, size);
    return { dataset: validation, notes };
  }
  return openedFlags({ ...flags, format: flags.format }, described);
}

function openedFlags(
  flags: DataFlags & Pick<EvaluateFlags, 'split' | 'length' | 'seed'>,
  { task, description }: ReturnType<typeof loadModel>,
) {
  const known = namesOf(task, description.classes).join(', ');
  if (flags.classes && flags.classes.join(', ') !== known) {
    const got = flags.classes.join(', ');
    throw new UsageError(`--classes: expected ${known}, as the model knows them, got ${got}`);
  }
  const request = { ...requestOf(flags), task };
  const split = flags.split ?? formatOf(flags.format).parts(request)?.test;
  const { size, classes } = description;
  return openData(flags.format, { ...request, size, classes, split, length: flags.length, seed: flags.seed ?? 1 });
}

async function evaluate(flags: EvaluateFlags): Promise<number> {
  const console = shellConsole(flags);
  const described = loadModel(flags.model);
  const { task, description } = described;
  const folder = flags.out === undefined ? null : resultFolder(flags.out, { overwrite: flags.overwrite ?? false });
  await chooseDevice(flags.device);
  const { dataset, notes } = opened(flags, described);
  for (const note of notes) console.say(note);
  if (dataset.length === 0) throw new Error(`${flags.data ?? flags.model}: expected images, found none`);
  checkClasses(description.classes, dataset.classes, task);
  const { size, letterbox = true } = description;
  const resized = prepared(dataset, { size, letterbox, memory: flags.memory });
  const { dataset: images, notes: broken } = decodable(resized, {
    format: flags.format,
    strict: flags.strict ?? false,
  });
  for (const note of broken) console.say(note);
  if (images.length === 0) throw new Error(`${flags.data ?? flags.model}: expected images, found none`);
  const measured = await measure(described, images);
  const { columns, rows } = classRows(measured, namesOf(task, description.classes));
  const figures = {
    images: images.length,
    ...figuresOf(measured),
    classes: rows.map((row) => Object.fromEntries(columns.map((name, k) => [name, row[k] ?? null]))),
  };
  const json = JSON.stringify(figures, null, 2);
  if (folder !== null) {
    const { out: _, quiet: __, json: ___, ...settings } = flags;
    const report = await evaluationReport(described, images, measured, { machine: await thisMachine(), settings });
    replaceFile(null, join(folder, 'metrics.json'), `${json}\n`);
    replaceFile(null, join(folder, 'report.html'), report);
  }
  if (flags.json) console.print(json);
  else {
    console.print(textTable(columns, rows));
    console.print(`${images.length} images: ${figuresText(mainFigures(measured))}`);
    if (folder !== null) console.say(`report: ${join(resolve(folder), 'report.html')}`);
  }
  return exitCodes.done;
}

/** `detseg evaluate`. */
export function addEvaluate(root: Command, outcome: Outcome): Command {
  const command = root.command('evaluate').description('measure a model on labeled images');
  command.requiredOption('--model <folder>', 'folder of a run, or of a saved model', pathOf);
  return addDataOptions(command)
    .option('--split <name>', 'part of the data, in the words of the format')
    .option('--length <n>', 'number of scenes to paint (scenes: 100)', whole(1))
    .option('--seed <n>', 'of the painted scenes', whole(0))
    .option('--json', 'print the figures as JSON')
    .option('--out <folder>', 'write metrics.json and report.html there', pathOf)
    .option('--overwrite', 'write into a folder that is not empty')
    .option('--memory <MB>', 'most that decoded images may take', number(0, 1e6), 1000)
    .addOption(deviceOption())
    .option('--quiet', 'say nothing on the way')
    .addHelpText('after', `\n${formatHelp()}\n${examples}`)
    .action(async (flags: EvaluateFlags) => {
      outcome.code = await evaluate(flags);
    });
}
