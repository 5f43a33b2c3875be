import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { maskTargets, pasteMasks } from '../../src/index';
import { assertAllClose } from '../support/allClose';
import { type GoldenArray, loadGolden } from '../support/golden';

const test = suite('masks of regions');

const floats = ({ data, shape }: GoldenArray) => ndarray(Float32Array.from(data), shape);

for (const { name, op, options, inputs, boxes, output, pasted } of loadGolden('instanceMasks').cases) {
  if (op === 'maskTargets') {
    test(`${name}: torchvision's soft targets`, () => {
      const { size } = options;
      const settings = { size, threshold: null, samples: 'adaptive', aligned: false } as const;
      const targets = maskTargets(floats(inputs.masks), floats(boxes!), inputs.truths.data, settings);
      assert.equal(targets.shape, output!.shape);
      assertAllClose(targets.data, output!.data, { absolute: 1e-5 });
    });
    continue;
  }
  test(`${name}: what grid_sample reads at the centers of the pixels, and nearly what torchvision pastes`, () => {
    const { height, width } = options;
    const masks = pasteMasks(floats(inputs.masks), floats(boxes!), { image: { height, width } });
    assert.equal(masks.shape, output!.shape);
    let undecided = 0;
    for (const [i, share] of output!.data.entries()) {
      if (Math.abs(share - 0.5) < 1e-5) undecided++;
      else assert.is(masks.data[i], Number(share > 0.5), `pixel ${i}`);
    }
    assert.ok(undecided < 0.02 * masks.size);
    // Of a single cell torchvision makes a hill, since it puts a row of zeros around it.
    if (inputs.masks.shape[1] === 1) return;
    const pixels = height * width;
    for (let d = 0; d < masks.shape[0]; d++) {
      const other = pasted!.data.slice(d * pixels, (d + 1) * pixels).map((share) => share >= 0.5);
      const own = [...masks.data.subarray(d * pixels, (d + 1) * pixels)].map(Boolean);
      const both = own.filter((on, i) => on && other[i]).length;
      const any = own.filter((on, i) => on || other[i]).length;
      assert.ok(both / any > 0.7, `overlap ${both / any} at ${d}`);
    }
  });
}

test.run();
