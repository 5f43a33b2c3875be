import { arrow, box, diagram, dot, path, text } from './draw.mjs';

const title = 'The two steps of k-means';
const description =
  'Assign: every point takes the color of the nearest center; the border between two clusters is the line of equal distance. Move: every center goes to the mean of its points. Both steps are repeated until nothing changes.';

const points = [
  [22, 40],
  [40, 66],
  [30, 96],
  [64, 50],
  [58, 88],
  [86, 70],
  [120, 118],
  [146, 92],
  [150, 134],
  [172, 112],
  [180, 80],
  [132, 150],
];
const before = [
  [54, 120],
  [104, 62],
];

const nearest = ([x, y], centers) => {
  const [a, b] = centers.map(([cx, cy]) => (x - cx) ** 2 + (y - cy) ** 2);
  return a <= b ? 0 : 1;
};
const means = (centers) =>
  [0, 1].map((k) => {
    const own = points.filter((point) => nearest(point, centers) === k);
    return [0, 1].map((axis) => own.reduce((sum, point) => sum + point[axis], 0) / own.length);
  });
const kinds = ['region', 'learned'];

/** The line of equal distance, within the frame. */
function border([[ax, ay], [bx, by]], x, y) {
  const [mx, my] = [(ax + bx) / 2, (ay + by) / 2];
  const at = (py) => mx - ((py - my) * (by - ay)) / (bx - ax);
  const ends = [10, 160].map((py) => [Math.min(196, Math.max(4, at(py))), py]);
  return path(
    ends.map(([px, py]) => [x + px, y + py]),
    { tip: false, dashed: true },
  );
}

function panel(x, y, { colors, centers, line, from }) {
  return [
    box(x, y, 200, 170, '', { kind: 'frame', round: 6 }),
    line ? border(line, x, y) : [],
    points.map(([px, py]) =>
      dot(x + px, y + py, { kind: colors ? kinds[nearest([px, py], colors)] : 'fixed', radius: 5 }),
    ),
    from
      ? from.map(([px, py], k) =>
          arrow([x + px, y + py], [x + centers[k][0], y + centers[k][1]], { kind: kinds[k], gap: 7 }),
        )
      : [],
    centers.map(([px, py], k) => dot(x + px, y + py, { kind: kinds[k], radius: from ? 6 : 10 })),
  ];
}

export default function kMeans() {
  const after = means(before);
  return diagram(
    { width: 760, height: 270, title, description },
    text(124, 30, 'centers somewhere', { look: 'strong' }),
    panel(24, 46, { centers: before }),
    text(380, 30, 'assign', { look: 'strong' }),
    panel(280, 46, { centers: before, colors: before, line: before }),
    text(636, 30, 'move', { look: 'strong' }),
    panel(536, 46, { centers: after, colors: before, from: before }),
    arrow([226, 130], [278, 130]),
    arrow([482, 130], [534, 130]),
    path([
      [636, 220],
      [636, 240],
      [380, 240],
      [380, 220],
    ]),
    text(508, 258, 'again, until nothing changes', { look: 'small soft' }),
  );
}
