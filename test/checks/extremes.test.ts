import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { append, largest, smallest } from '../../src/checks/extremes';
import { root } from '../support/root';

const test = suite('extremes');

test('of some numbers, of none, and of NaN', () => {
  assert.is(largest([3, -1, 7, 2]), 7);
  assert.is(smallest(new Float32Array([3, -1, 7])), -1);
  assert.is(largest([]), Number.NEGATIVE_INFINITY);
  assert.is(smallest([]), Number.POSITIVE_INFINITY);
  assert.ok(Number.isNaN(largest([1, Number.NaN, 2])) && Number.isNaN(smallest([1, Number.NaN, 2])));
});

test('of more numbers than a call can take arguments', () => {
  const many = Array.from({ length: 1_000_000 }, (_, i) => i);
  assert.throws(() => Math.max(...many), RangeError);
  assert.is(largest(many), 999_999);
  assert.is(smallest(many), 0);
  const list = [-1];
  append(list, many);
  assert.is(list.length, 1_000_001);
  assert.equal(list.slice(0, 3), [-1, 0, 1]);
});

test('no list whose length comes from data is spread on the stack', () => {
  // Lists of a few entries, by their nature: axes, sides, candidates of a row.
  const short = [
    'checks/inspect',
    'device/checkPlaces',
    'exercises/kMeans',
    'formats/boxRows',
    'formats/csv',
    'formats/fitBox',
  ];
  short.push(
    'cli/dataOptions',
    'images/imageKind',
    'images/jpeg/jpegFile',
    'images/pngEncode',
    'ops/band',
    'scenes/shapes',
  );
  short.push('boxes/boxTree', 'exercises/rpn', 'platform/browser/bytes', 'simd/range', 'tiled/depthwise');
  const spread = /Math\.(max|min)\(\.\.\.|\.(push|unshift)\(\.\.\.|fromCharCode\(\.\.\./;
  const found = readdirSync(join(root, 'src'), { recursive: true })
    .map((name) => String(name).replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.ts') && spread.test(readFileSync(join(root, 'src', name), 'utf8')))
    .map((name) => name.replace(/\.ts$/, ''))
    .filter((name) => !short.includes(name) && name !== 'checks/extremes');
  assert.equal(found, []);
});

test.run();
