import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Dataset } from '../data/dataset';
import { joinProblems, type Problems } from '../data/problems';
import { partFor } from '../formats/parts';
import type { DescribedModel } from '../models/architectures';
import { replaceFile } from '../platform/replaceFile';
import { shellConsole } from './console';
import { addDataOptions, type DataFlags, formatHelp, namesOf, requestOf } from './dataOptions';
import { findFormat, openData, partsOf } from './findFormat';
import { resultFolder } from './folders';
import { type AnySample, checkUsable } from './formats';
import { chooseDevice, deviceOption, thisMachine } from './machine';
import { classRows, figuresOf, figuresText, mainFigures, measure } from './measure';
import { openModel } from './openModel';
import type { Outcome } from './outcome';
import { problemFile, problemNotes, writeProblems } from './problemNotes';
import { evaluationReport } from './report';
import { hasRun, readRun } from './runFolder';
import { textTable } from './table';
import { checkClasses, decodable, openTrainingData, prepared, usualPart } from './trainingData';
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
  $ detseg evaluate --model run --data photographs --split test
  $ detseg evaluate --model run --json | jq .AP50
  $ detseg evaluate --model run --out measured                   metrics.json, report.html, problems.jsonl

Detectors are measured as COCO does (mAP over overlaps 0.5 … 0.95, mAP@.5), models of masks by masks and by boxes, models of pixels by mean
IoU and pixel accuracy, panoptic ones by panoptic quality. Boxes and masks are
compared at the model's image size: overlaps are the same as in the images, but what is small, medium or large is decided there.`;

/** Images to measure on, and what tells of them. */
interface Measurable {
  dataset: Dataset<AnySample>;
  problems: Problems;
  notes: string[];
  format?: string;
  strict: boolean;
}

/** The images that the flags name, or those of the run. */
function opened(flags: EvaluateFlags, described: DescribedModel): Measurable {
  const { task, description } = described;
  const { size } = description;
  // A folder of labels stands for that of the data.
  const named = [flags.format, flags.data, flags.annotations];
  if (named.some((part) => part !== undefined)) return openedFlags(flags, described);
  // The images that the run measured on are what they are; of another part, more can be said.
  const own = [
    ...(['images', 'classes', 'columns', 'separator', 'length', 'seed', 'strict'] as const),
    ...(['maxPixels', 'maxLeftOut'] as const),
  ];
  const vain = flags.split === undefined ? own.find((name) => flags[name] !== undefined) : undefined;
  if (vain) throw new UsageError(`--format: expected one, or --data, beside --${vain}, got none`);
  if (!hasRun(flags.model)) throw new UsageError(`--data: expected one, since ${flags.model} holds no run`);
  const { settings } = readRun(flags.model);
  if (flags.split !== undefined) {
    return openedFlags({ ...settings, ...flags, format: settings.format, length: flags.length }, described);
  }
  const { validation, notes, problems } = openTrainingData(settings, task, size);
  const { format, strict } = settings;
  return { dataset: validation, problems: problems.at(-1)!.problems, notes, format, strict };
}

function openedFlags(
  flags: DataFlags & Pick<EvaluateFlags, 'split' | 'length' | 'seed'>,
  { task, description }: DescribedModel,
): Measurable {
  const known = namesOf(task, description.classes).join(', ');
  if (flags.classes && flags.classes.join(', ') !== known) {
    const got = flags.classes.join(', ');
    throw new UsageError(`--classes: expected ${known}, as the model knows them, got ${got}`);
  }
  const request = { ...requestOf(flags), task };
  const found = flags.format === undefined ? findFormat(request, task) : null;
  const format = flags.format ?? found!.format;
  const parts = partsOf(format, { ...request, length: flags.length });
  const split = flags.split ?? partFor(parts, 'test') ?? partFor(parts, 'val') ?? usualPart(parts);
  const { size, classes } = description;
  const data = openData(format, { ...request, size, classes, split, length: flags.length, seed: flags.seed ?? 1 });
  checkUsable(data, `${flags.data ?? format}: expected images`);
  const part = flags.split === undefined && split !== undefined && flags.data !== undefined ? [`part: ${split}`] : [];
  const notes = [...(found ? [found.note] : []), ...part];
  return { dataset: data.dataset, problems: data.problems, notes, format, strict: flags.strict ?? false };
}

async function evaluate(flags: EvaluateFlags): Promise<number> {
  const console = shellConsole(flags);
  const described = openModel(flags.model);
  const { task, description } = described;
  const folder = flags.out === undefined ? null : resultFolder(flags.out, { overwrite: flags.overwrite ?? false });
  await chooseDevice(flags.device);
  const { dataset, problems: before, notes, format, strict } = opened(flags, described);
  for (const note of notes) console.say(note);
  checkClasses(description.classes, dataset.classes, task);
  const { size, letterbox = true } = description;
  const resized = prepared(dataset, { size, letterbox, memory: flags.memory });
  const sound = decodable(resized, { format, strict });
  const { dataset: images } = sound;
  const problems = joinProblems(before, sound.problems);
  const where = folder === null ? undefined : join(flags.out!, problemFile);
  for (const note of problemNotes(problems, where)) console.say(note);
  checkUsable({ ...sound, problems }, `${flags.data ?? flags.model}: expected images`);
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
    const parts = [{ part: 'measured on', problems }];
    const origin = { machine: await thisMachine(), settings, problems: parts };
    const report = await evaluationReport(described, images, measured, origin);
    writeProblems(folder, parts);
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
    .option('--split <name>', 'part of the data (test, or else val, or all)')
    .option('--length <n>', 'number of scenes to paint (scenes: 100)', whole(1))
    .option('--seed <n>', 'of the painted scenes', whole(0))
    .option('--json', 'print the figures as JSON')
    .option('--out <folder>', 'write metrics.json, report.html and problems.jsonl there', pathOf)
    .option('--overwrite', 'write into a folder that is not empty')
    .option('--memory <MB>', 'most that decoded images may take', number(0, 1e6), 1000)
    .addOption(deviceOption())
    .option('--quiet', 'say nothing on the way')
    .addHelpText('after', `\n${formatHelp()}\n${examples}`)
    .action(async (flags: EvaluateFlags) => {
      outcome.code = await evaluate(flags);
    });
}
