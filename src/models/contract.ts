import type { NdArray } from 'ndarray';
import type { Detections } from '../boxes/detections';
import { checkFunction } from '../checks/arguments';
import type { Batch } from '../data/batches';
import type { DetectionSample, ImageSample, InstanceSample, Sample, SegmentationSample } from '../data/dataset';
import type { PanopticMap } from '../data/panoptic';
import { checkModule, type Module } from '../nn/module';
import { withoutGradients } from '../tensor/autograd';
import type { Tensor } from '../tensor/tensor';
import type { Images } from './images';

/** Parts of a loss by name, each a tensor of size 1; what is trained on is their sum. */
export type Losses = Record<string, Tensor>;

/** What can be trained; S is what it must know of each image. */
export interface Trainable<S extends ImageSample = Sample> extends Module {
  /**
   * Losses of one batch; the module must be in training. Whatever is drawn at random is drawn from `batch.random`, which is not to
   * be used by others until the losses are computed. A model that has to compute something first promises them.
   */
  losses(batch: Batch<S>): Losses | Promise<Losses>;
}

/** Gives every pixel a class; pixels of {@link voidLabel} count in none of its losses. */
export interface Segmenter extends Trainable<SegmentationSample> {
  /** @param images `[H, W, 3]`, a list of them, or `[N, H, W, 3]`, 0–1. @returns class numbers, `[N, H, W]`. @throws where a score is not finite. */
  predict(images: Images): Promise<NdArray<Float32Array>>;
}

/** Finds things: one box and one class each. */
export interface Detector extends Trainable<DetectionSample> {
  /** @param images `[H, W, 3]`, a list of them, or `[N, H, W, 3]`, 0–1. @returns one entry an image, the highest-scoring object first. @throws where a number is not finite. */
  detect(images: Images): Promise<Detections[]>;
}

/** What an instance segmenter says of one image; D may be 0. */
export interface Instances extends Detections {
  /** `[D, H, W]`, 1 where the object is, else 0. */
  masks: NdArray<Uint8Array>;
}

/** Finds objects: a box, a class and a mask each. */
export interface InstanceSegmenter extends Trainable<InstanceSample> {
  /** @param images `[H, W, 3]`, a list of them, or `[N, H, W, 3]`, 0–1. @returns one entry an image, the highest-scoring object first. @throws where a number is not finite. */
  segment(images: Images): Promise<Instances[]>;
}

/** A panoptic map, and the score of each of its things. */
export interface PanopticPrediction extends PanopticMap {
  /** `[G]` */
  scores: NdArray<Float32Array>;
}

/** Gives every pixel one segment, an object or stuff; what it finds of objects alone, `segment` tells. */
export interface PanopticSegmenter extends Trainable<Sample> {
  /** @param images `[H, W, 3]`, a list of them, or `[N, H, W, 3]`, 0–1. @returns one entry an image, the highest-scoring object first. @throws where a number is not finite. */
  segment(images: Images): Promise<Instances[]>;
  /** @param images `[H, W, 3]`, a list of them, or `[N, H, W, 3]`, 0–1. @returns one map an image. @throws where a number is not finite. */
  panoptic(images: Images): Promise<PanopticPrediction[]>;
}

/** A feature map that knows its scale. */
export interface Feature {
  /** `[N, H / stride, W / stride, C]`. */
  tensor: Tensor;
  /** Pixels of the image per cell. */
  stride: number;
}

/**
 * Records what a model computes in evaluation, whatever its mode was before: no dropout, running statistics, no gradients.
 * @param body records operations; it must not wait for anything.
 * @throws on what is no module, and where the body throws.
 */
export function evaluating<Result>(model: Module, body: () => Result): Result {
  checkModule('evaluating', 'model', model);
  checkFunction('evaluating', 'body', body, '() => model.forward(x)');
  return model.whileEvaluating(() => withoutGradients(body));
}
