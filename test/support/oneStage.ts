import ndarray from 'ndarray';
import { createRandom, type DetectionSample, type Tensor, tensor } from '../../src/index';
import type { GoldenCase } from './golden';

/** A black image with boxes. */
export function blank(
  size: { height: number; width: number },
  boxes: readonly (readonly number[])[] = [],
  labels: readonly number[] = boxes.map(() => 0),
): DetectionSample {
  return {
    image: ndarray(new Float32Array(size.height * size.width * 3), [size.height, size.width, 3]),
    boxes: ndarray(Float32Array.from(boxes.flat()), [boxes.length, 4]),
    labels: ndarray(Int32Array.from(labels), [labels.length]),
  };
}

/** The samples of a golden of test/golden/oneStage.json: its boxes and labels, on so many images. */
export function goldenSamples(golden: GoldenCase, size: { height: number; width: number }): DetectionSample[] {
  const { boxes, labels, images } = golden as Required<GoldenCase>;
  return Array.from({ length: golden.inputs.logits.shape[0] }, (_, n) => {
    const own = images.data.flatMap((image, g) => (image === n ? [g] : []));
    return blank(
      size,
      own.map((g) => boxes.data.slice(4 * g, 4 * g + 4)),
      own.map((g) => labels.data[g]),
    );
  });
}

/** Parameters of a convolution, with or without a bias. */
export const ofConv = (size: number, inputs: number, outputs: number, bias = true) =>
  size * size * inputs * outputs + (bias ? outputs : 0);

/** Parameters of a convolution with batch norm. */
export const ofBlock = (size: number, inputs: number, outputs: number) =>
  ofConv(size, inputs, outputs, false) + 2 * outputs;

/** Parameters of a staged backbone. */
export function ofBackbone(stem: number, stages: readonly number[]): number {
  const inputs = [stem, ...stages];
  return stages.reduce(
    (sum, channels, i) => sum + ofBlock(3, inputs[i], channels) + ofBlock(3, channels, channels),
    ofBlock(5, 3, stem) + ofBlock(3, stem, stem),
  );
}

/** A tensor of standard normal numbers. */
export function noise(seed: number, ...shape: number[]): Tensor {
  const next = createRandom(seed);
  const count = shape.reduce((product, length) => product * length, 1);
  return tensor(
    Float32Array.from({ length: count }, () => next.normal()),
    shape,
  );
}
