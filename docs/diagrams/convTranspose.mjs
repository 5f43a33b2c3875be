import { arrow, cells, diagram, path, text } from './draw.mjs';

const title = 'A transposed convolution adds weighted copies of its filter';
const description =
  'The filter (x, y, z) is copied once for each input value, weighted by it, and moved by the stride of 2. Where the copies of a and b overlap, they are summed: a x, a y, a z + b x, b y, b z.';

export default function convTranspose() {
  const size = 62;
  const [_input, filter] = [
    ['a', 'b'],
    ['x', 'y', 'z'],
  ];
  const left = 250;
  const row = (y, offset, value, kind) =>
    cells(left + offset * size, y, 1, 3, size, { fill: () => kind, label: (_, i) => value + filter[i], look: '' });
  const output = ['ax', 'ay', 'az + bx', 'by', 'bz'];
  return diagram(
    { width: 760, height: 372, title, description },
    cells(64, 60, 1, 1, size, { fill: () => 'region', label: () => 'a', look: '' }),
    cells(64, 152, 1, 1, size, { fill: () => 'learned', label: () => 'b', look: '' }),
    text(95, 44, 'input', { look: 'soft' }),
    text(left + 1.5 * size, 44, 'filter (x, y, z)', { look: 'soft' }),
    arrow([130, 91], [left - 4, 91], { label: '× filter' }),
    arrow([130, 183], [left + 2 * size - 4, 183], { label: '× filter, moved by the stride of 2', shift: [-4, 0] }),
    row(60, 0, 'a', 'region'),
    row(152, 2, 'b', 'learned'),
    path(
      [
        [left - 14, 236],
        [left + 5 * size + 14, 236],
      ],
      { tip: false },
    ),
    text(left - 26, 242, '+', { look: 'strong' }),
    cells(left, 254, 1, 5, size, {
      fill: (_, i) => (i === 2 ? 'shared' : i < 2 ? 'region' : 'learned'),
      label: (_, i) => output[i],
      look: 'small',
    }),
    text(left - 16, 290, 'output', { anchor: 'end', look: 'soft' }),
    text(left + 2.5 * size, 344, 'the copies overlap in one place, and are summed there', { look: 'small shared' }),
  );
}
