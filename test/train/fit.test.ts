import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  adam,
  adamW,
  augmentation,
  type Batch,
  batches,
  cosineSchedule,
  createRandom,
  Dropout,
  emaWeights,
  evaluateSegmentation,
  type FitOptions,
  fit,
  freeze,
  isNormOrBias,
  type Losses,
  mean,
  multiply,
  oneCycleSchedule,
  type StateDict,
  tensor,
  UNet,
  unfreeze,
} from '../../src/index';
import { clockTime, lossFigure, progressLine } from '../../src/train/progress';
import { assertRejects } from '../support/assertThrows';
import { runNode } from '../support/inChild';
import { squares } from '../support/squares';
import { temporaryFolder } from '../support/temporaryFolder';

const test = suite('fit');
const root = temporaryFolder('detseg-fit-');

/** A net whose loss has two parts, one of them random, with dropout and batch norm: everything that has a state. */
class Noisy extends UNet {
  readonly dropout = new Dropout({ probability: 0.2, random: createRandom(5) });

  override losses(batch: Batch): Losses {
    const scores = this.dropout.forward(this.forward(batch.images));
    const weights = tensor(Array.from({ length: 3 }, () => batch.random.uniform()));
    return { ...super.losses(batch), noise: mean(multiply(multiply(scores, scores), weights)) };
  }
}

const steps = 12;

function parts(): Pick<FitOptions, 'batches' | 'progress' | 'steps'> & {
  model: UNet;
  optimizer: ReturnType<typeof adam>;
} {
  const model = new Noisy({ classes: 3, random: createRandom(1), widths: [4, 6] });
  const learningRate = cosineSchedule(1e-2, { steps });
  const augment = augmentation({ flip: 0.5, color: 0.1 });
  return {
    model,
    optimizer: adam(model, { learningRate }),
    batches: batches(squares(10), { size: 2, seed: 4, augment }),
    steps,
    progress: false,
  };
}

function assertSameState(a: StateDict, b: StateDict): void {
  assert.equal(Object.keys(a), Object.keys(b));
  for (const name in a) assert.equal(new Uint32Array(a[name].data.buffer), new Uint32Array(b[name].data.buffer), name);
}

test('learns: the loss falls, and held-out images are told', async () => {
  const model = new UNet({ classes: 3, random: createRandom(3), widths: [8, 8] });
  const optimizer = adam(model, { learningRate: cosineSchedule(1e-2, { steps: 200 }) });
  const held = squares(1000);
  const heldOut = { ...held, length: 20, sample: (index: number) => held.sample(900 + index) };
  const before = await evaluateSegmentation(model, heldOut);
  const source = batches(squares(200), { size: 8 });
  const { losses, steps, interrupted } = await fit({ model, optimizer, batches: source, steps: 200, progress: false });
  const after = await evaluateSegmentation(model, heldOut);
  assert.is(steps, 200);
  assert.not(interrupted);
  assert.is(losses.crossEntropy.length, 200);
  assert.ok(losses.crossEntropy[199] < 0.25 * losses.crossEntropy[0]);
  assert.ok(before.meanIou < 0.5 && after.meanIou > 0.85, `mean IoU ${before.meanIou}, then ${after.meanIou}`);
  assert.ok(after.pixelAccuracy > 0.95);
  const { data } = after.confusion;
  assert.is(
    data.reduce((sum, count) => sum + count, 0),
    20 * 16 * 16,
  );
});

test('a run that is stopped and continued ends as one that is not, bit by bit', async () => {
  const whole = parts();
  const unbroken = await fit(whole);
  const folder = join(root, 'resumed');
  // Stopped in step 5, continued with new objects, stopped again in step 8.
  for (const last of [5, 8, Infinity]) {
    const part = parts();
    const controller = new AbortController();
    const metrics = async () => {
      if (part.optimizer.steps === last) controller.abort();
      return { rate: part.optimizer.learningRate };
    };
    const checkpoint = { folder, every: 3, resume: true };
    const result = await fit({ ...part, checkpoint, signal: controller.signal, evaluate: { every: 1, metrics } });
    assert.is(result.steps, Math.min(last, steps));
    assert.is(result.interrupted, last < steps);
    // The checkpoint before stays beside the last one.
    assert.ok(readdirSync(folder).includes(`step-${result.steps}.json`));
    assert.is(readdirSync(folder).length, 4);
    if (last < steps) continue;
    assert.equal(result.losses, unbroken.losses);
    assert.equal(
      result.evaluations.map(({ step }) => step),
      Array.from({ length: steps }, (_, i) => i + 1),
    );
    assertSameState(await part.model.stateDict(), await whole.model.stateDict());
    assertSameState(part.optimizer.stateDict().slots, whole.optimizer.stateDict().slots);
  }
});

/** Everything at once: groups, a part that is frozen for six steps, batches that add up, averaged weights, clipping. */
function everything(taken: number) {
  const model = new Noisy({ classes: 3, random: createRandom(1), widths: [4, 6] });
  const groups = [
    { parameters: isNormOrBias, weightDecay: 0 },
    { parameters: model.stem, rateFactor: 0.5 },
  ];
  const learningRate = oneCycleSchedule(1e-2, { steps });
  const optimizer = adamW(model, { learningRate, groups, clipValue: 0.1, clipNorm: 1 });
  const rest = (step: number) => (step < 6 ? freeze(model.stem) : unfreeze(model.stem));
  rest(taken);
  const onStep: FitOptions['onStep'] = ({ step }) => rest(step);
  return { ...parts(), model, optimizer, accumulate: 2, average: emaWeights(model, { decay: 0.8 }), onStep };
}

test('with groups, a frozen part, accumulation and averaged weights, too, a continued run ends bit by bit as another', async () => {
  const whole = everything(0);
  const unbroken = await fit(whole);
  const checkpoint = { folder: join(root, 'everything'), resume: true };
  for (const [first, last] of [
    [0, 4],
    [4, 8],
    [8, Infinity],
  ]) {
    const part = everything(first);
    const controller = new AbortController();
    const metrics = async () => {
      if (part.optimizer.steps === last) controller.abort();
      return {};
    };
    const result = await fit({ ...part, checkpoint, signal: controller.signal, evaluate: { every: 1, metrics } });
    assert.is(result.steps, Math.min(last, steps));
    if (last < steps) continue;
    assert.equal(result.losses, unbroken.losses);
    assertSameState(await part.model.stateDict(), await whole.model.stateDict());
    assertSameState(part.optimizer.stateDict().slots, whole.optimizer.stateDict().slots);
    assertSameState(part.average.stateDict().averages, whole.average.stateDict().averages);
    assert.equal([...part.optimizer.stateDict().slots['stem.layers.0.weight.steps'].data], [6]);
  }
});

test('accumulate: a step takes its batches one after the other, and its losses are their means', async () => {
  const { model, optimizer, batches: source } = parts();
  const taken: number[] = [];
  const watched = {
    ...source,
    batch(step: number) {
      taken.push(step);
      return source.batch(step);
    },
  };
  const seen: number[] = [];
  const losses = model.losses.bind(model);
  model.losses = (batch) => {
    const found = losses(batch);
    for (const loss of Object.values(found)) loss.data().then(([value]) => seen.push(value));
    return found;
  };
  const result = await fit({ model, optimizer, batches: watched, steps: 2, accumulate: 3, progress: false });
  assert.equal(taken, [0, 1, 2, 3, 4, 5]);
  assert.is(optimizer.steps, 2);
  const first = [0, 2, 4].reduce((sum, i) => sum + seen[i], 0) / 3;
  assert.is(seen.length, 12);
  assert.ok(Math.abs(result.losses.crossEntropy[0] - first) < 1e-6, `${result.losses.crossEntropy[0]} ${first}`);
});

test('an optimizer of another model is refused, one of a part of this model is not', async () => {
  const other = parts();
  await assertRejects(
    () => fit({ ...parts(), optimizer: other.optimizer }),
    /^fit: expected an optimizer of this model's parameters, got one with \[stem\.layers\.0\.weight \[5, 5, 3, 4\], .*, and \d+ more\] of another; make it for the model that is trained$/,
  );
  const { model, ...rest } = parts();
  const mixed = adam([...model.scores.parameters(), ...other.model.scores.parameters()], { learningRate: 1e-2 });
  await assertRejects(() => fit({ ...rest, model, optimizer: mixed }), /got one with \[2 \[1, 1, 4, 3\], 3 \[3\]\] of/);
  const before = await model.stateDict();
  await fit({ ...rest, model, optimizer: adam(model.scores, { learningRate: 1e-2 }), steps: 1 });
  const after = await model.stateDict();
  assert.equal(after['stem.layers.0.weight'].data, before['stem.layers.0.weight'].data);
  assert.not.equal(after['scores.weight'].data, before['scores.weight'].data);
});

test('every step is told, with its losses and what was measured', async () => {
  const seen: Parameters<NonNullable<FitOptions['onStep']>>[0][] = [];
  const evaluate = { every: 5, metrics: async () => ({ one: 1 }) };
  const { losses } = await fit({ ...parts(), evaluate, onStep: (done) => seen.push(done) });
  assert.equal(
    seen.map(({ step }) => step),
    Array.from({ length: steps }, (_, i) => i + 1),
  );
  assert.equal(
    seen.map((done) => done.losses.total),
    losses.total,
  );
  assert.equal(
    seen.flatMap(({ evaluation }) => evaluation ?? []),
    [5, 10, 12].map((step) => ({ step, metrics: { one: 1 } })),
  );
});

test('the parts of the loss have curves, and add up to the total', async () => {
  const { losses } = await fit(parts());
  assert.equal(Object.keys(losses), ['crossEntropy', 'noise', 'total']);
  for (let i = 0; i < steps; i++) {
    assert.ok(Math.abs(losses.crossEntropy[i] + losses.noise[i] - losses.total[i]) < 1e-5);
  }
});

test('Ctrl-C ends the run after its step and saves it', async () => {
  const folder = join(root, 'interrupted');
  const program = `
    const detseg = require(${JSON.stringify(join(__dirname, '../../src/index.js'))});
    const { squares } = require(${JSON.stringify(join(__dirname, '../support/squares.js'))});
    const model = new detseg.UNet({ classes: 3, random: detseg.createRandom(1), widths: [4, 6] });
    const optimizer = detseg.adam(model, { learningRate: 1e-2 });
    const metrics = async () => {
      if (optimizer.steps === 3) process.kill(process.pid, 'SIGINT');
      await new Promise((resolve) => setTimeout(resolve, 50));
      return {};
    };
    const checkpoint = { folder: ${JSON.stringify(folder)} };
    detseg
      .fit({ model, optimizer, batches: detseg.batches(squares(4), { size: 2 }), steps: 100, checkpoint, evaluate: { every: 1, metrics } })
      .then(({ steps, interrupted }) => { console.log(JSON.stringify({ steps, interrupted })); process.exit(0); });
  `;
  if (process.platform === 'win32') return;
  const { code, output, errors } = await runNode(['-e', program]);
  assert.is(code, 0, errors);
  assert.equal(JSON.parse(output), { steps: 3, interrupted: true });
  assert.equal(readdirSync(folder).sort(), ['step-3.json', 'step-3.safetensors']);
});

test('a loss that is not finite is an error; the checkpoint before it stays', async () => {
  const folder = join(root, 'infinite');
  const part = parts();
  const { batches: source } = part;
  const broken = {
    ...source,
    batch(step: number) {
      const batch = source.batch(step);
      return step < 4 ? batch : { ...batch, images: tensor(new Float32Array(2 * 768).fill(Infinity), [2, 16, 16, 3]) };
    },
  };
  await assertRejects(
    () => fit({ ...part, batches: broken, checkpoint: { folder, every: 2 } }),
    /^step 4: expected a finite loss/,
  );
  assert.equal(
    readdirSync(folder).sort(),
    ['step-2', 'step-4'].flatMap((name) => [`${name}.json`, `${name}.safetensors`]),
  );
  const again = await fit({ ...parts(), checkpoint: { folder, resume: true } });
  assert.is(again.steps, steps);
});

test('checkpoints that do not fit are errors, and change nothing', async () => {
  const folder = join(root, 'unfit');
  await fit({ ...parts(), steps: 2, checkpoint: { folder } });
  const record = join(folder, 'step-2.json');
  await assertRejects(
    () => fit({ ...parts(), checkpoint: { folder } }),
    `fit: ${folder} holds a checkpoint; set resume to continue it, or remove the folder`,
  );
  const checkpoint = { folder, resume: true };
  await assertRejects(
    () => fit({ ...parts(), checkpoint, batches: batches(squares(10), { size: 5, seed: 4 }) }),
    `fit: ${folder}: expected batches of size 2 and seed 4, got size 5 and seed 4`,
  );
  await assertRejects(
    () => fit({ ...parts(), checkpoint, steps: 1 }),
    `fit: ${folder}: expected at most 1 steps, got 2`,
  );
  await assertRejects(
    () => fit({ ...parts(), checkpoint, accumulate: 2 }),
    `fit: ${folder}: expected accumulate 1, got 2`,
  );
  const averaged = parts();
  const average = emaWeights(averaged.model);
  await assertRejects(
    () => fit({ ...averaged, checkpoint, average }),
    /step-2\.safetensors: expected averaged weights, got none; continue with the same settings$/,
  );
  const withAverage = join(root, 'average');
  await fit({ ...averaged, steps: 1, average, checkpoint: { folder: withAverage } });
  await assertRejects(
    () => fit({ ...parts(), checkpoint: { folder: withAverage, resume: true } }),
    /expected a checkpoint without averaged weights, got some; continue with the same settings$/,
  );
  const other = new UNet({ classes: 4, random: createRandom(1), widths: [4, 6] });
  const before = await other.stateDict();
  await assertRejects(
    () => fit({ ...parts(), checkpoint, model: other, optimizer: adam(other, { learningRate: 1 }) }),
    /^loadCheckpoint: .*step-2\.safetensors: loadStateDict: expected /,
  );
  assertSameState(await other.stateDict(), before);

  const good = readFileSync(record, 'utf8');
  const state = JSON.parse(good);
  delete state.crc32;
  const sealed = (change: object) => {
    const content = { ...state, ...change };
    const sum = crc32(JSON.stringify(content)).toString(16).padStart(8, '0');
    return JSON.stringify({ ...content, crc32: sum });
  };
  const losses = { ...state.history.losses, total: [1] };
  for (const [text, reason] of [
    ['{', /step-2\.json: expected JSON: .*; no older checkpoint is left: remove the folder to train anew$/],
    ['null', /step-2\.json: expected an object;/],
    [good.replace('"step":2', '"step":-2'), /step-2\.json: expected the checksum [0-9a-f]{8}, got [0-9a-f]{8}: /],
    [sealed({ step: -2 }), /step-2\.json: expected step to be a whole number, got -2;/],
    [sealed({ history: { ...state.history, losses } }), /history\.losses\.total: expected 2 finite numbers;/],
    [sealed({ step: 1 }), /step-2\.json: expected step 2, as the file is called, got 1;/],
  ] as const) {
    assert.not.equal(text, good);
    writeFileSync(record, text);
    await assertRejects(() => fit({ ...parts(), checkpoint }), reason);
  }
});

test('wrong settings are errors', async () => {
  await assertRejects(() => fit({ ...parts(), steps: 0 }), 'fit: expected steps to be a whole number ≥ 1, got 0');
  const metrics = async () => ({});
  await assertRejects(
    () => fit({ ...parts(), evaluate: { every: 0.5, metrics } }),
    'fit: expected evaluate.every to be a whole number ≥ 1, got 0.5',
  );
  await assertRejects(
    () => fit({ ...parts(), accumulate: 0 }),
    'fit: expected accumulate to be a whole number ≥ 1, got 0',
  );
  const seen = parts();
  const average = emaWeights(seen.model);
  await average.update();
  await assertRejects(() => fit({ ...seen, average }), 'fit: expected new averages, got those of 1 steps');
  const used = parts();
  await fit({ ...used, steps: 1 });
  await assertRejects(() => fit(used), 'fit: expected a new optimizer, got one after 1 steps');
});

test('running values are computed every step, even where the optimizer knows of parameters alone', async () => {
  const { model, ...rest } = parts();
  await fit({ ...rest, model, optimizer: adam(model.parameters(), { learningRate: 1e-2 }) });
  assert.ok(model.runningValues().length > 0);
  for (const { value } of model.runningValues()) assert.is(value.call, null);
});

test('progress: a line with all figures, and curves of at most 400 points', () => {
  const losses = { total: Array.from({ length: 1000 }, (_, i) => i) };
  const history = { losses, evaluations: [{ step: 500, metrics: { meanIou: 0.75 } }], seconds: 1 };
  const line = progressLine(history, { step: 1000, steps: 3000, speed: 200, batchSize: 4 });
  assert.is(line, 'step 1000/3000 · total 999 · meanIou 0.750 · 200 images/s · 0:40 left');
  const [curve, metric] = lossFigure(history).data as { x: number[]; y: number[]; yaxis?: string }[];
  assert.is(curve.x.length, 334);
  assert.equal([curve.x[1], curve.y[1]], [3, 4]);
  assert.equal([metric.x, metric.y], [[500], [0.75]]);
  assert.equal([curve.yaxis, metric.yaxis], [undefined, 'y2'], 'what is measured has an axis of its own');
  assert.equal([59.6, 65, 7385].map(clockTime), ['1:00', '1:05', '2:03:05']);
});

test.run();
