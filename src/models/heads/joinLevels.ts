import { checkTensorList } from '../../checks/arguments';
import { checkCount } from '../../checks/numbers';
import { concat } from '../../ops/concat';
import { reshape } from '../../ops/reshape';
import { show } from '../../shape/shape';
import type { Tensor } from '../../tensor/tensor';

/**
 * What is predicted at all levels, as one list of rows: maps `[N, Hᵢ, Wᵢ, A · columns]` → `[N, P, columns]`, P = A · Σ Hᵢ Wᵢ. Rows are
 * in the order of the maps and, within one, of `anchors`.
 * @throws where a map's channels are no multiple of the columns.
 */
export function joinLevels(maps: readonly Tensor[], columns: number): Tensor {
  checkTensorList('joinLevels', 'maps', maps);
  checkCount('joinLevels', 'columns', columns, 1);
  const rows = maps.map((map) => {
    const { shape, size } = map;
    if (shape.length !== 4 || shape[3] % columns !== 0) {
      throw new Error(`joinLevels: expected maps [N, H, W, A · ${columns}], got ${show(shape)}`);
    }
    return reshape(map, [shape[0], size / shape[0] / columns, columns]);
  });
  return concat(rows, { axis: 1 });
}
