import { type Conv2dOptions, conv2d } from '../ops/conv2d';
import type { Random } from '../tensor/random';
import { resolvePair } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';
import type { Pair } from '../types';
import { type Initialiser, kaimingNormal } from './initialise';
import { Module, Parameter } from './module';

/** Settings of a {@link Conv2d} layer. */
export interface Conv2dSettings extends Omit<Conv2dOptions, 'bias'> {
  /** Height and width of the filters. */
  size: Pair;
  /** Whether a learnt number per output channel is added; needless before batch norm. */
  bias?: boolean;
  /** Source of the first weights. */
  random: Random;
  initialise?: Initialiser;
}

/** Convolution with learnt filters: weight `[kh, kw, Cin / groups, Cout]`, bias `[Cout]`; see {@link conv2d}. */
export class Conv2d extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter | null;
  readonly #options: Omit<Conv2dOptions, 'bias'>;

  constructor(inChannels: number, outChannels: number, settings: Conv2dSettings) {
    super();
    const { size, bias = true, random, initialise = kaimingNormal, ...options } = settings;
    const { groups = 1 } = options;
    if (!Number.isInteger(groups) || groups < 1 || inChannels % groups || outChannels % groups) {
      throw new Error(`Conv2d: expected groups to divide ${inChannels} and ${outChannels} channels, got ${groups}`);
    }
    const shape = [...resolvePair('Conv2d', 'size', size, 1), inChannels / groups, outChannels];
    this.weight = new Parameter(initialise(shape, random), shape);
    this.bias = bias ? new Parameter(new Float32Array(outChannels), [outChannels]) : null;
    this.#options = options;
  }

  /** `[N, H, W, Cin]` → `[N, H', W', Cout]`. */
  forward(x: Tensor): Tensor {
    return conv2d(x, this.weight, { ...this.#options, bias: this.bias ?? undefined });
  }
}
