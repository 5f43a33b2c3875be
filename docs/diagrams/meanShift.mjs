import { arrow, diagram, dot, path, text } from './draw.mjs';

const title = 'A window climbs to a mode of the density';
const description =
  'Points in the plane, denser towards two places, with contours of their density. A round window starts at the edge of one crowd. The mean of the points inside lies on the denser side; the arrow from the center of the window to this mean is the mean-shift vector. The window moves there, again and again, until center and mean are the same: a mode.';

// Two crowds, by a fixed rule: rings that grow thinner outwards.
const crowds = [
  [250, 150, 96],
  [560, 130, 74],
];
const points = crowds.flatMap(([cx, cy, reach], c) =>
  Array.from({ length: 46 }, (_, i) => {
    const radius = reach * ((i + 0.5) / 46) ** 0.85;
    const angle = i * 2.399963 + c;
    return [cx + radius * Math.cos(angle) * 1.25, cy + radius * Math.sin(angle)];
  }),
);

const reach = 62;
const meanOf = ([x, y]) => {
  const inside = points.filter(([px, py]) => (px - x) ** 2 + (py - y) ** 2 <= reach ** 2);
  return [0, 1].map((axis) => inside.reduce((sum, point) => sum + point[axis], 0) / inside.length);
};

const ring = (x, y, radius, kind, dashed = false) => ({
  svg: `<circle class="outline ${kind}${dashed ? ' dashed' : ''}" cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${radius}"/>`,
  left: x - radius,
  right: x + radius,
  top: y - radius,
  bottom: y + radius,
});
const contour = (cx, cy, radius) => ({
  svg: `<ellipse class="rule" cx="${cx}" cy="${cy}" rx="${radius * 1.25}" ry="${radius}"/>`,
  left: cx - radius,
  right: cx + radius,
  top: cy - radius,
  bottom: cy + radius,
});

export default function meanShift() {
  const steps = [[124, 196]];
  for (let i = 0; i < 40; i++) steps.push(meanOf(steps[i]));
  const [start, first] = steps;
  const mode = steps[steps.length - 1];
  const trail = steps.filter(([x, y], i) => i === 0 || Math.hypot(x - steps[i - 1][0], y - steps[i - 1][1]) > 4);
  return diagram(
    { width: 760, height: 300, title, description },
    crowds.map(([cx, cy, most]) => [0.35, 0.7, 1.05].map((share) => contour(cx, cy, most * share))),
    points.map(([x, y]) => dot(x, y, { kind: 'fixed', radius: 3 })),
    ring(...mode, reach, 'shared', true),
    ring(...start, reach, 'region'),
    path(trail, { kind: 'region', tip: false, dashed: true }),
    arrow(start, first, { kind: 'region', gap: 0 }),
    dot(...start, { kind: 'region', radius: 5 }),
    dot(...first, { kind: 'loss', radius: 5 }),
    dot(...mode, { kind: 'shared', radius: 6 }),
    text(62, 284, 'window', { look: 'small region' }),
    text(146, 284, 'red: mean of its points', { look: 'small loss', anchor: 'start' }),
    text(330, 284, 'mode: center and mean agree', { look: 'small shared', anchor: 'start' }),
    text(560, 236, 'another mode, another segment', { look: 'small soft' }),
  );
}
