import { cells, diagram, text } from './draw.mjs';

const title = 'A convolution is a matrix, the transposed convolution its transpose';
const description =
  'The convolution of (0, a, b, c, d, 0) with the filter (x, y, z), stride 2, is the product of a 2 × 6 matrix with it: each row is the filter moved by two places. The transpose of that matrix, 6 × 2, takes two values to six: the transposed convolution.';

export default function convAsMatrix() {
  const size = 34;
  const filter = ['x', 'y', 'z'];
  const kinds = ['region', 'learned'];
  const entry = (row, column) => filter[column - 2 * row] ?? '0';
  const fill = (row, column) => (filter[column - 2 * row] ? kinds[row] : 'fixed');
  const strip = (x, y, values, fillAt = () => 'fixed') =>
    values.map((value, i) => cells(x, y + i * size, 1, 1, size, { fill: () => fillAt(i), label: () => value }));
  return diagram(
    { width: 760, height: 316, title, description },
    text(190, 32, 'X a', { look: 'strong' }),
    text(190, 52, 'convolution, stride 2: 6 → 2', { look: 'small soft' }),
    cells(24, 130, 2, 6, size, { fill, label: entry }),
    strip(246, 68, ['0', 'a', 'b', 'c', 'd', '0']),
    text(302, 170, '=', {}),
    text(370, 152, 'ay + bz', { look: 'small' }),
    text(370, 186, 'bx + cy + dz', { look: 'small' }),
    text(590, 32, 'Xᵀ a', { look: 'strong' }),
    text(590, 52, 'transposed convolution: 2 → 6', { look: 'small soft' }),
    cells(490, 68, 6, 2, size, { fill: (r, c) => fill(c, r), label: (r, c) => entry(c, r) }),
    strip(574, 130, ['a', 'b'], (i) => kinds[i]),
    text(626, 170, '=', {}),
    ['ax', 'ay', 'az + bx', 'by', 'bz', '0'].map((value, i) => text(690, 90 + i * size, value, { look: 'small' })),
    text(380, 300, 'the same matrix: rows are the moved filter, so are the columns of its transpose', {
      look: 'small soft',
    }),
  );
}
