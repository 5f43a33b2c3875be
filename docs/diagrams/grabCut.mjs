import { box, diagram, dot, legend, path, text } from './draw.mjs';

const title = 'The graph of an image with its two terminals, and a cut';
const description =
  'Nine pixels are nodes in a grid, each joined to its neighbors. Above stands the terminal of the object, below the terminal of the background; every pixel has an arc to both. The cut goes through the borders between object pixels and background pixels, and through one of the two arcs of each pixel: those that stay join object pixels to the upper terminal and background pixels to the lower one.';

const labels = [
  [0, 0, 0],
  [0, 1, 1],
  [0, 1, 1],
];
const kinds = ['learned', 'region'];

// The grid lies flat, seen from above: rows go back and to the right.
const place = (row, column, x) => [x + 84 * column - 34 * row, 118 + 42 * row];
const each = [0, 1, 2].flatMap((row) => [0, 1, 2].map((column) => [row, column]));

const terminals = (x) => [
  [x + 50, 36],
  [x + 50, 296],
];

function grid(x, cut) {
  const borders = each.flatMap(([row, column]) =>
    [
      [0, 1],
      [1, 0],
    ]
      .map(([down, right]) => [row + down, column + right])
      .filter(([r, c]) => r < 3 && c < 3)
      .map(([r, c]) => {
        const isCut = cut && labels[row][column] !== labels[r][c];
        const ends = [place(row, column, x), place(r, c, x)];
        return path(ends, { tip: false, kind: isCut ? 'loss' : '', dashed: isCut });
      }),
  );
  const [object, background] = terminals(x);
  const arcs = each.flatMap(([row, column]) => {
    const at = place(row, column, x);
    const up = path([at, object], { tip: false, kind: 'region' });
    const down = path([at, background], { tip: false, kind: 'learned' });
    return cut ? [labels[row][column] ? up : down] : [up, down];
  });
  return [
    arcs,
    borders,
    each.map(([row, column]) =>
      dot(...place(row, column, x), { radius: 10, kind: cut ? kinds[labels[row][column]] : 'fixed' }),
    ),
    box(object[0] - 44, object[1] - 16, 88, 30, 'object', { kind: 'region' }),
    box(background[0] - 52, background[1] - 14, 104, 30, 'background', { kind: 'learned' }),
  ];
}

export default function grabCut() {
  return diagram(
    { width: 760, height: 356, title, description },
    grid(120, false),
    grid(490, true),
    text(322, 170, 'cut', { look: 'strong' }),
    path(
      [
        [296, 184],
        [350, 184],
      ],
      {},
    ),
    text(170, 346, 'every pixel is joined to both', { look: 'small soft' }),
    legend(404, 346, [
      ['region', 'object'],
      ['learned', 'background'],
      ['loss', 'borders that are cut'],
    ]),
  );
}
