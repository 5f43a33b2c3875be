import { arrow, box, cells, diagram, dot, group, legend, objects, scene, text } from './draw.mjs';

const title = 'FCOS';
const description =
  'Every cell of every level of a feature pyramid predicts three things about the object around its middle: a score for each class, the distances l, t, r, b from the middle to the four sides of its box, and its centerness, which is 1 in the middle of the box and falls towards the sides. There are no anchors.';

export default function fcos() {
  const size = 196;
  const [left, top] = [24, 56];
  const [x, y, w, h] = objects.triangle;
  const [x1, y1, x2, y2] = [left + x * size, top + y * size, left + (x + w) * size, top + (y + h) * size];
  const place = [left + 0.685 * size, top + 0.565 * size];
  const head = (row, label, kind) => box(496, 56 + 70 * row, 128, 52, label, { kind, look: 'small' });
  const [classes, distances, centerness] = [
    head(0, 'K logits', 'shared'),
    head(1, 'l, t, r, b', 'shared'),
    head(2, 'centerness', 'shared'),
  ];
  const losses = ['focal loss,\nall places', '1 − GIoU,\npositives', 'cross-entropy,\npositives'].map((label, row) =>
    box(664, 56 + 70 * row, 112, 52, label, { kind: 'loss', look: 'small' }),
  );
  const tower = (row, height, label) => box(372, 56 + row, 88, height, label, { kind: 'shared', look: 'small' });
  const [classTower, boxTower] = [tower(0, 52, 'class\ntower'), tower(70, 122, 'box\ntower')];
  const grid = cells(268, 128, 4, 4, 16, { fill: (row, column) => (row === 2 && column === 2 ? 'region' : 'learned') });
  return diagram(
    { width: 796, height: 318, title, description },
    text(122, 40, 'a place, its distances', { look: 'soft' }),
    scene(left, top, size),
    box(x1, y1, x2 - x1, y2 - y1, '', { kind: 'region', outline: true, round: 0 }),
    ...[
      [[x1, place[1]], 'l', [(x1 + place[0]) / 2, place[1] - 5]],
      [[place[0], y1], 't', [place[0] + 9, (y1 + place[1]) / 2 + 4]],
      [[x2, place[1]], 'r', [(x2 + place[0]) / 2, place[1] - 5]],
      [[place[0], y2], 'b', [place[0] + 9, (y2 + place[1]) / 2 + 4]],
    ].map(([end, label, at]) => [arrow(place, end, { gap: 0 }), text(...at, label, { look: 'small strong' })]),
    dot(...place, { radius: 5 }),
    text(300, 112, 'one level', { look: 'small soft' }),
    grid,
    arrow([222, 160], [264, 160]),
    arrow([334, 150], [368, 86]),
    arrow([334, 170], [368, 186]),
    classTower,
    boxTower,
    arrow(classTower, classes),
    arrow([460, 152], [492, 152]),
    arrow([460, 222], [492, 222]),
    classes,
    distances,
    centerness,
    [classes, distances, centerness].map((one, row) => arrow(group(one), losses[row])),
    losses,
    text(560, 40, 'the same weights on all levels', { look: 'soft' }),
    legend(24, 300, [
      ['region', 'one place, one object'],
      ['learned', 'feature pyramid'],
      ['shared', 'learned, shared by the levels'],
      ['loss', 'loss'],
    ]),
  );
}
