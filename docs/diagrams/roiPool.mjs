import { box, cells, diagram, dot, text } from './draw.mjs';

// RoI Pool and RoI Align side by side, on the same cells and the same region.
const size = 38;
const region = { x: 0.6, y: 0.7, width: 3.8, height: 2.9 };

const grid = (x, y, fill) => cells(x, y, 5, 6, size, { fill });
const outline = (x, y, { x: left, y: top, width, height }, kind) =>
  box(x + left * size, y + top * size, width * size, height * size, '', { kind, outline: true, round: 0 });

/** The corners are rounded to cells 1 and 4, which both belong to it; bins are whole cells, too. */
export function snapped(x, y) {
  const whole = { x: 1, y: 1, width: 4, height: 4 };
  const kinds = ['learned', 'shared', 'loss', 'fixed'];
  return [
    grid(x, y, (row, column) =>
      row >= 1 && row <= 4 && column >= 1 && column <= 4 ? kinds[(row > 2 ? 2 : 0) + (column > 2 ? 1 : 0)] : '',
    ),
    outline(x, y, whole, 'learned'),
    outline(x, y, region, 'region'),
  ];
}

/** Nothing is rounded: 2 × 2 bins of equal size, four samples in each. */
export function sampled(x, y) {
  const [w, h] = [region.width / 2, region.height / 2];
  const bins = [0, 1].flatMap((row) =>
    [0, 1].map((column) => ({ x: region.x + column * w, y: region.y + row * h, width: w, height: h })),
  );
  return [
    grid(x, y, () => ''),
    bins.map((bin) => outline(x, y, bin, 'region')),
    bins.map((bin) =>
      [0.25, 0.75].flatMap((v) =>
        [0.25, 0.75].map((u) =>
          dot(x + (bin.x + u * bin.width) * size, y + (bin.y + v * bin.height) * size, { kind: 'learned' }),
        ),
      ),
    ),
  ];
}

export default function roiPool() {
  return diagram(
    {
      width: 760,
      height: 300,
      title: 'RoI Pool and RoI Align',
      description:
        'On the left RoI Pool: the corners of the region are rounded to whole cells of the feature map, which moves it by up to half a cell; the cells are divided into 2 × 2 bins, and the maximum of each is kept. On the right RoI Align: nothing is rounded; each of the 2 × 2 equal bins averages four points sampled bilinearly.',
    },
    text(200, 32, 'RoI Pool', { look: 'strong' }),
    snapped(86, 50),
    text(200, 266, 'rounded to whole cells;\nthe largest value of each bin', { look: 'small soft' }),
    text(560, 32, 'RoI Align', { look: 'strong' }),
    sampled(446, 50),
    text(560, 266, 'nothing is rounded, bins are equal;\nthe mean of four bilinear samples', { look: 'small soft' }),
  );
}
