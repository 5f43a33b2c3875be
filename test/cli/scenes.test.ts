import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { evaluateDetection, loadModel, readPalette, sceneDataset, version, writeImage } from '../../src/index';
import { thisProcess } from '../../src/platform/processIdentity';
import { readSafetensors } from '../../src/weights/safetensors';
import { logOf, runCommand, startCommand, untilStep } from '../support/command';
import { temporaryFolder } from '../support/temporaryFolder';

const test = suite('detseg on scenes');
const root = temporaryFolder('detseg Versuch ü-');

const inside = (...names: string[]) => join(root, ...names);
// One thread of plain JavaScript: nothing to compile, and the same on every machine.
const cpu = ['--device', 'cpu'];
const tiny = [
  '--format',
  'scenes',
  '--size',
  '32',
  '--length',
  '8',
  '--batch',
  '2',
  '--warm-up',
  '2',
  '--seed',
  '3',
  ...cpu,
];
const yolo = ['--model', 'yolo', '--width', '0.25', '--anchors', '2', ...tiny];
const temporary = (folder: string) =>
  readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => /\.tmp$|\.lock$/.test(name));

/** Steps of which a run holds a whole checkpoint. */
const savedSteps = (run: string) => {
  const files = readdirSync(join(run, 'checkpoint'));
  const steps = files.flatMap((name) => /^step-(\d+)\.json$/.exec(name)?.[1] ?? []).map(Number);
  assert.equal(files.sort(), steps.flatMap((step) => [`step-${step}.json`, `step-${step}.safetensors`]).sort());
  assert.ok(steps.length <= 2);
  return steps;
};

test('train, then a run that was interrupted and continued: the same weights, bit by bit', async () => {
  const [whole, parts] = [inside('whole run'), inside('broken run')];
  const words = (out: string) => ['train', ...yolo, '--steps', '10', '--save-every', '4', '--out', out];
  const straight = runCommand(words(whole));
  const { child, ended } = startCommand(words(parts));
  await untilStep(parts, 3);
  child.kill('SIGINT');
  const stopped = await ended;
  assert.is(stopped.code, 130, stopped.errors);
  assert.match(
    stopped.output,
    /interrupted after step \d+ of 10, saved in .*; continue with: detseg train --out '.*' --resume/,
  );
  const taken = Math.max(...logOf(parts).map(({ step }) => step));
  assert.ok(taken >= 3 && taken < 10, `${taken} steps`);
  assert.is(Math.max(...savedSteps(parts)), taken);
  assert.is(loadModel(parts).task, 'detection');
  assert.match(readFileSync(join(parts, 'report.html'), 'utf8'), new RegExp(`interrupted after step ${taken} of 10`));
  // What a crash may leave: half a line, and a lock of a process that is gone.
  const log = join(parts, 'metrics.jsonl');
  writeFileSync(log, `${readFileSync(log, 'utf8')}{"step":`);
  const lock = { id: '0123456789ab', ...thisProcess(), pid: 2147483646, since: '2026-01-01T00:00:00.000Z' };
  writeFileSync(join(parts, '.lock'), JSON.stringify(lock));
  writeFileSync(join(parts, 'report.html.0123456789ab.tmp'), 'half a page');
  const resumed = await runCommand(['train', '--out', parts, '--resume']);
  assert.is(resumed.code, 0, resumed.errors);
  const first = await straight;
  assert.is(first.code, 0, first.errors);
  assert.match(first.output, /^step 10 of 10: mAP@\.5 \d\.\d{3} · mAP \d\.\d{3}; report: /);
  const [a, b] = [whole, parts].map((run) => readFileSync(join(run, 'weights.safetensors')));
  assert.ok(a.equals(b), 'weights');
  // The same steps in the log, each once, and the same losses.
  const losses = (run: string) =>
    logOf(run)
      .filter((line) => line.losses)
      .map((line) => [line.step, line.losses]);
  assert.equal(losses(parts), losses(whole));
  assert.equal(
    losses(whole).map(([step]) => step),
    Array.from({ length: 10 }, (_, i) => i + 1),
  );
  for (const run of [whole, parts]) {
    assert.equal(temporary(run), []);
    const page = readFileSync(join(run, 'report.html'), 'utf8');
    assert.match(page, /<h1>yolo: circle, rectangle, triangle, star<\/h1>/);
    assert.match(page, /Images that went worst/);
    assert.ok(page.includes('Plotly.newPlot') && page.length > 4e6, 'Plotly is inside');
    assert.not.match(page.replace(/<script>[\s\S]*?<\/script>/g, ''), /(?:src|href)="(?!data:)/);
  }
});

test('evaluate prints what the library measures; info tells what there is', async () => {
  const run = inside('whole run');
  const words = [
    'evaluate',
    '--model',
    run,
    '--format',
    'scenes',
    '--split',
    'test',
    '--length',
    '6',
    '--seed',
    '5',
    ...cpu,
  ];
  const [json, table, run_, weights, machine] = await Promise.all([
    runCommand([...words, '--json', '--out', inside('measured')]),
    runCommand(words),
    runCommand(['info', run]),
    runCommand(['info', join(run, 'weights.safetensors')]),
    runCommand(['info', ...cpu]),
  ]);
  const described = loadModel(run);
  if (described.task !== 'detection') throw new Error('expected a detector');
  const scenes = sceneDataset({ split: 'test', length: 6, seed: 5, side: 32 });
  const { mAP, AP50, AR100 } = await evaluateDetection(described.model, scenes, { batchSize: 6 });
  const printed = JSON.parse(json.output);
  // The command keeps images with 8 bits a color.
  for (const [name, value] of Object.entries({ mAP, AP50, AR100 })) {
    assert.ok(Math.abs(printed[name] - value!) < 0.02, `${name} ${printed[name]}, ${value}`);
  }
  assert.is(printed.images, 6);
  assert.equal(
    printed.classes.map((row: any) => row.class),
    ['circle', 'rectangle', 'triangle', 'star'],
  );
  assert.equal(JSON.parse(readFileSync(inside('measured', 'metrics.json'), 'utf8')), printed);
  assert.ok(existsSync(inside('measured', 'report.html')));
  assert.match(table.output, /^class +truths +AP@\.5 /);
  assert.match(table.output, /\n6 images: mAP@\.5 \d\.\d{3} · mAP \d\.\d{3}\n$/);
  assert.match(run_.output, /steps: 10 of 10/);
  assert.match(run_.output, /model: yolo, \d+ parameters, images of 32×32 px/);
  assert.match(weights.output, /head\.bias +\[18\] +18/);
  assert.match(machine.output, new RegExp(`detseg: ${version.replaceAll('.', '\\.')}\n`));
  assert.match(machine.output, /device: cpu/);
});

/** Folders with images that are not of the model's size. */
function photographs(): string {
  const folder = inside('neue Bilder');
  mkdirSync(join(folder, 'mehr'), { recursive: true });
  const scenes = sceneDataset({ split: 'test', length: 2, seed: 9, side: [48, 64] });
  writeImage(join(folder, 'eins.png'), scenes.sample(0).image);
  writeImage(join(folder, 'mehr', 'zwei.jpg'), scenes.sample(1).image);
  return folder;
}

test('detect: COCO results in px of the images, and the boxes drawn', async () => {
  const [folder, out] = [photographs(), inside('found')];
  const words = ['detect', '--model', inside('whole run'), '--out', out, '--threshold', '0', ...cpu];
  const done = await runCommand([...words, folder]);
  assert.is(done.code, 0, done.errors);
  assert.match(done.output, /^2 images: \d+ things from a score of 0 on; /);
  assert.equal(readdirSync(out).sort(), ['detections.json', 'eins.png', 'images.json', 'mehr']);
  assert.equal(readdirSync(join(out, 'mehr')), ['zwei.jpg']);
  const results = JSON.parse(readFileSync(join(out, 'detections.json'), 'utf8'));
  const { images, categories, annotations } = JSON.parse(readFileSync(join(out, 'images.json'), 'utf8'));
  assert.equal(annotations, []);
  assert.equal(images, [
    { id: 1, file_name: 'eins.png', width: 64, height: 48 },
    { id: 2, file_name: 'zwei.jpg', width: 64, height: 48 },
  ]);
  assert.equal(
    categories.map(({ name }: any) => name),
    ['circle', 'rectangle', 'triangle', 'star'],
  );
  assert.ok(results.length > 0);
  for (const { image_id, category_id, bbox, score, ...rest } of results) {
    assert.equal(rest, {});
    assert.ok([1, 2].includes(image_id) && [1, 2, 3, 4].includes(category_id) && score >= 0 && score <= 1);
    const [x, y, width, height] = bbox;
    assert.ok(x >= 0 && y >= 0 && width > 0 && height > 0 && x + width <= 64.02 && y + height <= 48.02, `${bbox}`);
  }
  // One that cannot be read keeps none of the others from being done.
  const partly = inside('partly');
  mkdirSync(partly);
  cpSync(join(folder, 'eins.png'), join(partly, 'eins.png'));
  writeFileSync(join(partly, 'a.png'), 'no image');
  const some = await runCommand([
    'detect',
    '--model',
    inside('whole run'),
    '--out',
    join(partly, 'out'),
    ...cpu,
    partly,
  ]);
  assert.is(some.code, 1);
  assert.match(
    some.errors,
    /^detseg: readImageBytes: .*a\.png: expected a JPEG, PNG or BMP, got a file that begins with "no image"\n$/,
  );
  assert.match(some.output, /^1 image: /);
  assert.is(JSON.parse(readFileSync(join(partly, 'out', 'images.json'), 'utf8')).images[0].file_name, 'eins.png');
  // An image that is read is never written over.
  const same = await runCommand(['detect', '--model', inside('whole run'), '--out', folder, '--overwrite', folder]);
  assert.is(same.code, 2);
  assert.match(
    same.errors,
    /^detseg: --out: .*eins\.png would be written over an image that is read; name another folder\n$/,
  );
  // Nothing is written over without being asked, and numbers may come from elsewhere.
  const refused = await runCommand([...words, folder]);
  assert.is(refused.code, 2);
  assert.match(refused.errors, /--out .*found: the folder is not empty; name another one, or add --overwrite\n$/);
  const numbers = inside('numbers.json');
  const named = ['star', 'triangle', 'rectangle', 'circle'].map((name, i) => ({ id: 70 + i, name }));
  const pictures = images.map((image: any) => ({ ...image, id: 500 + image.id }));
  writeFileSync(numbers, JSON.stringify({ images: pictures, categories: named }));
  const renamed = await runCommand([...words, '--overwrite', '--no-images', '--numbers-of', numbers, folder]);
  assert.is(renamed.code, 0, renamed.errors);
  assert.equal(
    JSON.parse(readFileSync(join(out, 'detections.json'), 'utf8')).map((one: any) => [one.image_id, one.category_id]),
    results.map((one: any) => [500 + one.image_id, 74 - one.category_id]),
  );
});

test('u-net: train on rounded sides, evaluate, segment', async () => {
  const run = inside('pixels');
  const words = [
    'train',
    '--model',
    'u-net',
    '--width',
    '0.5',
    '--balance',
    ...tiny,
    '--size',
    '34x60',
    '--steps',
    '3',
    '--out',
    run,
  ];
  const trained = await runCommand(words);
  assert.is(trained.code, 0, trained.errors);
  assert.match(trained.errors, /size 34×60 px becomes 48×64: u-net needs multiples of 16/);
  assert.match(trained.errors, /weights of the classes: sky /);
  assert.match(trained.output, /^step 3 of 3: mean IoU \d\.\d{3} · pixel accuracy \d\.\d{3}; /);
  assert.match(readFileSync(join(run, 'report.html'), 'utf8'), /Which classes are taken for which/);
  const [folder, out] = [photographs(), inside('maps')];
  const done = await runCommand(['segment', '--model', run, '--out', out, ...cpu, '--overlay', folder]);
  assert.is(done.code, 0, done.errors);
  assert.equal(readdirSync(out).sort(), ['classes.json', 'eins-overlay.jpg', 'eins.png', 'mehr']);
  const classes = JSON.parse(readFileSync(join(out, 'classes.json'), 'utf8'));
  assert.is(classes.length, 8);
  const { indices, palette } = readPalette(join(out, 'eins.png'));
  assert.equal(indices.shape, [48, 64]);
  assert.ok(indices.data.every((label) => label < 8));
  assert.equal(
    palette,
    classes.map(({ color }: any) => color),
  );
  // The image behind --overlay is one to read, and the share has an option of its own.
  const [only, clear] = [inside('one map'), join(folder, 'eins.png')];
  const opaque = await runCommand(['segment', '--model', run, '--out', only, ...cpu, '--opacity', '1', clear]);
  assert.is(opaque.code, 0, opaque.errors);
  assert.equal(readdirSync(only).sort(), ['classes.json', 'eins-overlay.jpg', 'eins.png']);
  const small = await runCommand(['segment', '--model', run, '--out', inside('none'), '--max-pixels', '100', clear]);
  assert.is(small.code, 1);
  assert.match(
    small.errors,
    /expected at most 100 pixels \(option maxPixels; on the command line --max-pixels 3072\), got 64 × 48\n$/,
  );
  // Each command says which one is meant.
  const detected = await runCommand(['detect', '--model', run, '--out', inside('no'), folder]);
  assert.is(detected.code, 2);
  assert.match(
    detected.errors,
    /^detseg: --model: expected a detector or a model of masks, got u-net; see detseg segment\n$/,
  );
  const names = readSafetensors(join(run, 'weights.safetensors')).metadata;
  assert.equal(names, { format: 'detseg-model', architecture: 'u-net' });
});

test('faster-rcnn: trained by the shell', async () => {
  const run = inside('regions');
  const options = JSON.stringify({ pooled: 3, rpn: { limit: 5 } });
  const words = [
    'train',
    '--model',
    'faster-rcnn',
    '--width',
    '0.25',
    '--anchors',
    '2',
    ...tiny,
    '--steps',
    '2',
    '--out',
    run,
  ];
  const trained = await runCommand([...words, '--options', options]);
  assert.is(trained.code, 0, trained.errors);
  assert.match(
    trained.errors,
    /2 anchors from \d+ training boxes: \d+×\d+, \d+×\d+ px \(width × height\), mean IoU 0\.\d\d/,
  );
  const { options: used } = loadModel(run).description;
  assert.is((used.rpn as any).limit, 5);
  assert.is((used.rpn as any).shapes.length, 2);
  assert.is(used.pooled, 3);
});

test.run();
