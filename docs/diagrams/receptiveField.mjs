import { cells, diagram, path, text } from './draw.mjs';

const title = 'The receptive field grows layer by layer';
const description =
  'One output of the third 3 × 3 convolution reads 3 values of layer 2, which read 5 values of layer 1, which read 7 pixels of the image: 1 + 2 L for L layers.';

export default function receptiveField() {
  const size = 30;
  const left = 150;
  const row = (y, reach) =>
    cells(left, y, 1, 13, size, { fill: (_, column) => (Math.abs(column - 6) <= reach ? 'region' : 'fixed') });
  const rows = [
    ['output', 40, 0],
    ['after layer 2', 112, 1],
    ['after layer 1', 184, 2],
    ['image', 256, 3],
  ];
  const middle = left + 6.5 * size;
  const edges = rows.slice(1).flatMap(([, y, reach], i) => {
    const [, above, before] = rows[i];
    return [-1, 1].map((sign) =>
      path(
        [
          [middle + sign * (before + 0.5) * size, above + size],
          [middle + sign * (reach + 0.5) * size, y],
        ],
        { kind: 'region', tip: false },
      ),
    );
  });
  return diagram(
    { width: 760, height: 326, title, description },
    rows.map(([name, y, reach]) => [
      row(y, reach),
      text(136, y + 20, name, { anchor: 'end', look: 'soft' }),
      text(left + 13 * size + 18, y + 20, reach === 0 ? '1 value' : `sees ${2 * reach + 1}`, {
        anchor: 'start',
        look: 'region',
      }),
    ]),
    edges,
    text(650, 96, '3×3', { look: 'small soft' }),
    text(650, 168, '3×3', { look: 'small soft' }),
    text(650, 240, '3×3', { look: 'small soft' }),
    text(left + 6.5 * size, 310, 'L layers of 3×3 see 1 + 2L pixels', { look: 'soft' }),
  );
}
