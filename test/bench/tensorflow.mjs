import tf from '@tensorflow/tfjs';
import { batch, layers, learningRate, side, stepData } from './convolutionStep.mjs';

async function ready() {
  await tf.setBackend('cpu');
  await tf.ready();
}

/** Prepares the step on TensorFlow.js's plain JavaScript back end; its WebAssembly back end has no convolution gradient. */
export async function tensorFlowStep() {
  await ready();
  const { images, labels, weights } = stepData();
  const x = tf.tensor4d(images, [batch, side, side, 3]);
  const target = tf.cast(tf.oneHot(tf.tensor(labels, [batch, side / 2, side / 2], 'int32'), 4), 'float32');
  const filters = layers.map(({ inChannels, outChannels }, i) =>
    tf.variable(tf.tensor4d(weights[i], [3, 3, inChannels, outChannels])),
  );
  const biases = layers.map(({ outChannels }) => tf.variable(tf.zeros([outChannels])));
  const optimizer = tf.train.sgd(learningRate);
  const loss = () => {
    let value = x;
    for (const [i, { stride }] of layers.entries()) {
      if (i > 0) value = tf.relu(value);
      value = tf.add(tf.conv2d(value, filters[i], stride, 1), biases[i]);
    }
    return tf.losses.softmaxCrossEntropy(target, value);
  };
  return async () => {
    const value = optimizer.minimize(loss, true);
    const [number] = await value.data();
    value.dispose();
    return number;
  };
}

export async function tensorFlowMatmul(size) {
  await ready();
  const a = tf.tensor2d(
    Float32Array.from({ length: size * size }, (_, i) => Math.sin(i)),
    [size, size],
  );
  return async () => {
    const product = tf.matMul(a, a);
    await product.data();
    product.dispose();
  };
}
