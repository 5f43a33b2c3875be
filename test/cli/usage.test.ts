import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { counted, jsonObject, names, number, parseAugment, parseSize, pathOf, whole } from '../../src/cli/usage';

const test = suite('usage');

test('sizes: height first', () => {
  assert.equal(parseSize('192x256'), { height: 192, width: 256 });
  assert.equal(parseSize('64'), { height: 64, width: 64 });
  for (const text of ['', '0', '192x0', '-1x3', '1.5', '192x256x3', '16385', '999999'])
    assert.throws(() => parseSize(text), text);
});

test('paths', () => {
  assert.is(pathOf('a b'), 'a b');
  assert.throws(() => pathOf(''), /^Expected a path, got an empty text\.$/);
});

test('numbers', () => {
  assert.is(whole(1)('12'), 12);
  for (const text of ['0', '1.5', '', ' ', '1e3', '99999999999999999999']) assert.throws(() => whole(1)(text), text);
  assert.is(number(0, 1)('0'), 0);
  assert.is(number(0, 1, { above: true })('1e-3'), 1e-3);
  for (const text of ['0', '1.1', 'NaN', '', 'x']) assert.throws(() => number(0, 1, { above: true })(text), text);
});

test('lists, augmentation, JSON', () => {
  assert.equal(names('cat, red dog'), ['cat', 'red dog']);
  assert.throws(() => names('cat,,dog'));
  assert.equal(parseAugment('flip=0.5,flip-vertical=.25,crop=0.7,color=0'), {
    flip: 0.5,
    flipVertical: 0.25,
    crop: 0.7,
    color: 0,
  });
  assert.equal(parseAugment('none'), {});
  assert.throws(() => parseAugment('crop=7'), /^Expected crop from 0 to 1, got 7\.$/);
  for (const text of ['', 'flip', 'toString=1', 'flip=-1', 'flip=a', 'flip=2'])
    assert.throws(() => parseAugment(text), text);
  assert.equal(jsonObject('{"a": [1]}'), { a: [1] });
  for (const text of ['', '[]', 'null', '1']) assert.throws(() => jsonObject(text), text);
  assert.equal(
    [counted(1, 'box', 'boxes'), counted(2, 'box', 'boxes'), counted(0, 'step')],
    ['1 box', '2 boxes', '0 steps'],
  );
});

test.run();
