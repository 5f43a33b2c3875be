import ndarray from 'ndarray';
import type { Dataset, Sample } from '../../src/data/dataset';
import { createRandom } from '../../src/tensor/random';

const side = 16;

/** Images of one or two bright squares, red (thing 0) or green (thing 1), on dark ground; the second lies over the first. */
export function squares(length: number): Dataset {
  return {
    length,
    classes: { stuff: ['ground'], things: ['red', 'green'] },
    sample(index): Sample {
      const random = createRandom(index);
      const count = 1 + random.integer(2);
      const image = ndarray(new Float32Array(side * side * 3), [side, side, 3]);
      for (let i = 0; i < image.data.length; i++) image.data[i] = 0.3 * random.uniform();
      const owner = new Int32Array(side * side).fill(-1);
      const labels = Int32Array.from({ length: count }, () => random.integer(2));
      // The first lies in the left half, the second begins there: some of the first always stays visible.
      const corners = Array.from(labels, (_, g) => [random.integer(4) + 4 * g, random.integer(8)]);
      for (const [g, [x1, y1]] of corners.entries()) {
        for (let y = y1; y < y1 + 6; y++) {
          for (let x = x1; x < x1 + 6; x++) {
            owner[y * side + x] = g;
            for (let c = 0; c < 3; c++) image.set(y, x, c, c === labels[g] ? 0.9 : 0.1);
          }
        }
      }
      const masks = ndarray(new Uint8Array(count * side * side), [count, side, side]);
      const boxes = ndarray(new Float32Array(count * 4), [count, 4]);
      for (let g = 0; g < count; g++) {
        const places = Array.from(owner.keys()).filter((place) => owner[place] === g);
        for (const place of places) masks.data[g * side * side + place] = 1;
        const [xs, ys] = [places.map((place) => place % side), places.map((place) => Math.floor(place / side))];
        const box = [Math.min(...xs), Math.min(...ys), Math.max(...xs) + 1, Math.max(...ys) + 1];
        for (const [k, value] of box.entries()) boxes.set(g, k, value);
      }
      return {
        image,
        boxes,
        labels: ndarray(labels, [count]),
        masks,
        semantic: ndarray(
          Uint8Array.from(owner, (g) => (g < 0 ? 0 : 1 + labels[g])),
          [side, side],
        ),
        panoptic: ndarray(
          Int32Array.from(owner, (g) => (g < 0 ? 0 : 1 + g)),
          [side, side],
        ),
      };
    },
  };
}
