import ndarray from 'ndarray';
import { checkList, checkRandom } from '../checks/arguments';
import { isNdarray } from '../checks/isNdarray';
import { checkOptions } from '../checks/options';
import { checkSeed } from '../checks/seed';
import { shown } from '../checks/shown';
import { createRandom, type Random } from '../tensor/random';
import { type Tensor, tensor } from '../tensor/tensor';
import { checkDataset, checkImageOf, checkSample, sampleOf } from './checkSample';
import { copied } from './copied';
import type { Dataset, ImageSample, Sample, SegmentationSample } from './dataset';
import { type PackedBits, packBits, unpackBits } from './packedBits';
import { countedThings } from './things';

/** Images that go through a network together; all have the same size. */
export interface Batch<S extends ImageSample = Sample> {
  /** `[N, H, W, 3]`, 0–1. */
  images: Tensor;
  /** Semantic class of each pixel, `[N, H, W]`, where the samples know it; {@link voidLabel} where nobody does. */
  semantic: S extends SegmentationSample ? Tensor : Tensor | undefined;
  /** The images with all that is known of them, augmented, in the order of `images`. */
  samples: readonly S[];
  /** Source for whatever the step draws: regions, for instance. Its seed depends on the step alone, so a step can be repeated. */
  random: Random;
}

/** Turns a sample into another one of the same size: a mirrored or a recolored image. */
export type Augmentation<S extends ImageSample = Sample> = (sample: S, random: Random) => S;

/** Settings of {@link batches}. */
export interface BatchesOptions<S extends ImageSample = Sample> {
  /** Images in a batch. */
  size: number;
  /** Decides the order of the images and all that is drawn at random (0). */
  seed?: number;
  /** Changes each sample before it is put into a batch (not at all); see {@link augmentation}. */
  augment?: Augmentation<S>;
}

/** The batches of a training run by step; any step can be asked for at any time. */
export interface Batches<S extends ImageSample = Sample> {
  /** Images in a batch. */
  readonly size: number;
  /** Decides the order of the images and all that is drawn at random. */
  readonly seed: number;
  /** Whole batches in one pass over the data; images left over are in other places in the next pass. */
  readonly perEpoch: number;
  /** Batch of step 0, 1, …. */
  batch(step: number): Batch<S>;
}

/**
 * Stacks samples into one batch.
 * @throws on no samples, where their sizes differ, where a semantic map is not of its image's size, and where only some have one.
 */
export function collate<S extends ImageSample = Sample>(
  samples: readonly S[],
  random: Random = createRandom(0),
): Batch<S> {
  checkList('collate', 'samples', samples, 'samples');
  if (samples.length === 0) throw new Error('collate: expected at least one sample, got none');
  checkRandom('collate', random);
  for (const [n, sample] of samples.entries()) checkImageOf(`collate: sample ${n}`, sample);
  const [height, width] = samples[0].image.shape;
  const pixels = height * width;
  const images = new Float32Array(samples.length * pixels * 3);
  const mapOf = (sample: S) => (sample as Partial<SegmentationSample>).semantic;
  const semantic = mapOf(samples[0]) && new Float32Array(samples.length * pixels);
  for (const [n, sample] of samples.entries()) {
    if (sample.image.shape[0] !== height || sample.image.shape[1] !== width) {
      throw new Error(
        `collate: expected images [${height}, ${width}, 3], got [${sample.image.shape.join(', ')}] at ${n}`,
      );
    }
    checkSample(`collate: sample ${n}`, sample);
    images.set(tensor(sample.image).value.data!, n * pixels * 3);
    const map = mapOf(sample);
    if (!semantic !== !map) throw new Error(`collate: expected a semantic map in all samples or in none, got both`);
    if (!semantic || !map) continue;
    semantic.set(tensor(map).value.data!, n * pixels);
  }
  const maps = semantic && tensor(semantic, [samples.length, height, width]);
  return {
    images: tensor(images, [samples.length, height, width, 3]),
    semantic: maps as Batch<S>['semantic'],
    samples,
    random,
  };
}

/** One seed of two: neighboring pairs lead to unrelated ones. */
function mixedSeed(seed: number, number: number): number {
  return createRandom(createRandom(seed).integer(2 ** 32) ^ (number | 0)).integer(2 ** 32);
}

/**
 * Batches of a data set for training: each pass in another order, every image once a pass, augmented as asked.
 *
 * A batch is a function of data, seed and step alone. A run that continues at step k therefore sees the batches that an unbroken
 * run would have seen, without anything to be saved.
 *
 * Crowds and difficult things are left out: nothing is trained to find them ({@link countedThings}).
 * @throws where the size is not a whole number from 1 to the data set's length.
 */
export function batches<S extends ImageSample = Sample>(dataset: Dataset<S>, options: BatchesOptions<S>): Batches<S> {
  const {
    size,
    seed = 0,
    augment,
  } = checkOptions('batches', options, { size: 'any', seed: 'any', augment: 'function' });
  checkDataset('batches', dataset);
  if (!(Number.isInteger(size) && size >= 1 && size <= dataset.length)) {
    throw new Error(`batches: expected a size from 1 to the data set's ${dataset.length} images, got ${shown(size)}`);
  }
  checkSeed('batches', seed);
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
        throw new Error(`batch: expected a step of 0 or more, got ${shown(step)}`);
      }
      const random = createRandom(mixedSeed(~seed, step));
      const first = (step % perEpoch) * size;
      const samples = orderOf(Math.floor(step / perEpoch))
        .slice(first, first + size)
        .map((index) => countedThings(sampleOf('batches', dataset, index)))
        .map((sample) => (augment ? augment(sample, random) : sample));
      return collate(samples, random);
    },
  };
}

/**
 * The whole data set in its order, for evaluation; the last batch may be smaller.
 * @throws on a size that is not a whole number of 1 or more.
 */
export function* everyBatch<S extends ImageSample = Sample>(
  dataset: Dataset<S>,
  options: { size: number },
): Generator<Batch<S>, void> {
  const { size } = checkOptions('everyBatch', options, { size: 'any' });
  checkDataset('everyBatch', dataset);
  if (!(Number.isInteger(size) && size >= 1)) {
    throw new Error(`everyBatch: expected a size of 1 or more, got ${shown(size)}`);
  }
  for (let first = 0; first < dataset.length; first += size) {
    const count = Math.min(size, dataset.length - first);
    yield collate(Array.from({ length: count }, (_, k) => sampleOf('everyBatch', dataset, first + k)));
  }
}

/**
 * The same data set, each image made once and then kept in memory: 8 bits a color and one a pixel of a mask, so that 4000 images of 64×64 px
 * take about 100 MB. Colors are rounded to 1/255, as a file would.
 * @param options maxBytes: where the images and labels kept are larger than this together, further ones are made anew each time
 * (no limit).
 * @throws where maxBytes is below 0.
 */
export function keepInMemory<S extends ImageSample = Sample>(
  dataset: Dataset<S>,
  options: { maxBytes?: number } = {},
): Dataset<S> {
  const { maxBytes = Number.POSITIVE_INFINITY } = checkOptions('keepInMemory', options, { maxBytes: 'any' });
  checkDataset('keepInMemory', dataset);
  if (!(typeof maxBytes === 'number' && maxBytes >= 0)) {
    throw new Error(`keepInMemory: expected maxBytes of 0 or more, got ${shown(maxBytes)}`);
  }
  let held = 0;
  const kept = new Map<number, { rest: object; colors: Uint8Array; shape: number[]; masks: PackedBits | null }>();
  return {
    length: dataset.length,
    classes: dataset.classes,
    sample(index) {
      let entry = kept.get(index);
      if (!entry) {
        const { image, ...all } = sampleOf('keepInMemory', dataset, index);
        const values = tensor(image).value.data!;
        // Loops here and below: a mapping `from` goes through an iterator, twenty times slower.
        const colors = new Uint8Array(values.length);
        for (let i = 0; i < values.length; i++) colors[i] = Math.round(values[i] * 255);
        // Masks of many objects take most of the memory.
        const { masks: own } = all as Partial<Sample>;
        const masks = own === undefined ? null : packBits(copied(own));
        const { masks: _, ...unmasked } = all as Partial<Sample>;
        const rest = masks === null ? all : unmasked;
        entry = { rest, colors, shape: image.shape, masks };
        const parts = Object.values(rest).filter(isNdarray);
        const packed = colors.length + (masks?.bits.length ?? 0);
        const bytes = parts.reduce((sum, { data }) => sum + (data as Uint8Array).byteLength, packed);
        if (held + bytes <= maxBytes) {
          kept.set(index, entry);
          held += bytes;
        }
      }
      const { rest, colors, shape, masks } = entry;
      const values = new Float32Array(colors.length);
      for (let i = 0; i < colors.length; i++) values[i] = colors[i] / 255;
      const copies = Object.entries(rest).map(([name, part]) => [name, isNdarray(part) ? copied(part) : part]);
      const more = masks === null ? {} : { masks: unpackBits(masks) };
      return { ...Object.fromEntries(copies), ...more, image: ndarray(values, [...shape]) };
    },
  };
}
