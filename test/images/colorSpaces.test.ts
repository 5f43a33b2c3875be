import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { rgbToHsv, rgbToLab } from '../../src';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { loadGolden } from '../support/golden';

const test = suite('color spaces');

const image = (...colors: number[][]) => ndarray(Float32Array.from(colors.flat()), [1, colors.length, 3]);

test('rgbToHsv: corners of the cube by hand', () => {
  const { data, shape } = rgbToHsv(
    image(
      [1, 0, 0],
      [1, 1, 0],
      [0, 1, 0],
      [0, 1, 1],
      [0, 0, 1],
      [1, 0, 1],
      [0.5, 0.5, 0.5],
      [0, 0, 0],
      [0.5, 0.25, 0.25],
    ),
  );
  assert.equal(shape, [1, 9, 3]);
  const hues = [0, 1 / 6, 1 / 3, 1 / 2, 2 / 3, 5 / 6].flatMap((hue) => [hue, 1, 1]);
  assertAllClose(data, [...hues, 0, 0, 0.5, 0, 0, 0, 0, 0.5, 0.5]);
});

test('rgbToLab: white, black and grays have no color', () => {
  const { data } = rgbToLab(image([1, 1, 1], [0, 0, 0], [0.5, 0.5, 0.5]));
  assertAllClose(data, [100, 0, 0, 0, 0, 0, 53.389, 0, 0], { absolute: 5e-3 });
});

const convert = { rgbToHsv, rgbToLab };
for (const { op, inputs, output } of loadGolden('segmentation').cases) {
  if (!(op in convert)) continue;
  test(`golden: ${op}, also of a view`, () => {
    const { shape, data } = inputs.image;
    const source = ndarray(Float32Array.from(data), shape);
    const of = convert[op as keyof typeof convert];
    assertAllClose(of(source).data, output!.data, { absolute: 2e-5 });
    const turned = of(source.transpose(1, 0, 2));
    assert.equal(turned.shape, [shape[1], shape[0], 3]);
    assertAllClose([turned.get(3, 2, 1)], [output!.data[(2 * shape[1] + 3) * 3 + 1]], { absolute: 2e-5 });
  });
}

test('no pixels; throws', () => {
  assert.equal(rgbToHsv(ndarray(new Float32Array(0), [0, 4, 3])).shape, [0, 4, 3]);
  assertThrows(() => rgbToHsv(ndarray([1, 2], [1, 2])), 'rgbToHsv: expected an image [H, W, 3], got [1, 2]');
  assertThrows(() => rgbToLab(7 as never), 'rgbToLab: expected an image [H, W, 3], an ndarray, got 7');
});

test.run();
