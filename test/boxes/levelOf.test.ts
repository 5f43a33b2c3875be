import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { levelOf } from '../../src/index';
import { assertThrows } from '../support/assertThrows';
import { loadGolden } from '../support/golden';

const test = suite('levelOf');

const squares = (...sides: number[]) =>
  ndarray(Float32Array.from(sides.flatMap((side) => [3, 5, 3 + side, 5 + side])), [sides.length, 4]);

test("the paper's rule, as torchvision has it: 224 px belong to the third of four levels", () => {
  const options = { levels: 4, canonicalSide: 224, canonicalLevel: 2 };
  assert.equal(
    levelOf(squares(8, 16, 32, 64, 111, 112, 223, 224, 447, 448, 2000), options),
    [0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 3],
  );
});

for (const { name, op, options, inputs, output } of loadGolden('oneStage').cases) {
  if (op !== 'levelOf') continue;
  test(`as torchvision's LevelMapper: ${name}`, () => {
    const { least, most, canonicalSide, canonicalLevel } = options;
    const boxes = ndarray(Float32Array.from(inputs.boxes.data), inputs.boxes.shape);
    const settings = { levels: most - least + 1, canonicalSide, canonicalLevel: canonicalLevel - least };
    assert.equal(levelOf(boxes, settings), output!.data);
  });
}

test('with a typical side of small images, levels differ; the root of the area counts', () => {
  assert.equal(
    levelOf(squares(8, 23, 24, 47, 48, 96), { levels: 3, canonicalSide: 24, canonicalLevel: 1 }),
    [0, 0, 1, 1, 2, 2],
  );
  const wide = ndarray(Float32Array.of(0, 0, 64, 9, 0, 0, 9, 64), [2, 4]);
  assert.equal(levelOf(wide, { levels: 3, canonicalSide: 24, canonicalLevel: 1 }), [1, 1]);
});

test('a box without area has the finest level', () => {
  assert.equal(levelOf(squares(0), { levels: 3, canonicalSide: 24, canonicalLevel: 2 }), [0]);
});

test('throws', () => {
  assertThrows(
    () => levelOf(squares(8), { levels: 2, canonicalSide: 24, canonicalLevel: 2 }),
    'levelOf: expected canonicalLevel to be a whole number from 0 to 1, got 2',
  );
  assertThrows(
    () => levelOf(squares(8), { levels: 2, canonicalSide: 0 }),
    'levelOf: expected canonicalSide to be a number > 0, got 0',
  );
});

test.run();
