import { box, cells, diagram, dot, scene, text } from './draw.mjs';

const title = 'K anchors at every cell';
const description =
  'Every cell of the feature map stands for a place in the image. Around its center lie K boxes of fixed sizes and shapes, the anchors. An anchor that overlaps an object well is a positive example, one that overlaps none is a negative one.';

export default function anchors() {
  const size = 220;
  const [x, y] = [40, 44];
  const center = [x + (2 + 0.5) * (size / 8), y + (4 + 0.5) * (size / 8)];
  const shapes = [
    [1, 1],
    [1.5, 0.75],
    [0.75, 1.5],
    [2, 2],
    [3, 1.5],
    [1.5, 3],
  ];
  const around = ([cx, cy], unit, i, kind) =>
    box(cx - (shapes[i][0] * unit) / 2, cy - (shapes[i][1] * unit) / 2, shapes[i][0] * unit, shapes[i][1] * unit, '', {
      kind,
      outline: true,
      round: 0,
    });
  return diagram(
    { width: 760, height: 300, title, description },
    scene(x, y, size),
    cells(x, y, 8, 8, size / 8, { fill: () => '' }),
    shapes.map((_, i) => around(center, 40, i, i === 3 ? 'shared' : 'learned')),
    dot(...center, { kind: 'loss', radius: 5 }),
    text(x + size / 2, 30, 'one cell with its anchors', { look: 'soft' }),
    text(520, 30, 'K = 6 shapes: 2 areas × 3 ratios', { look: 'soft' }),
    shapes.map((_, i) =>
      around([370 + (i % 3) * 140, 96 + Math.floor(i / 3) * 116], 44, i, i === 3 ? 'shared' : 'learned'),
    ),
    ['1 : 1', '2 : 1', '1 : 2'].map((words, i) => text(370 + i * 140, 290, words, { look: 'small soft' })),
    text(x + size / 2, 286, 'green: fits the disc', { look: 'small shared' }),
  );
}
