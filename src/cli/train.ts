import { existsSync, readdirSync, rmdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { augmentation } from '../data/augment';
import { batches } from '../data/batches';
import { architectures, createModel } from '../models/architectures';
import { saveModel } from '../models/savedModel';
import { adam, adamW } from '../optim/adam';
import { constantSchedule, cosineSchedule, warmUpSchedule } from '../optim/schedule';
import { replaceFile } from '../platform/replaceFile';
import { createRandom } from '../tensor/random';
import { type FitResult, fit } from '../train/fit';
import { progressLine } from '../train/progress';
import { beginRun, begunSettings, reopenData } from './beginning';
import { type Console, shellConsole } from './console';
import { formatHelp } from './dataOptions';
import { codeOf, type Ending, onEnding } from './endings';
import { isFree, lockFolder, resultFolder } from './folders';
import { formatOf } from './formats';
import { chooseDevice } from './machine';
import { figuresOf, figuresText, type Measured, mainFigures, measure } from './measure';
import { type MetricsLog, openMetricsLog } from './metricsLog';
import type { Outcome } from './outcome';
import { writeProblems } from './problemNotes';
import { runReport } from './report';
import { clearRun, hasRun, type RunRecord, readRun, runFiles, writeRun } from './runFolder';
import type { TrainingData } from './trainingData';
import { addTrainOptions, continuedSettings, type TrainFlags } from './trainSettings';
import { counted, exitCodes, sizeText, UsageError } from './usage';

const examples = `
Examples:
  $ detseg train --format scenes --model yolo --steps 500 --out run
  $ detseg train --data photographs --model faster-rcnn --size 192x256 --steps 4000 --out run
  $ detseg train --format voc --data kangaroos --images images --annotations annots --model yolo --out run
  $ detseg train --format scenes --model u-net --size 64 --balance --out run
  $ detseg train --data nuclei --model mask-rcnn --classes nucleus --size 128 --out run
  $ detseg train --data coco --format coco-panoptic --model panoptic-fpn --out run
  $ detseg train --out run --resume

Sides of --size are rounded up to what the model needs: multiples of 8 for yolo and deconv-net, 4 for faster-rcnn and mask-rcnn, 32 for fcn, 16 for all others.
Anchor boxes come from k-means on the widths and heights of the training boxes at that size: as many as still fit better, at most nine; for retinanet,
ssd, yolo-fpn and panoptic-fpn two a map. These and fcos look at as many maps, of strides 4 to 64 px, as the sizes of the training boxes need.
--options takes what the model's constructor takes; here those of the region proposal network, and what is reported of an image:
  --options '{"rpn": {"limit": 60}, "detections": {"limit": 60}}'

The folder holds model.json and weights.safetensors, which detect, segment and evaluate use as --model; run.json with all settings;
metrics.jsonl with a line a step; problems.jsonl with all that was left out of the data; checkpoint/; and report.html, which needs no network. Ctrl-C ends the run after its step and saves it;
--resume continues it to the same numbers, bit by bit, on the same device.`;

/** Everything that a run is made of. Nothing is written yet, and no setting is left unchecked. */
function made(record: RunRecord, data: TrainingData) {
  const { settings } = record;
  const { steps, seed, learningRate, warmUp, weightDecay, batch } = settings;
  if (batch > data.train.length) {
    const images = counted(data.train.length, 'training image');
    throw new UsageError(`--batch: expected at most the ${images}, got ${batch}`);
  }
  const described = createModel(record.model, createRandom(seed));
  const falling =
    settings.schedule === 'cosine'
      ? cosineSchedule(learningRate, { steps: Math.max(1, steps - warmUp) })
      : constantSchedule(learningRate);
  const rate = warmUp > 0 ? warmUpSchedule(falling, { steps: warmUp }) : falling;
  const common = { learningRate: rate, clipNorm: settings.clip };
  const optimizer =
    weightDecay > 0 ? adamW(described.model, { ...common, weightDecay }) : adam(described.model, common);
  const source = batches(data.train, { size: batch, seed, augment: augmentation(settings.augment) });
  return { record, data, described, rate, optimizer, source };
}

/** Trains as a record says, and measures. */
async function run(
  folder: string,
  { record, data, described, rate, optimizer, source }: ReturnType<typeof made>,
  { resume, console }: { resume: boolean; console: Console },
): Promise<{
  history: FitResult;
  measured: Measured | null;
  ending: Ending | null;
}> {
  const { settings } = record;
  const { steps, batch } = settings;
  const every = settings.saveEvery;
  const checkpoint = { folder: join(folder, runFiles.checkpoint), every, resume, onNote: console.warn };
  let measured: Measured | null = null;
  let log: MetricsLog | null = null;
  let spoken = performance.now();
  const started = performance.now();
  const ended = new AbortController();
  let ending: Ending | null = null;
  const stopListening = onEnding((signal) => {
    ending = signal;
    // Below the line of progress.
    if (process.stderr.isTTY) process.stderr.write('\n');
    console.say(`${signal}: saving after this step; once more ends at once`);
    ended.abort();
  });
  try {
    const history = await fit<any>({
      model: described.model,
      optimizer,
      batches: source,
      steps,
      checkpoint,
      signal: ended.signal,
      progress: !console.quiet && process.stderr.isTTY === true,
      evaluate: {
        every: settings.evaluateEvery ?? Math.max(1, Math.ceil(steps / 4)),
        async metrics() {
          measured = await measure(described, data.validation);
          return mainFigures(measured);
        },
      },
      onStep({ step, losses, evaluation }) {
        log ??= openMetricsLog(join(folder, runFiles.metrics), step - 1);
        const seconds = Number(((performance.now() - started) / 1000).toFixed(3));
        log.add({ step, losses, learningRate: rate(step - 1), seconds });
        if (evaluation) log.add({ step, metrics: figuresOf(measured!) });
        if (step % every === 0 || step === steps || ended.signal.aborted) log.sync();
        const due = performance.now() - spoken > 10_000 || evaluation !== undefined;
        if (process.stderr.isTTY || !due) return;
        spoken = performance.now();
        const curves = Object.fromEntries(Object.entries(losses).map(([name, loss]) => [name, [loss]]));
        const speed = (optimizer.steps * batch * 1000) / (performance.now() - started);
        const evaluations = evaluation ? [evaluation] : [];
        const at = { step, steps, speed, batchSize: batch };
        console.say(progressLine({ losses: curves, evaluations, seconds }, at));
      },
    });
    // A run that had no step left to take is measured all the same.
    if (!history.interrupted) measured ??= await measure(described, data.validation);
    return { history, measured, ending };
  } finally {
    stopListening();
    (log as MetricsLog | null)?.close();
  }
}

function checkFlags(flags: TrainFlags): void {
  if (flags.resume && flags.overwrite) throw new UsageError('--resume and --overwrite exclude each other');
  if (flags.resume) {
    if (!hasRun(flags.out)) throw new UsageError(`--resume: ${flags.out} holds no run`);
    return;
  }
  if (flags.model === undefined) throw new UsageError(`--model: expected one of ${architectures.join(', ')}, got none`);
  if (flags.format !== undefined) formatOf(flags.format);
  if (!existsSync(flags.out) || !statSync(flags.out).isDirectory()) return;
  if (hasRun(flags.out) && flags.overwrite) return;
  if (hasRun(flags.out)) {
    throw new UsageError(
      `--out ${flags.out}: the folder holds a run; add --resume to continue it, or --overwrite to replace it`,
    );
  }
  // A lock alone is what an attempt left that did not get far. Files of something else are not touched, whatever is said.
  if (!isFree(flags.out)) {
    throw new UsageError(`--out ${flags.out}: the folder is not empty and holds no run; name another one`);
  }
}

/** Begins or continues a run in a folder that is this process's alone. */
async function trainIn(folder: string, flags: TrainFlags, command: Command): Promise<number> {
  const console = shellConsole(flags);
  const saved = flags.resume ? readRun(folder) : null;
  const begun = saved ? null : begunSettings(flags);
  const settings = begun?.settings ?? continuedSettings(saved!.settings, flags, command);
  await chooseDevice(settings.device);
  const chosen = command.getOptionValueSource('batch') === 'cli';
  const { record, data } = begun
    ? await beginRun(begun, console, { chosen })
    : { record: { ...saved!, settings }, data: await reopenData(saved!, settings, { folder, console }) };
  const parts = made(record, data);
  // Nothing of the folder is touched before it is certain that the run can begin.
  if (flags.overwrite) clearRun(folder);
  writeRun(folder, record);
  writeProblems(folder, data.problems);
  const { architecture, size } = record.model;
  const images = `${counted(data.train.length, 'training image')}, ${data.validation.length} to measure on`;
  console.say(`${architecture}, ${sizeText(size)} px, ${images}; ${record.machine.device}`);
  for (const note of record.notes) console.say(`  ${note}`);
  const done = await run(folder, parts, { resume: saved !== null, console });
  const { described } = parts;
  await saveModel(folder, described);
  const finished = { ...record, ended: new Date().toISOString() };
  writeRun(folder, finished);
  const { validation, problems } = data;
  const report = await runReport({ record: finished, data: validation, described, problems, ...done });
  replaceFile(null, join(folder, runFiles.report), report);
  const { history, measured, ending } = done;
  const step = `step ${history.steps} of ${settings.steps}`;
  if (history.interrupted) {
    const again = `detseg train --out ${quoted(flags.out)} --resume`;
    console.print(`interrupted after ${step}, saved in ${flags.out}; continue with: ${again}`);
    return codeOf(ending);
  }
  console.print(`${step}: ${figuresText(mainFigures(measured!))}; report: ${join(flags.out, runFiles.report)}`);
  return exitCodes.done;
}

async function train(flags: TrainFlags, command: Command): Promise<number> {
  checkFlags(flags);
  const folder = resolve(flags.out);
  const isNew = !existsSync(folder);
  resultFolder(folder, { overwrite: true });
  const release = lockFolder(folder);
  try {
    return await trainIn(folder, flags, command);
  } finally {
    release();
    // A run that could not begin leaves nothing behind.
    if (isNew && readdirSync(folder).length === 0) rmdirSync(folder);
  }
}

/** A path as the shell takes it. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** `detseg train`. */
export function addTrain(root: Command, outcome: Outcome): Command {
  const command = root.command('train').description('train a model from scratch on labeled images');
  return addTrainOptions(command)
    .addHelpText('after', `\n${formatHelp()}\n${examples}`)
    .action(async (flags: TrainFlags) => {
      outcome.code = await train(flags, command);
    });
}
