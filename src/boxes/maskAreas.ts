import ndarray, { type Data, type NdArray } from 'ndarray';

/** Pixels of each of the masks `[G, H, W]` that are not 0, `[G]` in px². */
export function maskAreas(masks: NdArray<Data<number>>): NdArray<Float32Array> {
  const [count, height, width] = masks.shape;
  const areas = new Float32Array(count);
  for (let g = 0; g < count; g++) {
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) if (masks.get(g, y, x)) areas[g]++;
  }
  return ndarray(areas, [count]);
}
