import ndarray, { type Data, type NdArray } from 'ndarray';
import { checkArray } from '../checks/arrays';
import { checkOptions } from '../checks/options';
import { shown } from '../checks/shown';

/** Result of {@link connectedComponents}. */
export interface ConnectedComponents {
  /** `[H, W]`: the component of each pixel, numbered from 0 in the order of their first pixels, row by row. */
  components: NdArray<Int32Array>;
  /** How many there are. */
  count: number;
  /** `[count]`: what the pixels of each component are labeled in the map. */
  labels: number[];
  /** `[count]`: pixels of each component. */
  areas: number[];
}

/**
 * Parts of a label map that hang together: two pixels are in one component where a path of neighbors with the same label leads from
 * one to the other.
 *
 * @param map `[H, W]`, numbers.
 * @param options neighbors: 4, of which each shares a side with the pixel, or 8, which may touch it at a corner (4).
 * @throws on other shapes and other neighbors.
 */
export function connectedComponents(
  map: NdArray<Data<number>>,
  options: { neighbors?: 4 | 8 } = {},
): ConnectedComponents {
  const { neighbors = 4 } = checkOptions('connectedComponents', options, { neighbors: 'any' });
  checkArray('connectedComponents', 'a map', map, '[H, W]');
  if (neighbors !== 4 && neighbors !== 8) {
    throw new Error(`connectedComponents: expected 4 or 8 neighbors, got ${shown(neighbors)}`);
  }
  const [height, width] = map.shape;
  const components = new Int32Array(height * width).fill(-1);
  const labels: number[] = [];
  const areas: number[] = [];
  for (let first = 0; first < components.length; first++) {
    if (components[first] >= 0) continue;
    const label = map.get(Math.floor(first / width), first % width);
    const component = labels.push(label) - 1;
    // A stack instead of calls: a component may be as large as the image.
    const open = [first];
    components[first] = component;
    let area = 0;
    while (open.length > 0) {
      const pixel = open.pop()!;
      const [y, x] = [Math.floor(pixel / width), pixel % width];
      area++;
      for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
        for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
          if (neighbors === 4 && row !== y && column !== x) continue;
          const next = row * width + column;
          if (components[next] >= 0 || map.get(row, column) !== label) continue;
          components[next] = component;
          open.push(next);
        }
      }
    }
    areas.push(area);
  }
  return { components: ndarray(components, [height, width]), count: labels.length, labels, areas };
}
