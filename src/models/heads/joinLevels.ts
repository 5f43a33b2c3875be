import { checkTensorList } from '../../checks/arguments';
import { checkCount } from '../../checks/numbers';
import { concat } from '../../ops/concat';
import { reshape } from '../../ops/reshape';
import { show } from '../../shape/shape';
import type { Tensor } from '../../tensor/tensor';

/**
 * Joins the predictions of all levels in one list of rows: maps `[N, Hᵢ, Wᵢ, A · columns]` → `[N, P, columns]`, P = A · Σ Hᵢ Wᵢ. Rows are
 * in the order of the maps and, within one, of `anchors`.
 * @param columns numbers of one prediction: 4 for a box. @throws on no maps, where they have different numbers of images, and where a map's
 * channels are no multiple of the columns.
 */
export function joinLevels(maps: readonly Tensor[], columns: number): Tensor {
  checkTensorList('joinLevels', 'maps', maps);
  checkCount('joinLevels', 'columns', columns, 1);
  if (maps.length === 0) throw new Error('joinLevels: expected at least one map, got none');
  const rows = maps.map((map) => {
    const { shape } = map;
    if (shape.length !== 4 || shape[3] % columns !== 0) {
      throw new Error(`joinLevels: expected maps [N, H, W, A · ${columns}], got ${show(shape)}`);
    }
    if (shape[0] !== maps[0].shape[0]) {
      throw new Error(
        `joinLevels: expected maps of the same number of images, got ${maps[0].shape[0]} and ${shape[0]}`,
      );
    }
    return reshape(map, [shape[0], (shape[1] * shape[2] * shape[3]) / columns, columns]);
  });
  return concat(rows, { axis: 1 });
}
