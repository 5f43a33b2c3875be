import { checkTensorList } from '../../checks/arguments';
import { checkLayout } from '../../checks/arrays';
import { checkOptions } from '../../checks/options';
import { Conv2d } from '../../nn/conv2d';
import { Module } from '../../nn/module';
import { add } from '../../ops/elementwise';
import { resize } from '../../ops/resize';
import type { Random } from '../../tensor/random';
import type { Tensor } from '../../tensor/tensor';
import { convBlock } from '../backbones/convBlock';
import { checkCounts, checkWidths, mostChannels } from '../settings';

/** Settings of {@link FeaturePyramid}. */
export interface FeaturePyramidOptions {
  /** Channels of the maps that go in, the finest first. */
  inputs: readonly number[];
  /** Channels of all maps that come out. */
  channels: number;
  /** Source of the first weights. */
  random: Random;
  /** Whether the last convolution of each map is followed by batch norm and ReLU (false, as in the paper). */
  normalized?: boolean;
}

/**
 * Feature pyramid network (Lin et al. 2017, section 3): maps of all scales, each with the meaning of the coarsest.
 *
 *     Mᵢ = lateralᵢ(Cᵢ) + nearest(Mᵢ₊₁ to the size of Mᵢ),    Pᵢ = outputᵢ(Mᵢ)
 *
 * lateral is a 1×1 convolution, output a 3×3 one. Maps of odd sizes are allowed: the coarser map is enlarged to exactly the size of the
 * finer one. The same as torchvision's `FeaturePyramidNetwork` without its extra level.
 */
export class FeaturePyramid extends Module {
  readonly laterals: Conv2d[];
  readonly outputs: Module[];
  /** Channels of the maps that come out. */
  readonly channels: number;
  readonly #inputs: readonly number[];

  /** @throws on settings out of range. */
  constructor(options: FeaturePyramidOptions) {
    super();
    checkOptions('FeaturePyramid', options, { inputs: 'any', channels: 'any', random: 'random', normalized: 'flag' });
    const { inputs, channels, random, normalized = false } = options;
    checkWidths('FeaturePyramid', inputs, 1, 'inputs');
    checkCounts('FeaturePyramid', { channels }, mostChannels);
    this.laterals = inputs.map((count) => new Conv2d(count, channels, { size: 1, random }));
    this.outputs = inputs.map(() =>
      normalized
        ? convBlock(channels, channels, { random })
        : new Conv2d(channels, channels, { size: 3, padding: 1, random }),
    );
    this.channels = channels;
    this.#inputs = [...inputs];
  }

  /**
   * Maps `[N, Hᵢ, Wᵢ, inputsᵢ]`, the finest first → maps `[N, Hᵢ, Wᵢ, channels]`.
   * @throws unless there is one map for each of the inputs, with as many channels.
   */
  forward(maps: readonly Tensor[]): Tensor[] {
    checkTensorList('FeaturePyramid', 'maps', maps);
    if (maps.length !== this.#inputs.length) {
      throw new Error(`FeaturePyramid: expected ${this.#inputs.length} maps, the finest first, got ${maps.length}`);
    }
    for (const [i, { shape }] of maps.entries()) {
      checkLayout('FeaturePyramid', `map ${i}`, shape, `[N, H, W, ${this.#inputs[i]}]`);
    }
    const merged: Tensor[] = [];
    for (let i = maps.length - 1; i >= 0; i--) {
      const [, height, width] = maps[i].shape;
      const lateral = this.laterals[i].forward(maps[i]);
      const above = merged[0];
      merged.unshift(above ? add(lateral, resize(above, { size: [height, width], mode: 'nearest' })) : lateral);
    }
    return merged.map((map, i) => this.outputs[i].forward(map) as Tensor);
  }
}
