import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom, maskIou } from '../../src/index';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';

const test = suite('maskIou');

const masksOf = (...rows: string[]) =>
  ndarray(
    Uint8Array.from(rows.join(''), (digit) => Number(digit)),
    [rows.length, 2, rows[0].length / 2],
  );

test('by hand; masks without pixels overlap nothing', () => {
  const ious = maskIou(masksOf('11001100', '00000000'), masksOf('01100110', '11001100', '00000000'));
  assert.equal(ious.shape, [2, 3]);
  assertAllClose([...ious.data], [2 / 6, 1, 0, 0, 0, 0]);
});

test('a crowd: the share of the first mask that it covers', () => {
  assertAllClose(
    [...maskIou(masksOf('11001100'), masksOf('11110000', '11110000'), { crowd: [1, 0] }).data],
    [0.5, 1 / 3],
  );
});

test('equals counting pixel by pixel, for random masks and views of them', () => {
  const random = createRandom(3);
  const masks = (count: number) =>
    ndarray(
      Uint8Array.from({ length: count * 77 }, () => Number(random.uniform() < 0.4)),
      [count, 7, 11],
    );
  const [a, b] = [masks(5).lo(1, 0, 2), masks(4).lo(0, 0, 2).step(2, 1, 1)];
  const ious = maskIou(a, b);
  for (let i = 0; i < 4; i++) {
    for (let j = 0; j < 2; j++) {
      let [both, either] = [0, 0];
      for (let y = 0; y < 7; y++) {
        for (let x = 0; x < 9; x++) {
          both += a.get(i, y, x) & b.get(j, y, x);
          either += a.get(i, y, x) | b.get(j, y, x);
        }
      }
      assertAllClose([ious.get(i, j)], [both / either]);
    }
  }
});

test('throws', () => {
  assertThrows(() => maskIou(masksOf('1111'), masksOf('111111')), 'maskIou: expected masks [M, 2, 2], got [1, 2, 3]');
  assertThrows(
    () => maskIou(masksOf('1111'), masksOf('1111'), { crowd: [0, 1] }),
    /* spelt as the value is shown */ 'maskIou: expected 1 entries of crowd, one a mask, got [0, 1]',
  );
});

test.run();
