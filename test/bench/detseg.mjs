import ndarray from 'ndarray';
import detseg from '../../dist/src/index.js';
import { batch, layers, learningRate, side, stepData } from './convolutionStep.mjs';
import { kMeansData, kMeansIterations } from './kMeansData.mjs';

/** Prepares the step on a back end; the returned function takes one step and returns the loss. */
export async function detsegStep(backend, options) {
  await detseg.useDevice(backend, options);
  const { images, labels, weights } = stepData();
  const x = detseg.tensor(images, [batch, side, side, 3]);
  const target = detseg.tensor(labels, [batch, side / 2, side / 2]);
  const filters = layers.map(
    ({ inChannels, outChannels }, i) => new detseg.Parameter(weights[i], [3, 3, inChannels, outChannels]),
  );
  const biases = layers.map(({ outChannels }) => new detseg.Parameter(new Float32Array(outChannels), [outChannels]));
  const optimizer = detseg.sgd([...filters, ...biases], { learningRate });
  return () => {
    let value = x;
    for (const [i, { stride }] of layers.entries()) {
      if (i > 0) value = detseg.relu(value);
      value = detseg.conv2d(value, filters[i], { bias: biases[i], stride, padding: 1 });
    }
    return optimizer.step(detseg.crossEntropy(value, target));
  };
}

/** C = A · A of a square matrix. */
export async function detsegMatmul(size) {
  const a = detseg.tensor(
    Float32Array.from({ length: size * size }, (_, i) => Math.sin(i)),
    [size, size],
  );
  return async () => {
    await detseg.matmul(a, a).data();
  };
}

/** k-means from given centers for a fixed number of iterations. */
export async function detsegKMeans() {
  const { points, centers, dimensions, clusters } = kMeansData();
  const init = ndarray(centers, [clusters, dimensions]);
  const cloud = ndarray(points, [points.length / dimensions, dimensions]);
  return async () => {
    const { iterations } = await detseg.kMeans(cloud, {
      k: clusters,
      init,
      maxIterations: kMeansIterations,
      tolerance: 0,
    });
    return iterations;
  };
}
