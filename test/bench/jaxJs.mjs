import { blockUntilReady, defaultDevice, init, jit, lax, nn, numpy as np, valueAndGrad } from '@jax-js/jax';
import { batch, layers, learningRate, side, stepData } from './convolutionStep.mjs';

/** [a, b, c, d] row-major to the axis order of `axes`. */
function permuted(data, shape, axes) {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const target = axes.map((axis) => shape[axis]);
  const result = new Float32Array(data.length);
  let flat = 0;
  for (let a = 0; a < target[0]; a++)
    for (let b = 0; b < target[1]; b++)
      for (let c = 0; c < target[2]; c++)
        for (let d = 0; d < target[3]; d++)
          result[flat++] =
            data[a * strides[axes[0]] + b * strides[axes[1]] + c * strides[axes[2]] + d * strides[axes[3]]];
  return result;
}

/** Prepares the step on jax-js's WebAssembly back end (channels first, as its convolution wants), compiled with `jit`. */
export async function jaxJsStep() {
  await init('wasm');
  defaultDevice('wasm');
  const { images, labels, weights } = stepData();
  const x = np.array(permuted(images, [batch, side, side, 3], [0, 3, 1, 2])).reshape([batch, 3, side, side]);
  const half = side / 2;
  const oneHot = new Float32Array(batch * half * half * 4);
  labels.forEach((label, pixel) => {
    oneHot[pixel * 4 + label] = 1;
  });
  const target = np.array(permuted(oneHot, [batch, half, half, 4], [0, 3, 1, 2])).reshape([batch, 4, half, half]);
  let parameters = layers.flatMap(({ inChannels, outChannels }, i) => [
    np
      .array(permuted(weights[i], [3, 3, inChannels, outChannels], [3, 2, 0, 1]))
      .reshape([outChannels, inChannels, 3, 3]),
    np.zeros([1, outChannels, 1, 1]),
  ]);
  const loss = (list, input, truth) => {
    let value = input;
    for (const [i, { stride }] of layers.entries()) {
      if (i > 0) value = nn.relu(value);
      value = lax
        .convGeneralDilated(
          value,
          list[2 * i].ref,
          [stride, stride],
          [
            [1, 1],
            [1, 1],
          ],
        )
        .add(list[2 * i + 1].ref);
    }
    const logProbabilities = nn.logSoftmax(value, 1);
    return logProbabilities
      .mul(truth)
      .sum()
      .mul(-1 / (batch * half * half));
  };
  const step = jit((list, input, truth) => {
    const [value, slopes] = valueAndGrad(loss)(list, input, truth);
    return [value, list.map((parameter, i) => parameter.ref.sub(slopes[i].mul(learningRate)))];
  });
  return async () => {
    const [value, next] = step(parameters, x.ref, target.ref);
    await blockUntilReady(next);
    parameters = next;
    return value.item ? value.item() : (await value.data())[0];
  };
}

export async function jaxJsMatmul(size) {
  await init('wasm');
  defaultDevice('wasm');
  const a = np.array(Float32Array.from({ length: size * size }, (_, i) => Math.sin(i))).reshape([size, size]);
  const multiply = jit((left, right) => np.matmul(left, right));
  return async () => blockUntilReady(multiply(a.ref, a.ref));
}
