import ndarray from 'ndarray';
import { createRandom, type Random } from '../tensor/random';
import { type Tensor, tensor } from '../tensor/tensor';
import type { Dataset, Sample } from './dataset';

/** Pictures that go through a network together; all have the same size. */
export interface Batch {
  /** `[N, H, W, 3]`, 0–1. */
  images: Tensor;
  /** Semantic class of each pixel, `[N, H, W]`. */
  semantic: Tensor;
  samples: readonly Sample[];
  /** Source for whatever the step draws: regions, for instance. Its seed depends on the step alone, so a step can be repeated. */
  random: Random;
}

/** Turns a sample into another one of the same size: a mirrored or a recoloured picture. */
export type Augmentation = (sample: Sample, random: Random) => Sample;

/** Settings of {@link batches}. */
export interface BatchesOptions {
  /** Pictures in a batch. */
  size: number;
  seed?: number;
  augment?: Augmentation;
}

/** The batches of a training run by step; any step can be asked for at any time. */
export interface Batches {
  readonly size: number;
  readonly seed: number;
  /** Whole batches in one pass over the data; pictures left over are in other places in the next pass. */
  readonly perEpoch: number;
  /** Batch of step 0, 1, …. */
  batch(step: number): Batch;
}

/**
 * Stacks samples into one batch.
 * @throws on no samples, and where their sizes differ.
 */
export function collate(samples: readonly Sample[], random: Random = createRandom(0)): Batch {
  if (samples.length === 0) throw new Error('collate: expected at least one sample, got none');
  const [height, width] = samples[0].image.shape;
  const pixels = height * width;
  const images = new Float32Array(samples.length * pixels * 3);
  const semantic = new Float32Array(samples.length * pixels);
  for (const [n, sample] of samples.entries()) {
    if (sample.image.shape[0] !== height || sample.image.shape[1] !== width) {
      throw new Error(
        `collate: expected images [${height}, ${width}, 3], got [${sample.image.shape.join(', ')}] at ${n}`,
      );
    }
    images.set(tensor(sample.image).value.data!, n * pixels * 3);
    semantic.set(tensor(sample.semantic).value.data!, n * pixels);
  }
  return {
    images: tensor(images, [samples.length, height, width, 3]),
    semantic: tensor(semantic, [samples.length, height, width]),
    samples,
    random,
  };
}

/** One seed of two: neighbouring pairs lead to unrelated ones. */
function mixedSeed(seed: number, number: number): number {
  return createRandom(createRandom(seed).integer(2 ** 32) ^ (number | 0)).integer(2 ** 32);
}

/**
 * Batches of a data set for training: each pass in another order, every picture once a pass, augmented as asked.
 *
 * A batch is a function of data, seed and step alone. A run that continues at step k therefore sees the batches that an unbroken
 * run would have seen, without anything to be saved.
 * @throws where the size is not a whole number from 1 to the data set's length.
 */
export function batches(dataset: Dataset, { size, seed = 0, augment }: BatchesOptions): Batches {
  if (!(Number.isInteger(size) && size >= 1 && size <= dataset.length)) {
    throw new Error(`batches: expected a size from 1 to the data set's ${dataset.length} pictures, got ${size}`);
  }
  if (!Number.isSafeInteger(seed)) throw new Error(`batches: expected a whole number as seed, got ${seed}`);
  const perEpoch = Math.floor(dataset.length / size);
  let order: { epoch: number; indices: number[] } | undefined;

  function orderOf(epoch: number): number[] {
    if (order?.epoch !== epoch) {
      const indices = Array.from({ length: dataset.length }, (_, index) => index);
      order = { epoch, indices: createRandom(mixedSeed(seed, epoch)).shuffle(indices) };
    }
    return order.indices;
  }

  return {
    size,
    seed,
    perEpoch,
    batch(step) {
      if (!(Number.isSafeInteger(step) && step >= 0)) {
        throw new Error(`batch: expected a step of 0 or more, got ${step}`);
      }
      const random = createRandom(mixedSeed(~seed, step));
      const first = (step % perEpoch) * size;
      const samples = orderOf(Math.floor(step / perEpoch))
        .slice(first, first + size)
        .map((index) => dataset.sample(index))
        .map((sample) => (augment ? augment(sample, random) : sample));
      return collate(samples, random);
    },
  };
}

/** The whole data set in its order, for evaluation; the last batch may be smaller. */
export function* everyBatch(dataset: Dataset, { size }: { size: number }): Generator<Batch, void> {
  if (!(Number.isInteger(size) && size >= 1)) throw new Error(`everyBatch: expected a size of 1 or more, got ${size}`);
  for (let first = 0; first < dataset.length; first += size) {
    const count = Math.min(size, dataset.length - first);
    yield collate(Array.from({ length: count }, (_, k) => dataset.sample(first + k)));
  }
}

/**
 * The same data set, each picture made once and then kept in memory: 8 bits a colour, so that 4000 pictures of 64×64 px take
 * about 100 MB. Colours are rounded to 1/255, as a file would.
 */
export function keepInMemory(dataset: Dataset): Dataset {
  const kept = new Map<number, Omit<Sample, 'image'> & { colours: Uint8Array; shape: number[] }>();
  return {
    length: dataset.length,
    classes: dataset.classes,
    sample(index) {
      let entry = kept.get(index);
      if (!entry) {
        const { image, ...rest } = dataset.sample(index);
        const values = tensor(image).value.data!;
        // Loops here and below: a mapping `from` goes through an iterator, twenty times slower.
        const colours = new Uint8Array(values.length);
        for (let i = 0; i < values.length; i++) colours[i] = Math.round(values[i] * 255);
        entry = { ...rest, colours, shape: image.shape };
        kept.set(index, entry);
      }
      const { colours, shape, boxes, labels, masks, semantic, panoptic } = entry;
      const values = new Float32Array(colours.length);
      for (let i = 0; i < colours.length; i++) values[i] = colours[i] / 255;
      const copy = <Numbers extends Float32Array | Int32Array | Uint8Array>(array: ndarray.NdArray<Numbers>) =>
        ndarray(array.data.slice() as Numbers, [...array.shape]);
      return {
        image: ndarray(values, [...shape]),
        boxes: copy(boxes),
        labels: copy(labels),
        masks: copy(masks),
        semantic: copy(semantic),
        panoptic: copy(panoptic),
      };
    },
  };
}
