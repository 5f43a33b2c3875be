import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { printable } from '../checks/printable';
import type { Dataset } from '../data/dataset';
import { ImageProblem, joinProblems, problemLog } from '../data/problems';
import type { Task } from '../models/architectures';
import { modelFiles, readModelSummary } from '../models/savedModel';
import { sizeOf } from '../shape/shape';
import { readSafetensorsHeader } from '../weights/safetensors';
import { lineOf, listed, shellConsole } from './console';
import { addDataOptions, type DataFlags, formatHelp, namesOf, requestOf } from './dataOptions';
import { findFormat, openData, partsOf } from './findFormat';
import { type AnySample, checkUsable, formatOf } from './formats';
import { chooseDevice, deviceOption, thisMachine } from './machine';
import { metricsLines } from './metricsLog';
import type { Outcome } from './outcome';
import { problemNotes, writeProblemFile } from './problemNotes';
import { hasRun, readRun, runFiles } from './runFolder';
import { textTable } from './table';
import { usualPart } from './trainingData';
import { counted, exitCodes, pathOf, sizeText } from './usage';

interface InfoFlags extends Partial<DataFlags> {
  split?: string;
  task?: Task;
  problems?: string;
  device?: string;
}

const examples = `
Examples:
  $ detseg info                                     the version, and what computes here
  $ detseg info run                                 what was trained, and how far
  $ detseg info weights.safetensors                 names and shapes of the tensors
  $ detseg info --data photographs                  a data set: its format is found
  $ detseg info --format voc --data photographs --split train --problems problems.jsonl`;

type Print = (text: string) => void;

function describeModel(folder: string, print: Print): void {
  const { task, description, parameters } = readModelSummary(folder);
  const { architecture, size, classes, options } = description;
  print(`model: ${architecture}, ${parameters} parameters, images of ${sizeText(size)} px`);
  print(`classes: ${listed(namesOf(task, classes))}`);
  print(lineOf(`options: ${JSON.stringify(options)}`));
}

function describeRun(folder: string, print: Print): void {
  const { settings, notes, started, ended, machine } = readRun(folder);
  print(printable(`run: begun ${started}${ended ? `, ended ${ended}` : ', not ended'}; ${machine.device}`));
  for (const note of notes) print(lineOf(`  ${note}`));
  let [step, measured] = [0, ''];
  for (const { line } of metricsLines(join(folder, runFiles.metrics))) {
    step = Math.max(step, line.step);
    if (line.metrics) measured = `measured after step ${line.step}: ${JSON.stringify(line.metrics)}`;
  }
  print(`steps: ${step} of ${settings.steps}`);
  if (measured !== '') print(lineOf(measured));
}

function describeWeights(path: string, print: Print): void {
  const { shapes, metadata } = readSafetensorsHeader(path);
  const rows = Object.entries(shapes).map(([name, shape]) => [name, `[${shape.join(', ')}]`, sizeOf(shape)] as const);
  print(textTable(['tensor', 'shape', 'numbers'], rows));
  const total = rows.reduce((sum, [, , size]) => sum + size, 0);
  print(lineOf(`${counted(rows.length, 'tensor')}, ${counted(total, 'number')}; ${JSON.stringify(metadata)}`));
}

function describePath(path: string, print: Print): void {
  if (!existsSync(path)) throw new Error(`${path}: no such file or folder`);
  if (!statSync(path).isDirectory()) {
    describeWeights(path, print);
    return;
  }
  const [run, model] = [hasRun(path), existsSync(join(path, modelFiles.description))];
  if (!run && !model) {
    throw new Error(`${path}: expected a run or a model, found neither; is it a data set? detseg info --data ${path}`);
  }
  if (run) describeRun(path, print);
  if (model) describeModel(path, print);
}

/** A note without what would command a terminal, and not too long; what it begins with stays. */
const shortLine = (note: string) => `${/^ */.exec(note)![0]}${lineOf(note.trimStart())}`;

/** Whether it is objects that a task has labels of, and not pixels. */
const countsObjects = (task: Task) => task === 'detection' || task === 'instances';

/** What the images of a data set hold, one after the other. */
function countedLabels(dataset: Dataset<AnySample>, names: readonly string[], strict: boolean) {
  const [counts, objects] = [names.map(() => 0), dataset.classes.things.map(() => 0)];
  const sizes = new Map<string, number>();
  const log = problemLog('info', 'skip');
  for (let index = 0; index < dataset.length; index++) {
    let sample: AnySample;
    try {
      sample = dataset.sample(index);
    } catch (error) {
      if (strict) throw error;
      const { at, reason } = error instanceof ImageProblem ? error : { at: `image ${index}`, reason: String(error) };
      log.note('images', at, reason);
      continue;
    }
    const { image, labels, semantic } = sample;
    const key = `${image.shape[0]}×${image.shape[1]}`;
    sizes.set(key, (sizes.get(key) ?? 0) + 1);
    for (const label of semantic?.data ?? []) if (label < counts.length) counts[label]++;
    for (const label of labels?.data ?? []) if (label < objects.length) objects[label]++;
  }
  return { counts, objects, sizes, problems: log.problems };
}

function describeData(flags: InfoFlags, print: Print): void {
  const paths = requestOf(flags);
  const found = flags.format === undefined ? findFormat(paths, flags.task) : null;
  if (found) print(found.note);
  const name = flags.format ?? found!.format;
  const format = formatOf(name);
  const task = flags.task ?? found?.task ?? format.tasks[0];
  const request = { ...paths, task };
  const parts = partsOf(name, request);
  const split = flags.split ?? usualPart(parts);
  const size = { height: 64, width: 64 };
  const data = openData(name, { ...request, size, split, seed: 1 });
  const { dataset } = data;
  const names = namesOf(task, dataset.classes);
  print(`${name}${split ? `, ${split}` : ''}: ${counted(dataset.length, 'image')}; classes: ${listed(names)}`);
  const others = parts.filter((part) => part !== split);
  if (others.length > 0) print(`other parts, with --split: ${others.join(', ')}`);
  if (found && found.others.length > 0) print(`other labels, with --task: ${found.others.join(', ')}`);
  const { counts, objects, sizes, problems: broken } = countedLabels(dataset, names, flags.strict ?? false);
  const first = dataset.classes.stuff.length;
  if (task === 'panoptic') {
    const rows = names.map((one, k) => [one, counts[k], k < first ? null : objects[k - first]]);
    print(textTable(['class', 'pixels', 'objects'], rows));
  } else {
    const heading = task === 'detection' ? 'boxes' : task === 'instances' ? 'masks' : 'pixels';
    print(
      textTable(
        ['class', heading],
        names.map((one, k) => [one, countsObjects(task) ? objects[k] : counts[k]]),
      ),
    );
  }
  const common = [...sizes].sort(([, a], [, b]) => b - a).slice(0, 5);
  if (common.length > 0) print(`sizes: ${common.map(([key, count]) => `${key} px (${count})`).join(', ')}`);
  const problems = joinProblems(data.problems, broken);
  for (const note of problemNotes(problems, flags.problems)) print(shortLine(note));
  if (flags.problems !== undefined) writeProblemFile(flags.problems, [{ part: split ?? '', problems }]);
  const left = { ...data, problems, dataset: { ...dataset, length: dataset.length - broken.images } };
  checkUsable(left, `${flags.data ?? name}: expected images that can be used`);
}

async function info(paths: string[], flags: InfoFlags): Promise<number> {
  const { print } = shellConsole();
  for (const path of paths) describePath(path, print);
  const named = [flags.format, flags.data, flags.images, flags.annotations];
  if (named.some((part) => part !== undefined)) describeData(flags, print);
  else if (paths.length === 0) {
    await chooseDevice(flags.device);
    for (const [name, value] of Object.entries(await thisMachine())) print(`${name}: ${value}`);
  }
  return exitCodes.done;
}

/** `detseg info`. */
export function addInfo(root: Command, outcome: Outcome): Command {
  const command = root
    .command('info')
    .description('tell what a run, a model, a file of weights or a data set holds, and what computes here')
    .argument('[paths...]', 'folders of runs or models, safetensors files');
  return addDataOptions(command)
    .option('--split <name>', 'part of the data (train, or all)')
    .option('--problems <file>', 'write all that was left out there, a line of JSON each', pathOf)
    .addOption(
      new Option('--task <name>', 'which labels of the data, where it has several').choices([
        'detection',
        'segmentation',
        'instances',
        'panoptic',
      ]),
    )
    .addOption(deviceOption())
    .addHelpText('after', `\n${formatHelp()}\n${examples}`)
    .action(async (paths: string[], flags: InfoFlags) => {
      outcome.code = await info(paths, flags);
    });
}
