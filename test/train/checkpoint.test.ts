import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { adam, hasCheckpoint, loadCheckpoint, saveCheckpoint } from '../../src/index';
import { assertThrows } from '../support/assertThrows';
import { quadrants, SmallNet } from '../support/model';
import { inWords, recordDisk, statesAfter } from '../support/recordedDisk';
import { temporaryFolder } from '../support/temporaryFolder';

const test = suite('checkpoint');
const root = temporaryFolder('detseg-checkpoint-');

/** A net that trains, and saves itself after each step. */
function trained(folder: string) {
  const model = new SmallNet();
  const optimizer = adam(model, { learningRate: 1e-2 });
  const losses: number[] = [];
  return {
    model,
    optimizer,
    async step() {
      losses.push(await optimizer.step(model.loss(quadrants(losses.length, 2))));
      const history = { losses: { total: [...losses] }, evaluations: [], seconds: 1 };
      await saveCheckpoint(folder, {
        model,
        optimizer,
        state: { step: losses.length, seed: 1, batchSize: 2, accumulate: 1, history },
      });
      return (await model.stateDict()) as Record<string, { data: Float32Array }>;
    },
  };
}

/** A net that has not trained, and what it was told while it was read from a folder. */
function loaded(folder: string) {
  const model = new SmallNet();
  const notes: string[] = [];
  const state = loadCheckpoint(folder, {
    model,
    optimizer: adam(model, { learningRate: 1e-2 }),
    onNote: (text) => notes.push(text),
  });
  return { model, notes, ...state };
}

/** The file with one bit of one byte turned. */
function flipped(path: string, byte: number): void {
  const bytes = readFileSync(path);
  bytes[byte < 0 ? bytes.length + byte : byte] ^= 4;
  writeFileSync(path, bytes);
}

test('the order of a save: numbers, then the record, each on the disk, and only then older ones go', async () => {
  const folder = join(root, 'order');
  const net = trained(folder);
  await net.step();
  await net.step();
  const calls = inWords(await recordDisk(folder, () => net.step()));
  const written = (name: string) => [
    `create ${name}.tmp`,
    `write ${name}.tmp`,
    `syncFile ${name}.tmp`,
    `rename ${name}.tmp ${name}`,
    'syncFolder ',
  ];
  assert.equal(calls.slice(0, 10), [...written('step-3.safetensors'), ...written('step-3.json')]);
  assert.equal(calls.slice(10).sort(), ['remove step-1.json', 'remove step-1.safetensors']);
  assert.equal(readdirSync(folder).sort(), ['step-2.json', 'step-2.safetensors', 'step-3.json', 'step-3.safetensors']);
});

test('whenever the power fails, the last checkpoint is there, or the one that was being written', async () => {
  const folder = join(root, 'power', 'checkpoint');
  const net = trained(folder);
  const numbers: Record<string, { data: Float32Array }>[] = [];
  const calls: Awaited<ReturnType<typeof recordDisk>> = [];
  const saved: number[] = [];
  for (let step = 1; step <= 4; step++) {
    calls.push(...(await recordDisk(dirname(folder), async () => numbers.push(await net.step()))));
    saved.push(calls.length);
  }
  let states = 0;
  for (let count = 0; count <= calls.length; count++) {
    const least = saved.filter((end) => end <= count).length;
    for (const state of statesAfter(calls.slice(0, count))) {
      const copy = join(root, `copy-${states++}`, 'checkpoint');
      mkdirSync(copy, { recursive: true });
      for (const [path, content] of state) {
        if (content !== 'folder') writeFileSync(join(dirname(copy), path), content);
      }
      if (least === 0 && !hasCheckpoint(copy)) continue;
      const { step, model, notes, history } = loaded(copy);
      assert.ok(step === least || step === least + 1, `after call ${count}: step ${step}`);
      assert.equal(notes, []);
      assert.is(history.losses.total.length, step);
      for (const [name, { data }] of Object.entries(await model.stateDict())) {
        assert.equal(data, numbers[step - 1][name].data, name);
      }
    }
  }
  assert.ok(states > calls.length, `${states} states`);
});

test('of a damaged checkpoint the one before it is used, with a note', async () => {
  const damages: [RegExp, (folder: string) => void][] = [
    [
      /step-3\.safetensors: expected the checksum [0-9a-f]{8}, got/,
      (folder) => flipped(join(folder, 'step-3.safetensors'), -1),
    ],
    [/step-3\.safetensors: /, (folder) => flipped(join(folder, 'step-3.safetensors'), 200)],
    [
      /step-3\.safetensors: expected at least 8 bytes, got 0/,
      (folder) => writeFileSync(join(folder, 'step-3.safetensors'), ''),
    ],
    [/step-3\.json: the file is empty/, (folder) => writeFileSync(join(folder, 'step-3.json'), '')],
    [/step-3\.json: expected the checksum/, (folder) => edited(join(folder, 'step-3.json'), '"seed":1', '"seed":2')],
    [
      /step-3\.json: expected step 3, as the file is called, got 2/,
      (folder) => writeFileSync(join(folder, 'step-3.json'), readFileSync(join(folder, 'step-2.json'))),
    ],
  ];
  for (const [i, [reason, damage]] of damages.entries()) {
    const folder = join(root, `damaged-${i}`);
    const net = trained(folder);
    for (let step = 1; step <= 3; step++) await net.step();
    damage(folder);
    const { step, notes } = loaded(folder);
    assert.is(step, 2);
    assert.is(notes.length, 1);
    assert.match(notes[0], reason);
    assert.match(notes[0], /; the checkpoint after step 2 is used instead$/);
  }
});

function edited(path: string, from: string, to: string): void {
  const text = readFileSync(path, 'utf8');
  assert.ok(text.includes(from));
  writeFileSync(path, text.replace(from, to));
}

test('a run that went back goes on: the damaged checkpoint is written over or removed', async () => {
  const folder = join(root, 'back');
  const first = trained(folder);
  for (let step = 1; step <= 3; step++) await first.step();
  flipped(join(folder, 'step-3.safetensors'), -1);
  const { model, history } = loaded(folder);
  const optimizer = adam(model, { learningRate: 1e-2 });
  const before = loadCheckpoint(folder, { model, optimizer, onNote: () => {} });
  assert.is(before.step, 2);
  await saveCheckpoint(folder, { model, optimizer, state: { step: 2, seed: 1, batchSize: 2, accumulate: 1, history } });
  assert.equal(readdirSync(folder).sort(), ['step-2.json', 'step-2.safetensors']);
  assert.equal(loaded(folder).notes, []);
});

test('all damaged, none, and half of one', async () => {
  const folder = join(root, 'none');
  assert.not.ok(hasCheckpoint(folder));
  assertThrows(() => loaded(folder), `loadCheckpoint: ${folder}: expected a checkpoint, found none`);
  const net = trained(folder);
  await net.step();
  await net.step();
  for (const step of [1, 2]) flipped(join(folder, `step-${step}.json`), 3);
  assert.throws(
    () => loaded(folder),
    /^loadCheckpoint: .*step-2\.json: expected .*; loadCheckpoint: .*step-1\.json: expected .*; no older checkpoint is left: remove the folder to train anew$/,
  );
  // Numbers without a record: a save that was killed before it was valid.
  const half = join(root, 'half');
  mkdirSync(half);
  writeFileSync(join(half, 'step-1.safetensors'), 'x');
  assert.not.ok(hasCheckpoint(half));
});

test('what killed saves left behind goes with the next save', async () => {
  const folder = join(root, 'leftovers');
  mkdirSync(folder);
  for (const name of ['step-9.safetensors.0123456789ab.tmp', 'step-9.safetensors', 'step-10.json.ba9876543210.tmp']) {
    writeFileSync(join(folder, name), 'half');
  }
  writeFileSync(join(folder, 'notes.txt'), "somebody's own");
  await trained(folder).step();
  assert.equal(readdirSync(folder).sort(), ['notes.txt', 'step-1.json', 'step-1.safetensors']);
});

test('metrics that are not finite are read as they were meant', async () => {
  const folder = join(root, 'nan');
  const model = new SmallNet();
  const optimizer = adam(model, { learningRate: 1e-2 });
  const evaluations = [{ step: 0, metrics: { one: Number.NaN, two: 2 } }];
  await saveCheckpoint(folder, {
    model,
    optimizer,
    state: { step: 0, seed: 1, batchSize: 1, accumulate: 1, history: { losses: {}, evaluations, seconds: 0 } },
  });
  assert.equal(loaded(folder).history.evaluations, evaluations);
});

test.run();
