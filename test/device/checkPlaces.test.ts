import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { negate } from '../../kernels/elementwise';
import { stridedCopy } from '../../kernels/layout';
import { checkPlaces } from '../../src/device/checkPlaces';
import { DeviceError } from '../../src/device/deviceError';
import type { KernelFunction, PlanDescription } from '../../src/plan/planDescription';

const test = suite('checkPlaces');

const plan = (kernel: KernelFunction, grid: number[], leaf = 1): PlanDescription => ({
  leafSizes: [leaf],
  steps: [{ kernel, grid, constants: {}, scalars: {}, inputs: [~0] }],
  pauses: [],
  outputs: [0],
});

function message(description: PlanDescription): string | null {
  try {
    checkPlaces('webgpu', description);
    return null;
  } catch (error) {
    assert.instance(error, DeviceError);
    return (error as Error).message.split('. ')[0];
  }
}

const refused = (got: string, most = 16777216) => `webgpu: expected at most ${most} numbers in an array, got ${got}`;

test('2^24 numbers are told apart, and one more is not', () => {
  assert.is(message(plan(negate, [2 ** 24], 2 ** 24)), null);
  assert.is(message(plan(negate, [2 ** 12, 2 ** 12])), null);
  assert.is(message(plan(negate, [1], 2 ** 24 + 1)), refused('16777217 in an input'));
  assert.is(message(plan(negate, [2 ** 12, 2 ** 12 + 1])), refused('16781312 as the result of negate'));
});

test('a kernel that divides thread numbers has half of them along an axis', () => {
  assert.is(message(plan(stridedCopy, [1, 1, 2 ** 23])), null);
  assert.is(message(plan(stridedCopy, [1, 1, 2 ** 23 + 1])), refused('8388609 along one axis of stridedCopy', 8388608));
});

test.run();
