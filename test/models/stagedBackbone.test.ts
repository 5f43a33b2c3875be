import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom, StagedBackbone, zeros } from '../../src/index';
import { assertThrows } from '../support/assertThrows';
import { ofBackbone } from '../support/oneStage';

const test = suite('StagedBackbone');
const random = () => createRandom(1);
const shapesOf = (model: StagedBackbone, ...shape: number[]) =>
  model.forward(zeros(shape)).map(({ tensor, stride }) => [...tensor.shape, stride]);

test('a map for each stage, the finest first, with its stride', () => {
  const model = new StagedBackbone({ random: random() });
  assert.equal(shapesOf(model, 2, 64, 32, 3), [
    [2, 16, 8, 16, 4],
    [2, 8, 4, 32, 8],
    [2, 4, 2, 64, 16],
  ]);
  assert.equal(
    [model.channels, model.strides],
    [
      [16, 32, 64],
      [4, 8, 16],
    ],
  );
  const six = new StagedBackbone({ random: random(), stages: [2, 2, 2, 2, 2, 2], stem: 2 });
  assert.equal(shapesOf(six, 2, 128, 128, 3).at(-1), [2, 1, 1, 2, 128]);
});

test('the number of parameters', () => {
  const count = (options: object) => new StagedBackbone({ random: random(), ...options }).parameterCount();
  assert.is(count({}), 74_232);
  assert.is(count({}), ofBackbone(8, [16, 32, 64]));
  assert.is(count({ stem: 4, stages: [6, 5] }), ofBackbone(4, [6, 5]));
  assert.is(count({ width: 0.5 }), ofBackbone(4, [8, 16, 32]));
});

test('throws', () => {
  const call = (options: object) => () => new StagedBackbone({ random: random(), ...options });
  assertThrows(
    call({ stages: [] }),
    'StagedBackbone: expected stages to be a list of 1 or more whole numbers ≥ 1, got []',
  );
  assertThrows(call({ stages: [1, 1, 1, 1, 1, 1, 1] }), 'StagedBackbone: expected at most 6 stages, got 7');
  assertThrows(call({ stem: 0 }), 'StagedBackbone: expected stem to be a whole number ≥ 1, got 0');
  assertThrows(
    () => new StagedBackbone({ random: random() }).forward(zeros([1, 64, 40, 3])),
    'StagedBackbone: expected images [N, H, W, 3] with H and W multiples of 16, got [1, 64, 40, 3]',
  );
});

test.run();
