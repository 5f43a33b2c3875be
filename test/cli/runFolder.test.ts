import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type RunRecord, readRun, writeRun } from '../../src/cli/runFolder';
import { assertThrows } from '../support/assertThrows';
import { inFolder } from '../support/temporaryFolder';

const test = suite('runFolder');

const record: RunRecord = {
  format: 'detseg-run',
  formatVersion: 1,
  settings: {
    model: 'yolo',
    format: 'csv',
    data: '/images',
    classes: ['cat', 'dog'],
    strict: false,
    holdOut: 0.2,
    size: { height: 32, width: 64 },
    letterbox: true,
    width: 0.5,
    options: { detections: { limit: 9 } },
    balance: false,
    steps: 10,
    batch: 2,
    learningRate: 5e-3,
    warmUp: 0,
    schedule: 'cosine',
    weightDecay: 0,
    augment: { flip: 0.5 },
    seed: 1,
    memory: 1000,
    saveEvery: 200,
  },
  model: {
    architecture: 'yolo',
    options: { anchors: [[8, 8]] },
    classes: { stuff: [], things: ['cat', 'dog'] },
    size: { height: 32, width: 64 },
    letterbox: true,
  },
  notes: ['one'],
  machine: { detseg: '1', node: '2', system: '3', processor: '4', cores: 5, memoryGiB: 6, device: '7' },
  started: '2026-01-01T00:00:00.000Z',
  ended: null,
};

test('what was written is read', () => {
  inFolder({}, (folder) => {
    for (const ended of [null, '2026-01-02T00:00:00.000Z']) {
      writeRun(folder, { ...record, ended });
      assert.equal(readRun(folder), { ...record, ended });
    }
  });
});

test('a run from elsewhere is checked, entry by entry', () => {
  inFolder({}, (folder) => {
    const path = join(folder, 'run.json');
    const refused = (content: unknown, reason: string) => {
      writeFileSync(path, JSON.stringify(content));
      assertThrows(() => readRun(folder), `${path}: ${reason}`);
    };
    const settings = (change: object) => ({ ...record, settings: { ...record.settings, ...change } });
    const { machine: _, ...rest } = record;
    refused([], 'expected a run that detseg has written');
    refused({ ...record, format: 'x' }, 'expected a run that detseg has written');
    refused({ ...record, formatVersion: 2 }, 'formatVersion: expected a whole number from 1 to 1, got 2');
    refused(rest, 'expected machine, found none');
    refused({ ...record, notes: [1] }, 'notes: entry 0: expected a text, got 1');
    refused({ ...record, settings: null }, 'settings: expected an object, got null');
    refused(
      settings({ format: 'x' }),
      'settings: format: expected voc or coco or coco-panoptic or yolo or masks or csv or scenes, got "x"',
    );
    refused(settings({ data: '' }), 'settings: data: expected a path, got ""');
    refused(settings({ options: 3 }), 'settings: options: expected an object, got 3');
    refused(
      settings({ seed: -1 }),
      `settings: seed: expected a whole number from 0 to ${Number.MAX_SAFE_INTEGER}, got -1`,
    );
    refused(
      settings({ augment: { twist: 1 } }),
      'settings: augment: expected options among flip, flipVertical, crop, color, got twist',
    );
    const { size, ...sizeless } = record.settings;
    assert.ok(size);
    refused({ ...record, settings: sizeless }, 'settings: expected size, found none');
    refused(
      { ...record, model: { ...record.model, size: { height: 31, width: 64 } } },
      'model: size: expected multiples of 8 for yolo, got 31×64 (height × width)',
    );
    writeFileSync(path, '{');
    assert.throws(() => readRun(folder), /run\.json: expected JSON: /);
  });
});

test.run();
