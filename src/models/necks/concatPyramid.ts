import { checkTensorList } from '../../checks/arguments';
import { checkLayout } from '../../checks/arrays';
import { checkOptions } from '../../checks/options';
import { Module } from '../../nn/module';
import type { Sequential } from '../../nn/sequential';
import { concat } from '../../ops/concat';
import { resize } from '../../ops/resize';
import type { Random } from '../../tensor/random';
import type { Tensor } from '../../tensor/tensor';
import { convBlock } from '../backbones/convBlock';
import { checkCounts, checkWidths, mostChannels } from '../settings';

/** Settings of {@link ConcatPyramid}. */
export interface ConcatPyramidOptions {
  /** Channels of the maps that go in, the finest first. */
  inputs: readonly number[];
  /** Channels of all maps that come out. */
  channels: number;
  /** Source of the first weights. */
  random: Random;
}

/**
 * The neck of YOLO with several scales (Redmon and Farhadi 2018, YOLOv3, section 2.3): like a feature pyramid, but the coarser map is put
 * beside the finer one instead of being added.
 *
 *     Pₙ = block(Cₙ),    Pᵢ = block(concat(nearest(Pᵢ₊₁ to the size of Cᵢ), Cᵢ)),    block: 3×3 convolution, batch norm, ReLU
 */
export class ConcatPyramid extends Module {
  /** One block a level, the finest first. */
  readonly blocks: Sequential[];
  /** Channels of the maps that come out. */
  readonly channels: number;
  readonly #inputs: readonly number[];

  /** @throws on settings out of range. */
  constructor(options: ConcatPyramidOptions) {
    super();
    checkOptions('ConcatPyramid', options, { inputs: 'any', channels: 'any', random: 'random' });
    const { inputs, channels, random } = options;
    checkWidths('ConcatPyramid', inputs, 1, 'inputs');
    checkCounts('ConcatPyramid', { channels }, mostChannels);
    this.blocks = inputs.map((count, i) =>
      convBlock(i < inputs.length - 1 ? count + channels : count, channels, { random }),
    );
    this.channels = channels;
    this.#inputs = [...inputs];
  }

  /**
   * Maps `[N, Hᵢ, Wᵢ, inputsᵢ]`, the finest first → maps `[N, Hᵢ, Wᵢ, channels]`.
   * @throws unless there is one map for each of the inputs, with as many channels.
   */
  forward(maps: readonly Tensor[]): Tensor[] {
    checkTensorList('ConcatPyramid', 'maps', maps);
    if (maps.length !== this.#inputs.length) {
      throw new Error(`ConcatPyramid: expected ${this.#inputs.length} maps, the finest first, got ${maps.length}`);
    }
    const merged: Tensor[] = [];
    for (let i = maps.length - 1; i >= 0; i--) {
      checkLayout('ConcatPyramid', `map ${i}`, maps[i].shape, `[N, H, W, ${this.#inputs[i]}]`);
      const [, height, width] = maps[i].shape;
      const [above] = merged;
      const joined = above ? concat([resize(above, { size: [height, width], mode: 'nearest' }), maps[i]]) : maps[i];
      merged.unshift(this.blocks[i].forward(joined));
    }
    return merged;
  }
}
