import { checkTensor } from '../../checks/arguments';
import { checkOptions } from '../../checks/options';
import { BatchNorm2d } from '../../nn/batchNorm2d';
import { Conv2d } from '../../nn/conv2d';
import { Module } from '../../nn/module';
import { Sequential } from '../../nn/sequential';
import { concat } from '../../ops/concat';
import { relu } from '../../ops/elementwise';
import { show } from '../../shape/shape';
import type { Random } from '../../tensor/random';
import type { Tensor } from '../../tensor/tensor';
import { checkCounts, mostChannels } from '../settings';

/** Settings of {@link DenseBlock}. */
export interface DenseBlockOptions {
  /** Channels of the block's input. */
  inputs: number;
  /** Number of layers (3). At most 64. */
  layers?: number;
  /** Channels that each layer adds (8). */
  growth?: number;
  /** Source of the first weights. */
  random: Random;
}

/** Layers at most: layer l reads the maps of all l − 1 before it. */
const mostLayers = 64;

/**
 * Dense block (Huang et al. 2017): every layer reads the input and the maps of all layers before it, side by side,
 *
 * x_l = convolve3×3(ReLU(batchNorm([x_0, x_1, …, x_(l−1)]))),
 *
 * and adds `growth` channels.
 */
export class DenseBlock extends Module {
  readonly layers: Sequential[];
  /** Channels of all maps together: inputs + layers · growth. */
  readonly channels: number;
  readonly #inputs: number;

  /** @throws on settings out of range. */
  constructor(options: DenseBlockOptions) {
    super();
    checkOptions('DenseBlock', options, { inputs: 'any', layers: 'any', growth: 'any', random: 'random' });
    const { inputs, layers = 3, growth = 8, random } = options;
    checkCounts('DenseBlock', { inputs, growth }, mostChannels);
    checkCounts('DenseBlock', { layers }, mostLayers);
    this.layers = Array.from({ length: layers }, (_, i) => {
      const read = inputs + i * growth;
      return new Sequential(new BatchNorm2d(read), relu, new Conv2d(read, growth, { size: 3, padding: 1, random }));
    });
    this.#inputs = inputs;
    this.channels = inputs + layers * growth;
  }

  /**
   * `[N, H, W, inputs]` → `all`, the input and the new maps, `[N, H, W, inputs + layers · growth]`; and `added`, the new maps alone,
   * `[N, H, W, layers · growth]`.
   * @throws on other shapes.
   */
  forward(x: Tensor): { all: Tensor; added: Tensor } {
    checkTensor('DenseBlock', 'x', x);
    if (x.rank !== 4 || x.shape[3] !== this.#inputs) {
      throw new Error(`DenseBlock: expected x [N, H, W, ${this.#inputs}], got ${show(x.shape)}`);
    }
    const added: Tensor[] = [];
    let all = x;
    for (const layer of this.layers) {
      added.push(layer.forward(all));
      all = concat([all, added[added.length - 1]]);
    }
    return { all, added: concat(added) };
  }
}
