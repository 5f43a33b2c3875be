import { checkTensorList } from '../../checks/arguments';
import { checkLayout } from '../../checks/arrays';
import { checkOptions } from '../../checks/options';
import { Conv2d } from '../../nn/conv2d';
import { Module } from '../../nn/module';
import type { Sequential } from '../../nn/sequential';
import { add } from '../../ops/elementwise';
import { resize } from '../../ops/resize';
import type { Random } from '../../tensor/random';
import type { Tensor } from '../../tensor/tensor';
import { convBlock } from '../backbones/convBlock';
import { checkCounts, mostChannels } from '../settings';

/** Settings of {@link SemanticHead}. */
export interface SemanticHeadOptions {
  /** Channels of the pyramid's maps. */
  channels: number;
  /** How many maps there are, each with twice the stride of the one before. */
  levels: number;
  /** Classes of a pixel. */
  classes: number;
  /** Source of the first weights. */
  random: Random;
}

/**
 * The semantic branch of panoptic FPN (Kirillov et al. 2019, Panoptic feature pyramid networks, figure 3): every level is brought to the
 * size of the finest by 3×3 convolutions and bilinear doubling, the levels are added, and a 1×1 convolution gives class scores.
 */
export class SemanticHead extends Module {
  /** For each level one block and, where it is coarser, as many more as it has to be doubled after the first. */
  readonly blocks: Sequential[][];
  readonly scores: Conv2d;
  readonly #channels: number;

  /** @throws on settings out of range. */
  constructor(options: SemanticHeadOptions) {
    super();
    checkOptions('SemanticHead', options, { channels: 'any', levels: 'any', classes: 'any', random: 'random' });
    const { channels, levels, classes, random } = options;
    checkCounts('SemanticHead', { channels }, mostChannels);
    checkCounts('SemanticHead', { levels }, 6);
    checkCounts('SemanticHead', { classes });
    this.blocks = Array.from({ length: levels }, (_, level) =>
      Array.from({ length: Math.max(1, level) }, () => convBlock(channels, channels, { random })),
    );
    this.scores = new Conv2d(channels, classes, { size: 1, random });
    this.#channels = channels;
  }

  /** Maps `[N, Hᵢ, Wᵢ, channels]`, the finest first → scores `[N, H₀, W₀, classes]`. @throws on other maps. */
  forward(maps: readonly Tensor[]): Tensor {
    checkTensorList('SemanticHead', 'maps', maps);
    if (maps.length !== this.blocks.length) {
      throw new Error(`SemanticHead: expected ${this.blocks.length} maps, the finest first, got ${maps.length}`);
    }
    const same = maps.map((map, level) => {
      checkLayout('SemanticHead', `map ${level}`, map.shape, `[N, H, W, ${this.#channels}]`);
      return this.blocks[level].reduce((x, block) => {
        const y = block.forward(x);
        return level === 0 ? y : resize(y, { scale: 2, mode: 'bilinear' });
      }, map);
    });
    return this.scores.forward(same.reduce((sum, map) => add(sum, map)));
  }
}
