/** An image as channels of numbers 0–1, `planes[c][y][x]`. */
export type Planes = number[][][];

const mirror = (i: number, n: number): number => (i < 0 ? mirror(-1 - i, n) : i >= n ? mirror(2 * n - 1 - i, n) : i);

/** The slope of a plane at a pixel in a direction, under a Gaussian of 1 px: one sum over a square of 9 × 9 pixels. */
export function slopeAt(plane: number[][], y: number, x: number, angle: number): number {
  let [slope, whole] = [0, 0];
  for (let dy = -4; dy <= 4; dy++) {
    for (let dx = -4; dx <= 4; dx++) {
      const weight = Math.exp(-(dx * dx + dy * dy) / 2);
      whole += weight;
      const along = dx * Math.cos(angle) + dy * Math.sin(angle);
      slope += along * weight * plane[mirror(y + dy, plane.length)][mirror(x + dx, plane[0].length)];
    }
  }
  return slope / whole;
}

const bin = (value: number, bins: number) => Math.max(0, Math.min(bins - 1, Math.floor(value * bins)));

/**
 * Follows a grouping with no bookkeeping at all: before every step the features of all regions and the similarities of all neighbors
 * are worked out from the pixels.
 * @param merges the two joined in each step; where several pairs are equally alike, rounding may choose.
 * @returns how alike they were, the largest similarity of any two neighbors, and the boxes of all regions.
 */
export function followGrouping(
  planes: Planes,
  labels: readonly number[][],
  wanted: readonly string[],
  merges: readonly number[][],
): { similarities: number[]; largest: number[]; boxes: number[][]; left: number } {
  const [height, width] = [labels.length, labels[0].length];
  const pixels = height * width;
  const now = labels.map((row) => [...row]);
  let next = Math.max(...labels.flat()) + 1;
  const slopes = planes.map((plane) =>
    plane.map((row, y) =>
      row.map((_, x) => [0, 1, 2, 3, 4, 5, 6, 7].map((k) => Math.max(0, slopeAt(plane, y, x, (k * Math.PI) / 4)))),
    ),
  );
  const steepest = slopes.map((plane) => Math.max(...plane.flat(2)));
  const similarities: number[] = [];
  const largest: number[] = [];
  const boxes: number[][] = [];

  const describe = (region: (own: number) => boolean) => {
    const color = planes.map(() => Array<number>(25).fill(0));
    const texture = planes.map(() => Array.from({ length: 8 }, () => Array<number>(10).fill(0)));
    const box = [width, height, 0, 0];
    let size = 0;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        if (!region(now[y][x])) continue;
        size++;
        box[0] = Math.min(box[0], x);
        box[1] = Math.min(box[1], y);
        box[2] = Math.max(box[2], x + 1);
        box[3] = Math.max(box[3], y + 1);
        planes.forEach((plane, c) => {
          color[c][bin(plane[y][x], 25)]++;
          for (let k = 0; k < 8; k++) {
            texture[c][k][steepest[c] > 1e-9 ? bin(slopes[c][y][x][k] / steepest[c], 10) : 0]++;
          }
        });
      }
    }
    const shares = (counts: number[]) => counts.map((count) => count / counts.reduce((a, b) => a + b, 0));
    return { size, box, color: shares(color.flat()), texture: shares(texture.flat(2)) };
  };
  const intersection = (a: number[], b: number[]) => a.reduce((total, value, i) => total + Math.min(value, b[i]), 0);

  for (const label of [...new Set(labels.flat())].sort((a, b) => a - b))
    boxes.push(describe((own) => own === label).box);
  for (const merge of merges) {
    const pairs = new Map<string, [number, number]>();
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (const [v, u] of [
          [y, x + 1],
          [y + 1, x],
        ]) {
          if (v >= height || u >= width || now[y][x] === now[v][u]) continue;
          const pair: [number, number] = [Math.min(now[y][x], now[v][u]), Math.max(now[y][x], now[v][u])];
          pairs.set(pair.join(), pair);
        }
      }
    }
    const alike = new Map<string, number>();
    const features = new Map([...new Set(now.flat())].map((label) => [label, describe((own) => own === label)]));
    for (const pair of pairs.values()) {
      const [a, b] = pair.map((label) => features.get(label)!);
      const both = describe((own) => own === pair[0] || own === pair[1]);
      const [x1, y1, x2, y2] = both.box;
      const of: Record<string, number> = {
        color: intersection(a.color, b.color),
        texture: intersection(a.texture, b.texture),
        size: 1 - both.size / pixels,
        fill: 1 - ((x2 - x1) * (y2 - y1) - both.size) / pixels,
      };
      alike.set(
        pair.join(),
        wanted.reduce((total, name) => total + of[name], 0),
      );
    }
    // Of two that do not touch: NaN.
    similarities.push(alike.get(merge.join()) ?? Number.NaN);
    largest.push(Math.max(...alike.values()));
    boxes.push(describe((own) => merge.includes(own)).box);
    for (const row of now) for (const [x, own] of row.entries()) if (merge.includes(own)) row[x] = next;
    next++;
  }
  return { similarities, largest, boxes, left: new Set(now.flat()).size };
}
