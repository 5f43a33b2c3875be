import { arrow, cells, diagram, path, text } from './draw.mjs';

const title = 'Max unpooling remembers where the maximum was';
const description =
  'Max pooling keeps the largest value of each 2 × 2 window and remembers its position. Later, max unpooling puts each value of a 2 × 2 map back at the remembered position; all other cells become zero.';

export default function unpooling() {
  const input = [
    [1, 2, 6, 3],
    [3, 5, 2, 1],
    [1, 2, 2, 1],
    [7, 3, 4, 8],
  ];
  const [pooled, values] = [
    [
      [5, 6],
      [7, 8],
    ],
    [
      [1, 2],
      [3, 4],
    ],
  ];
  const at = (row, column) =>
    [
      [1, 1],
      [0, 2],
      [3, 0],
      [3, 3],
    ].findIndex(([r, c]) => r === row && c === column);
  const kinds = ['region', 'learned', 'shared', 'loss'];
  const size = 34;
  const show = (x, y, rows, label, fill) =>
    cells(x, y, rows, rows, size, { fill, label: (r, c) => String(label(r, c)) });
  const byPosition = (row, column) => kinds[at(row, column)] ?? 'fixed';
  const byCell = (row, column) => kinds[row * 2 + column];
  const a = show(24, 56, 4, (r, c) => input[r][c], byPosition);
  const b = show(236, 90, 2, (r, c) => pooled[r][c], byCell);
  const c = show(430, 90, 2, (r, c2) => values[r][c2], byCell);
  const d = show(
    600,
    56,
    4,
    (r, c2) => (at(r, c2) < 0 ? 0 : values[Math.floor(at(r, c2) / 2)][at(r, c2) % 2]),
    byPosition,
  );
  return diagram(
    { width: 760, height: 262, title, description },
    text(92, 38, 'input', { look: 'soft' }),
    a,
    arrow(a, b, { label: 'max pool' }),
    b,
    text(270, 178, 'largest values', { look: 'small soft' }),
    arrow(b, c, { label: 'layers …', dashed: true }),
    c,
    text(464, 178, 'another map', { look: 'small soft' }),
    arrow(c, d, { label: 'unpool' }),
    d,
    text(668, 38, 'output', { look: 'soft' }),
    path(
      [
        [92, 196],
        [92, 226],
        [668, 226],
        [668, 196],
      ],
      { kind: 'shared', dashed: true },
    ),
    text(380, 246, 'remembered positions (switches)', { look: 'small shared' }),
  );
}
