import { checkTensorList } from '../../checks/arguments';
import { checkLayout } from '../../checks/arrays';
import { checkFinite } from '../../checks/numbers';
import { checkOptions } from '../../checks/options';
import { BatchNorm2d } from '../../nn/batchNorm2d';
import { Conv2d } from '../../nn/conv2d';
import { normal } from '../../nn/initialize';
import { Module } from '../../nn/module';
import { relu } from '../../ops/elementwise';
import type { Random } from '../../tensor/random';
import type { Tensor } from '../../tensor/tensor';
import { checkCounts, mostChannels } from '../settings';

/** Settings of {@link PyramidHead}. */
export interface PyramidHeadOptions {
  /** Channels of the maps. */
  channels: number;
  /** How many maps there are. */
  levels: number;
  /** Source of the first weights. */
  random: Random;
  /** 3×3 convolutions before the outputs (1; the papers have 4). */
  depth?: number;
}

/**
 * The tower of a one-stage detector: 3×3 convolutions whose weights all levels of a pyramid share, since an object of 16 px on a map of
 * stride 4 should look like one of 32 px on a map of stride 8. Each level has its own batch norms, since its numbers are distributed
 * differently.
 */
export class PyramidHead extends Module {
  readonly convolutions: Conv2d[];
  /** `norms[layer][level]`. */
  readonly norms: BatchNorm2d[][];
  readonly #channels: number;
  readonly #levels: number;

  /** @throws on settings out of range. */
  constructor(options: PyramidHeadOptions) {
    super();
    checkOptions('PyramidHead', options, { channels: 'any', levels: 'any', random: 'random', depth: 'any' });
    const { channels, levels, random, depth = 1 } = options;
    checkCounts('PyramidHead', { channels }, mostChannels);
    checkCounts('PyramidHead', { levels, depth }, 16);
    const layers = Array.from({ length: depth });
    this.convolutions = layers.map(() => new Conv2d(channels, channels, { size: 3, padding: 1, bias: false, random }));
    this.norms = layers.map(() => Array.from({ length: levels }, () => new BatchNorm2d(channels)));
    this.#channels = channels;
    this.#levels = levels;
  }

  /** Maps `[N, Hᵢ, Wᵢ, channels]` of all levels → as many of the same shapes. @throws on other maps. */
  forward(maps: readonly Tensor[]): Tensor[] {
    checkTensorList('PyramidHead', 'maps', maps);
    if (maps.length !== this.#levels) {
      throw new Error(`PyramidHead: expected ${this.#levels} maps, one for each level, got ${maps.length}`);
    }
    for (const [i, { shape }] of maps.entries()) {
      checkLayout('PyramidHead', `map ${i}`, shape, `[N, H, W, ${this.#channels}]`);
    }
    return maps.map((map, level) =>
      this.convolutions.reduce((x, convolution, i) => relu(this.norms[i][level].forward(convolution.forward(x))), map),
    );
  }
}

/**
 * A 1×1 convolution that all levels share, from a tower to what is predicted: weights N(0, 0.01²).
 * @param bias where all outputs start (0). @throws on settings out of range.
 */
export function outputLayer(channels: number, outputs: number, random: Random, bias = 0): Conv2d {
  checkFinite('outputLayer', 'bias', bias);
  const layer = new Conv2d(channels, outputs, { size: 1, random, initialize: normal(0.01) });
  layer.bias!.value.data!.fill(bias);
  return layer;
}
