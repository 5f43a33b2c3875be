import { BatchNorm2d } from './batchNorm2d';
import { freeze } from './freeze';
import { checkModule, type Module } from './module';

/**
 * Makes a network ready for inference: each {@link BatchNorm2d} that takes the result of a convolution becomes part of its weights and bias,
 *
 * weight · f and (bias − mean) · f + shift, with f = scale / √(variance + ε) by output channel,
 *
 * wherever in the network the two meet. The network computes the same numbers up to rounding, with fewer launches. Its own parameters
 * and running values stay as they are, under the same names, and may be loaded before or after; the folded numbers follow them.
 *
 * The network is frozen, see {@link freeze}: it evaluates, and no gradient reaches its parameters. `unfreeze` takes both back.
 * @returns the same module.
 * @throws on what is no module.
 */
export function foldBatchNorm<Network extends Module>(network: Network): Network {
  checkModule('foldBatchNorm', 'network', network);
  freeze(network);
  for (const module of network.modules()) if (module instanceof BatchNorm2d) module.fold();
  return network;
}
