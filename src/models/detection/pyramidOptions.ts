import { checkFrom0, checkPositive, checkShare } from '../../checks/numbers';
import { shown } from '../../checks/shown';
import { checkCounts, checkWidths, mostChannels } from '../settings';

/** Settings of the detectors that look at a feature pyramid. */
export interface PyramidOptions {
  /** Channels of the backbone's stages (`[16, 32, 64]`): stage i has stride 4 · 2^i. */
  stages?: readonly number[];
  /** The finest stride that is looked at (4): 8 leaves the first stage out; that of the last stage leaves one map. */
  finest?: number;
  /** Channels of the pyramid and of the towers on it (32). */
  channels?: number;
  /** 3×3 convolutions of each tower (1; the papers have 4). */
  depth?: number;
  /** Factor on the backbone's numbers of channels (1). */
  width?: number;
}

/** {@link PyramidOptions} for `checkOptions`. */
export const pyramidKinds = { stages: 'any', finest: 'any', channels: 'any', depth: 'any', width: 'any' } as const;

/** The settings with their defaults, and how many stages come before the finest that is looked at. @throws on values out of range. */
export function checkPyramid(
  model: string,
  options: PyramidOptions,
): Required<Omit<PyramidOptions, 'finest'>> & { skipped: number } {
  const { stages = [16, 32, 64], finest = 4, channels = 32, depth = 1, width = 1 } = options;
  checkWidths(model, stages, 1, 'stages');
  checkCounts(model, { channels }, mostChannels);
  checkCounts(model, { depth }, 16);
  checkPositive(model, 'width', width);
  const skipped = stages.findIndex((_, i) => finest === 4 * 2 ** i);
  if (skipped < 0) {
    const strides = stages.map((_, i) => 4 * 2 ** i).join(', ');
    throw new Error(`${model}: expected finest to be one of the strides ${strides}, got ${shown(finest)}`);
  }
  return { stages, channels, depth, width, skipped };
}

/** Throws unless α is null or from 0 to 1, γ ≥ 0, and π between 0 and 1. */
export function checkFocal(
  model: string,
  { alpha, gamma, prior }: { alpha: number | null; gamma: number; prior: number },
): void {
  if (alpha !== null) checkShare(model, 'alpha', alpha);
  checkFrom0(model, 'gamma', gamma);
  if (!(typeof prior === 'number' && prior > 0 && prior < 1)) {
    throw new Error(`${model}: expected prior between 0 and 1, got ${shown(prior)}`);
  }
}
