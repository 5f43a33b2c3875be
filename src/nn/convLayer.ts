import { checkCount } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { shown } from '../checks/shown';
import { type ConvOptions, checkConvSettings, convKinds, convTransposeKinds } from '../ops/convGeometry';
import { resolveNumbers } from '../shape/shape';
import type { Random } from '../tensor/random';
import { drawnParameter, filledParameter, type Initializer, kaimingNormal } from './initialize';
import { Module, type Parameter } from './module';

/** What a convolution's layer adds to the settings of its operation. */
export interface FilterSettings<Size> {
  /** Taps of the filters along each axis of the image. */
  size: Size;
  /** Whether a learned number per output channel is added; needless before batch norm. */
  bias?: boolean;
  /** Source of the first weights. */
  random: Random;
  /** How the filters start (`kaimingNormal`). */
  initialize?: Initializer;
}

/** Settings of a layer whose operation takes `Options`. */
export type ConvSettings<Options extends ConvOptions<unknown>> = Omit<Options, 'bias'> &
  FilterSettings<NonNullable<Options['stride']>>;

/** What a layer is, beside its settings. */
const layerKinds = { size: 'any', random: 'random', initialize: 'function' } as const;

interface Kind {
  /** The layer's name, for errors. */
  name: string;
  /** Axes of the image. */
  rank: number;
  inChannels: number;
  outChannels: number;
  transposed?: boolean;
}

/** Learnt filters, with the settings of the operation that uses them. @throws where groups do not divide the channels. */
export abstract class ConvLayer<Options extends ConvOptions<unknown>> extends Module {
  /** `[…window, Cin / groups, Cout]`; of transposed convolutions `[…window, Cout / groups, Cin]`. */
  readonly weight: Parameter;
  /** `[Cout]`, or null. */
  readonly bias: Parameter | null;
  readonly #options: Omit<Options, 'bias'>;

  /** @internal */
  constructor({ name, rank, inChannels, outChannels, transposed = false }: Kind, settings: ConvSettings<Options>) {
    super();
    const kinds = { ...layerKinds, ...(transposed ? convTransposeKinds : convKinds), bias: 'flag' } as const;
    const checked = checkOptions<object>(name, settings, kinds) as ConvSettings<Options>;
    const { size, bias = true, random, initialize = kaimingNormal, ...options } = checked;
    checkCount(name, 'inChannels', inChannels, 1);
    checkCount(name, 'outChannels', outChannels, 1);
    const { groups = 1 } = settings;
    if (!Number.isInteger(groups) || groups < 1 || inChannels % groups || outChannels % groups) {
      throw new Error(
        `${name}: expected groups to divide ${inChannels} and ${outChannels} channels, got ${shown(groups)}`,
      );
    }
    const window = resolveNumbers(name, 'size', size as number | readonly number[], rank, 1);
    checkConvSettings(name, rank, options as ConvOptions<number | readonly number[]>);
    const channels = transposed ? [outChannels / groups, inChannels] : [inChannels / groups, outChannels];
    const shape = [...window, ...channels];
    this.weight = drawnParameter(name, shape, initialize, random);
    this.bias = bias ? filledParameter(name, [outChannels]) : null;
    this.#options = options as unknown as Omit<Options, 'bias'>;
  }

  /** The operation's options. */
  protected options(): Options {
    return { ...this.#options, bias: this.bias ?? undefined } as Options;
  }
}
