import { checkOptions } from '../../checks/options';
import { BatchNorm2d } from '../../nn/batchNorm2d';
import { Conv2d } from '../../nn/conv2d';
import { Sequential } from '../../nn/sequential';
import { relu } from '../../ops/elementwise';
import type { Random } from '../../tensor/random';
import { checkCounts, checkWidths, mostChannels, mostPixels } from '../settings';

/** Settings of {@link convBlock}. */
export interface ConvBlockOptions {
  /** Source of the first weights. */
  random: Random;
  /** Side of the filters, odd (3). */
  size?: number;
  /** Pixels from one window to the next (1). */
  stride?: number;
}

const kinds = { random: 'random', size: 'any', stride: 'any' } as const;

/**
 * Convolution, batch norm, ReLU: `[N, H, W, in]` → `[N, ⌈H / stride⌉, ⌈W / stride⌉, out]`. The norm's shift stands for the bias.
 * @throws on settings out of range.
 */
export function convBlock(inChannels: number, outChannels: number, options: ConvBlockOptions): Sequential {
  const { random, size = 3, stride = 1 } = checkOptions('convBlock', options, kinds);
  checkCounts('convBlock', { inChannels, outChannels }, mostChannels);
  checkCounts('convBlock', { size, stride }, mostPixels);
  const convolution = new Conv2d(inChannels, outChannels, { size, stride, padding: size >> 1, bias: false, random });
  return new Sequential(convolution, new BatchNorm2d(outChannels), relu);
}

/** Several {@link convBlock}s one after the other, through the given numbers of channels. @throws as it does. */
export function convBlocks(channels: readonly number[], options: ConvBlockOptions): Sequential {
  checkOptions('convBlocks', options, kinds);
  checkWidths('convBlocks', channels, 1, 'channels');
  return new Sequential(...channels.slice(1).map((out, i) => convBlock(channels[i], out, options)));
}
