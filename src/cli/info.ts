import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { printable } from '../checks/printable';
import { modelFiles, readModelSummary } from '../models/savedModel';
import { sizeOf } from '../shape/shape';
import { readSafetensorsHeader } from '../weights/safetensors';
import { lineOf, listed, shellConsole } from './console';
import { addDataOptions, type DataFlags, formatHelp, namesOf, requestOf } from './dataOptions';
import { type AnySample, formatOf, openData, problemNotes } from './formats';
import { chooseDevice, deviceOption, thisMachine } from './machine';
import { metricsLines } from './metricsLog';
import type { Outcome } from './outcome';
import { hasRun, readRun, runFiles } from './runFolder';
import { textTable } from './table';
import { counted, exitCodes, sizeText, UsageError } from './usage';

interface InfoFlags extends Partial<DataFlags> {
  split?: string;
  task?: 'detection' | 'segmentation';
  device?: string;
}

const examples = `
Examples:
  $ detseg info                                     the version, and what computes here
  $ detseg info run                                 what was trained, and how far
  $ detseg info weights.safetensors                 names and shapes of the tensors
  $ detseg info --format voc --data photographs --split train`;

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
    throw new Error(`${path}: expected a run or a model, found neither; of a data set, say its --format and --data`);
  }
  if (run) describeRun(path, print);
  if (model) describeModel(path, print);
}

function describeData(flags: InfoFlags, print: Print): void {
  if (flags.format === undefined) throw new UsageError('--format: expected one beside --data, got none');
  const size = { height: 64, width: 64 };
  const format = formatOf(flags.format);
  const task = flags.task ?? format.task ?? 'detection';
  const request = { ...requestOf(flags as DataFlags), task };
  const split = flags.split ?? format.parts(request)?.train;
  const { dataset, notes } = openData(flags.format, { ...request, size, split, seed: 1 });
  const names = namesOf(task, dataset.classes);
  print(`${flags.format}${split ? `, ${split}` : ''}: ${counted(dataset.length, 'image')}; classes: ${listed(names)}`);
  for (const note of notes) print(lineOf(`  ${note}`));
  const counts = names.map(() => 0);
  const sizes = new Map<string, number>();
  const broken: string[] = [];
  for (let index = 0; index < dataset.length; index++) {
    let sample: AnySample;
    try {
      sample = dataset.sample(index);
    } catch (error) {
      if (flags.strict) throw error;
      broken.push((error as Error).message);
      continue;
    }
    const { image, labels, semantic } = sample;
    const key = `${image.shape[0]}×${image.shape[1]}`;
    sizes.set(key, (sizes.get(key) ?? 0) + 1);
    for (const label of (task === 'detection' ? labels : semantic)?.data ?? []) {
      if (label < counts.length) counts[label]++;
    }
  }
  print(
    textTable(
      ['class', task === 'detection' ? 'boxes' : 'pixels'],
      names.map((name, k) => [name, counts[k]]),
    ),
  );
  for (const note of problemNotes({ images: broken.length, objects: 0, clipped: 0, turned: 0, texts: broken }))
    print(`  ${note}`);
  const common = [...sizes].sort(([, a], [, b]) => b - a).slice(0, 5);
  print(`sizes: ${common.map(([key, count]) => `${key} px (${count})`).join(', ')}`);
}

async function info(paths: string[], flags: InfoFlags): Promise<number> {
  const { print } = shellConsole();
  for (const path of paths) describePath(path, print);
  if (flags.format !== undefined || flags.data !== undefined) describeData(flags, print);
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
    .option('--split <name>', 'part of the data, in the words of the format')
    .addOption(
      new Option('--task <name>', 'which labels of the data, where it has both').choices(['detection', 'segmentation']),
    )
    .addOption(deviceOption())
    .addHelpText('after', `\n${formatHelp()}\n${examples}`)
    .action(async (paths: string[], flags: InfoFlags) => {
      outcome.code = await info(paths, flags);
    });
}
