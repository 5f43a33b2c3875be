import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { anchors, concatRows, defaultBoxShapes } from '../../src/index';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { loadGolden } from '../support/golden';

const test = suite('defaultBoxShapes');

test('by hand: scales 0.1, 0.4 and 0.9 of 64 px', () => {
  const [fine, coarse] = defaultBoxShapes({ side: 64, scales: [0.1, 0.4, 0.9], ratios: [[4], []] });
  assertAllClose(fine.flat(), [6.4, 6.4, 12.8, 12.8, 12.8, 3.2, 3.2, 12.8]);
  assertAllClose(coarse.flat(), [25.6, 25.6, 38.4, 38.4]);
});

test('every ratio keeps the area of its scale, whichever way round it is written', () => {
  const settings = { side: 300, scales: [0.2, 0.55, 1] };
  const [one, other] = [
    [
      [2, 3],
      [1.5, 5],
    ],
    [
      [1 / 2, 1 / 3],
      [1 / 1.5, 1 / 5],
    ],
  ].map((ratios) => defaultBoxShapes({ ...settings, ratios }));
  for (const [k, shapes] of one.entries()) {
    assert.is(shapes.length, 6);
    for (const [i, [width, height]] of shapes.entries()) {
      const scale = i === 1 ? settings.scales[k] * settings.scales[k + 1] : settings.scales[k] ** 2;
      assertAllClose([width * height], [scale * 300 ** 2], { relative: 1e-12 });
    }
    const turned = [0, 1, 3, 2, 5, 4].map((i) => other[k][i]);
    assertAllClose(turned.flat(), shapes.flat(), { relative: 1e-12 });
  }
});

for (const { name, op, options, output } of loadGolden('oneStage').cases) {
  if (op !== 'defaultBoxShapes') continue;
  test(`the boxes of torchvision's DefaultBoxGenerator: ${name}`, () => {
    const { side, scales, ratios, steps } = options;
    const shapes = defaultBoxShapes({ side, scales, ratios });
    const levels = shapes.map((own, k) =>
      anchors({ height: side / steps[k], width: side / steps[k], stride: steps[k], shapes: own }),
    );
    const all = concatRows(...levels);
    assert.equal([...all.shape], output!.shape);
    assertAllClose(all.data, output!.data, { absolute: 1e-5, relative: 1e-6 });
  });
}

test('no maps: no boxes', () => assert.equal(defaultBoxShapes({ side: 64, scales: [0.5], ratios: [] }), []));

test('throws', () => {
  const call = (changes: object) => () => defaultBoxShapes({ side: 64, scales: [0.2, 0.5], ratios: [[2]], ...changes });
  assertThrows(call({ side: 0 }), 'defaultBoxShapes: expected side to be a number > 0, got 0');
  assertThrows(call({ scales: [0.2] }), 'defaultBoxShapes: expected 2 scales, one a map and one more, got 1');
  assertThrows(call({ scales: [0.2, -1] }), 'defaultBoxShapes: expected scales to be a number > 0, got -1');
  assertThrows(call({ ratios: [[Number.NaN]] }), 'defaultBoxShapes: expected ratios to be a number > 0, got NaN');
  assertThrows(call({ ratios: [2] }), 'defaultBoxShapes: expected ratios of map 0 to be a list of numbers, got 2');
});

test.run();
