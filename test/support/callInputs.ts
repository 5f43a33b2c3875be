import ndarray, { type NdArray } from 'ndarray';
import type { Batch } from '../../src/data/batches';
import * as detseg from '../../src/index';

/** Inputs of calls in the tables of test/wrongCalls, made anew for every call. */

/** An ndarray of float32 numbers in 0–1 that differ from each other. */
export function numbers(...shape: number[]): NdArray<Float32Array> {
  const size = shape.reduce((product, length) => product * length, 1);
  return ndarray(
    Float32Array.from({ length: size }, (_, i) => ((i * 37) % 101) / 101),
    shape,
  );
}

/** An image `[H, W, 3]`. */
export const image = (height = 16, width = 16) => numbers(height, width, 3);

/** Boxes `[N, 4]` of so many objects. */
export function boxes(count = 3): NdArray<Float32Array> {
  const all = [0, 0, 4, 4, 2, 2, 8, 8, 1, 1, 3, 5];
  return ndarray(Float32Array.from(all.slice(0, 4 * count)), [count, 4]);
}

/** A class 0 or 1 for each object. */
export const labels = (count = 3) => ndarray(Int32Array.from([0, 1, 0].slice(0, count)), [count]);

/** A score for each box. */
export const scores = (count = 3) => ndarray(Float32Array.from([0.9, 0.8, 0.3].slice(0, count)), [count]);

/** A map `[H, W]` of classes 0 and 1. */
export function labelMap(height = 16, width = 16): NdArray<Uint8Array> {
  return ndarray(
    Uint8Array.from({ length: height * width }, (_, i) => (i % width < width / 2 ? 0 : 1)),
    [height, width],
  );
}

export const flags = (count = 3) => ndarray(new Uint8Array(count), [count]);

/** What was found in one image. */
export const detections = () => ({ boxes: boxes(), labels: labels(), scores: scores() });

/** What is there in one image. */
export const truth = () => ({ boxes: boxes(2), labels: labels(2), crowd: flags(2), difficult: flags(2) });

/** A source of random numbers. */
export const random = () => detseg.createRandom(1);

/** One image with its boxes, labels, masks and maps. */
export function sample(): detseg.Sample {
  const masks = ndarray(new Uint8Array(2 * 256), [2, 16, 16]);
  for (let g = 0; g < 2; g++) for (let i = 0; i < 40; i++) masks.data[g * 256 + 100 * g + i] = 1;
  const panoptic = ndarray(
    Int32Array.from({ length: 256 }, (_, i) => (masks.data[i] ? 1 : masks.data[256 + i] ? 2 : 0)),
    [16, 16],
  );
  return { image: image(), boxes: boxes(2), labels: labels(2), masks, semantic: labelMap(), panoptic };
}

/** A data set of so many samples, of one kind of stuff and two classes of things. */
export function dataset(length = 4): detseg.Dataset {
  return new Samples(length);
}

/** A class of its own: only what stands in its place is replaced, not what it holds. */
class Samples implements detseg.Dataset {
  readonly classes = { stuff: ['ground'], things: ['cat', 'dog'] };

  constructor(readonly length: number) {}

  sample(): detseg.Sample {
    return sample();
  }
}

/** A batch of two samples. */
export const batch = (): Batch => detseg.collate([sample(), sample()], random());
