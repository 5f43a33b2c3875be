import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  bedOfNails,
  centerColors,
  collate,
  createRandom,
  DeconvNet,
  evaluating,
  gradients,
  maxPool2dWithIndices,
  maxUnpool2d,
  resize,
  type Tensor,
  tensor,
  type Unpooling,
  zeros,
} from '../../src/index';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { squares } from '../support/squares';

const test = suite('DeconvNet');

const random = () => createRandom(1);
const unpoolings: Unpooling[] = ['switches', 'bedOfNails', 'nearest'];
const small = (unpooling?: Unpooling) => new DeconvNet({ classes: 3, random: random(), widths: [4, 5, 6], unpooling });

function images(count: number): Tensor {
  const source = createRandom(2);
  return tensor(
    Float32Array.from({ length: count * 16 * 24 * 3 }, () => source.uniform()),
    [count, 16, 24, 3],
  );
}

test('parameters by hand, the same with every unpooling, and scores for every pixel', () => {
  const layer = (from: number, to: number, size = 3) => size * size * from * to + 2 * to;
  const down = layer(3, 16, 5) + layer(16, 16) + layer(16, 32) + layer(32, 32) + layer(32, 64) + layer(64, 64);
  const up = layer(64, 32) + layer(32, 32) + layer(32, 16) + layer(16, 16) + layer(16, 16);
  assert.is(down + up + 16 * 6 + 6, 110_262);
  for (const unpooling of unpoolings) {
    const model = new DeconvNet({ classes: 6, random: random(), unpooling });
    assert.is(model.parameterCount(), 110_262);
    assert.equal([...model.forward(zeros([2, 64, 32, 3])).shape], [2, 64, 32, 6]);
  }
});

test('the way up, written out: the last switches first', async () => {
  const x = images(2);
  for (const unpooling of unpoolings) {
    const model = small(unpooling).evaluate();
    const [fine, coarse] = model.stages;
    const first = maxPool2dWithIndices(fine.forward(model.stem.forward(centerColors(x))), { size: 2 });
    const second = maxPool2dWithIndices(coarse.forward(first.output), { size: 2 });
    const double = {
      switches: (map: Tensor, indices: Tensor) => maxUnpool2d(map, indices, { size: 2 }),
      bedOfNails: (map: Tensor) => bedOfNails(map, { stride: 2 }),
      nearest: (map: Tensor) => resize(map, { scale: 2, mode: 'nearest' }),
    }[unpooling];
    const low = model.narrowing.forward(model.bottom.forward(second.output));
    const middle = model.mirrored[0].forward(double(low, second.indices));
    const high = model.mirrored[1].forward(double(middle, first.indices));
    const expected = await resize(model.scores.forward(high), { scale: 2 }).data();
    assertAllClose(await model.forward(x).data(), expected, { absolute: 1e-5, relative: 1e-5 });
  }
  assert.is(small().forward(x).shape[1], 16);
});

test('each image of a batch has switches of its own', async () => {
  const model = small();
  const x = images(2);
  const flipped = tensor((await x.toNdarray()).step(-1, 1, 1, 1), x.shape);
  const [ours, theirs] = await Promise.all(
    [x, flipped].map((batch) => evaluating(model, () => model.forward(batch)).data()),
  );
  const half = ours.length / 2;
  assertAllClose(theirs.subarray(half), ours.subarray(0, half), { absolute: 1e-5, relative: 1e-5 });
  assertAllClose(theirs.subarray(0, half), ours.subarray(half), { absolute: 1e-5, relative: 1e-5 });
});

test('every parameter has a gradient', async () => {
  const batch = collate([squares(2).sample(0), squares(2).sample(1)]);
  for (const unpooling of unpoolings) {
    const model = small(unpooling);
    const named = [...model.namedParameters()];
    const slopes = gradients(
      model.losses(batch).crossEntropy,
      named.map(([, parameter]) => parameter),
    );
    for (const [i, slope] of slopes.entries()) {
      assert.ok(
        (await slope.data()).some((value) => value !== 0),
        `${unpooling}: ${named[i][0]}`,
      );
    }
  }
});

test('throws', () => {
  const make = (settings: object) => () => new DeconvNet({ classes: 3, random: random(), ...settings });
  assertThrows(
    make({ widths: [8] }),
    'DeconvNet: expected widths to be a list of 2 or more whole numbers ≥ 1, got [8]',
  );
  assertThrows(
    make({ unpooling: 'nails' }),
    'DeconvNet: expected unpooling switches, bedOfNails or nearest, got nails',
  );
  assertThrows(
    () => small().forward(zeros([1, 16, 12, 3])),
    'DeconvNet: expected images [N, H, W, 3] with H and W multiples of 8, got [1, 16, 12, 3]',
  );
});

test.run();
