import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runNode, webGpuEnvironment } from './support/inChild';

const test = suite('webgpu');

/** Test files that hold on every back end; they run once more, in processes of their own, with WebGPU as the only choice. */
const files = [
  'ops/elementwise',
  'ops/accuracy',
  'ops/activations',
  'ops/where',
  'ops/reduce',
  'ops/variance',
  'ops/logSumExp',
  'ops/cumulativeSum',
  'ops/sort',
  'ops/matmul',
  'ops/layout',
  'ops/flip',
  'ops/stack',
  'ops/oneHot',
  'ops/scatterAdd',
  'ops/embedding',
  'ops/conv2d',
  'ops/padding',
  'ops/pool2d',
  'ops/adaptivePool2d',
  'ops/regions',
  'ops/resize',
  'ops/maxUnpool2d',
  'ops/normalize',
  'ops/dropout',
  'ops/lstm',
  'ops/gru',
  'losses/losses',
  'losses/focalLoss',
  'losses/ciouLoss',
  'optim/optimizer',
  'tensor/decide',
];

let adapter: Promise<string | null> | null = null;

/** Why WebGPU cannot be tested here, or null where it can. */
function unavailable(): Promise<string | null> {
  adapter ??= runNode([join(__dirname, 'support', 'stepReport.js')], {
    ...webGpuEnvironment(),
    DETSEG_DEVICE: 'webgpu',
  }).then(({ code, errors }) => {
    if (code === 0) return null;
    const reason = errors.split('\n').find((line) => line.startsWith('DeviceError'));
    // Anything but a missing adapter is a failure.
    assert.ok(reason, errors);
    console.log(`skip: the operations were not run on WebGPU: ${reason}`);
    return reason;
  });
  return adapter;
}

for (const file of files) {
  test(`${file} holds on WebGPU`, async () => {
    if (await unavailable()) return;
    const { code, output, errors } = await runNode([join(__dirname, `${file}.test.js`)], {
      ...webGpuEnvironment(),
      DETSEG_DEVICE: 'webgpu',
    });
    assert.is(code, 0, `${output}\n${errors}`);
    const [total, passed] = ['Total', 'Passed'].map((label) =>
      Number(new RegExp(`${label}:\\s+(\\d+)`).exec(output)?.[1]),
    );
    assert.ok(total > 0, `no test ran:\n${output}`);
    assert.is(passed, total);
  });
}

test.run();
