import { checkList, checkRandom, checkTensor } from '../checks/arguments';
import { checkArray } from '../checks/arrays';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';
import type { Batch } from '../data/batches';
import { checkSample } from '../data/checkSample';
import {
  type DetectionSample,
  type ImageSample,
  type InstanceSample,
  type SegmentationSample,
  voidLabel,
} from '../data/dataset';
import { checkSameShape, show } from '../shape/shape';
import type { Tensor } from '../tensor/tensor';

/** Throws unless a value is a batch: images `[N, H, W, 3]`, a sample of each, and a source of random numbers. */
export function checkBatch(model: string, batch: Batch<ImageSample>): void {
  if (!isRecord(batch)) {
    throw new Error(`${model}: expected a batch such as collate(samples) makes, got ${shown(batch)}`);
  }
  const { images, samples, random } = batch;
  checkTensor(model, 'images', images);
  if (images.shape.length !== 4 || images.shape[3] !== 3) {
    throw new Error(`${model}: expected images [N, H, W, 3], got ${show(images.shape)}`);
  }
  checkList(model, 'samples', samples, 'samples');
  if (samples.length !== images.shape[0]) {
    throw new Error(`${model}: expected ${images.shape[0]} samples, one an image, got ${samples.length}`);
  }
  checkRandom(model, random);
}

/**
 * What every detector asks of a sample that it is trained on: finite corners with x1 < x2 and y1 < y2, in px, and for each box a class
 * from 0 to `classes` − 1.
 * @throws naming the box.
 */
export function checkTarget(caller: string, sample: DetectionSample, classes: number): void {
  checkSample(caller, sample, ['boxes', 'labels'], ['boxes', 'labels']);
  const { boxes, labels } = sample;
  for (let g = 0; g < boxes.shape[0]; g++) {
    const [x1, y1, x2, y2] = [boxes.get(g, 0), boxes.get(g, 1), boxes.get(g, 2), boxes.get(g, 3)];
    if (![x1, y1, x2, y2].every(Number.isFinite) || !(x1 < x2 && y1 < y2)) {
      throw new Error(
        `${caller}: expected finite boxes with x1 < x2 and y1 < y2, got [${x1}, ${y1}, ${x2}, ${y2}] at ${g}`,
      );
    }
    const label = labels.get(g);
    if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
      throw new Error(`${caller}: expected labels from 0 to ${classes - 1}, got ${label} at ${g}`);
    }
  }
}

/** {@link checkTarget} of each sample of a batch. @throws naming the image, by its place in the batch. */
export function checkTargets(model: string, samples: readonly DetectionSample[], classes: number): void {
  checkList(model, 'samples', samples, 'samples');
  for (const [n, sample] of samples.entries()) checkTarget(`${model}: image ${n} of the batch`, sample, classes);
}

/** {@link checkBatch}, and {@link checkTargets} of its samples, whose images have to be of one size, and whose boxes reach into them. */
export function checkDetectionBatch(model: string, batch: Batch<DetectionSample>, classes: number): void {
  checkBatch(model, batch);
  checkTargets(model, batch.samples, classes);
  const [, height, width] = batch.images.shape;
  for (const [n, { image, boxes }] of batch.samples.entries()) {
    const caller = `${model}: image ${n} of the batch`;
    if (image.shape[0] !== height || image.shape[1] !== width) {
      throw new Error(`${caller}: expected a sample of ${height}×${width} px, as in images, got ${show(image.shape)}`);
    }
    for (let g = 0; g < boxes.shape[0]; g++) {
      const [x1, y1, x2, y2] = [boxes.get(g, 0), boxes.get(g, 1), boxes.get(g, 2), boxes.get(g, 3)];
      if (x1 < width && y1 < height && x2 > 0 && y2 > 0) continue;
      throw new Error(
        `${caller}: expected boxes that reach into the image of ${height}×${width} px, got [${x1}, ${y1}, ${x2}, ${y2}] at ${g}`,
      );
    }
  }
}

/** {@link checkDetectionBatch}, and a mask `[H, W]` of the image's size for each box. */
export function checkInstanceBatch(model: string, batch: Batch<InstanceSample>, classes: number): void {
  checkDetectionBatch(model, batch, classes);
  for (const [n, { image, boxes, masks }] of batch.samples.entries()) {
    const [height, width] = image.shape;
    checkArray(`${model}: image ${n} of the batch`, 'masks', masks, `[${boxes.shape[0]}, ${height}, ${width}]`);
  }
}

/**
 * What every segmenter asks of the maps that it is trained on: `[N, H, W]` of the images' size, and at each pixel a class from 0 to
 * `classes` − 1, or {@link voidLabel}. Maps that are still to be computed are not looked at.
 * @throws naming the image, by its place in the batch, and the pixel.
 */
export function checkSegmentationBatch(model: string, batch: Batch<SegmentationSample>, classes: number): void {
  checkBatch(model, batch);
  const { images, semantic } = batch;
  if (semantic === undefined) throw new Error(`${model}: expected samples with a semantic map, got none`);
  checkTensor(model, 'semantic', semantic);
  checkSameShape(model, 'semantic maps', semantic.shape, images.shape.slice(0, 3));
  checkLabelMaps(model, semantic, classes);
}

function checkLabelMaps(model: string, { value, shape }: Tensor, classes: number): void {
  const { data } = value;
  if (!data) return;
  const [, height, width] = shape;
  // A loop: every training step looks at every pixel's label.
  for (let i = 0; i < data.length; i++) {
    const label = data[i];
    if (label === voidLabel || (label >= 0 && label < classes && Number.isInteger(label))) continue;
    const pixel = i % (height * width);
    const place = `row ${Math.floor(pixel / width)}, column ${pixel % width}`;
    throw new Error(
      `${model}: image ${Math.floor(i / (height * width))} of the batch: expected labels from 0 to ${classes - 1}, ` +
        `or ${voidLabel} where nobody knows, got ${label} at ${place}`,
    );
  }
}
