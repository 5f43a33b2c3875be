import { checkTensor } from '../checks/arguments';
import { reshape } from '../ops/reshape';
import { slice } from '../ops/slice';
import { checkRank, show } from '../shape/shape';
import type { Tensor } from '../tensor/tensor';

/** Where the sequences of a recurrent layer end. */
export interface SequenceOptions {
  /** How many of the T steps each sequence has, `[N]`, whole numbers from 0 to T; all by default. */
  lengths?: Tensor | readonly number[];
}

/** The state of one layer of several, `[N, H]` of `[L, N, H]`. @throws where there are other layers. */
export function layerState(
  caller: string,
  name: string,
  state: Tensor | undefined,
  { layer, layers }: { layer: number; layers: number },
): Tensor | undefined {
  if (state === undefined) return undefined;
  checkTensor(caller, name, state);
  checkRank(caller, name, state.shape, 3, '[L, N, H]');
  const [count, batch, size] = state.shape;
  if (count !== layers) throw new Error(`${caller}: expected ${name} of ${layers} layers, got ${show(state.shape)}`);
  return reshape(slice(state, { start: [layer], end: [layer + 1] }), [batch, size]);
}
