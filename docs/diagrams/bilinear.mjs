import { box, diagram, dot, path, text } from './draw.mjs';

const title = 'A sample between four values';
const description =
  'The sample point (6.5, 5.8) lies between the four grid points (6, 5), (7, 5), (6, 6) and (7, 6). The weight of each grid point is the area of the rectangle between the sample and the opposite grid point: 0.1, 0.1, 0.4 and 0.4.';

export default function bilinear() {
  const [x0, y0, size] = [210, 60, 240];
  const [fx, fy] = [0.5, 0.8];
  const [x, y] = [x0 + fx * size, y0 + fy * size];
  const rect = (left, top, right, bottom, label, kind) =>
    box(left, top, right - left, bottom - top, label, { kind, round: 0 });
  const corner = (cx, cy, words, look) => [
    dot(cx, cy, { radius: 6, look: 'ink' }),
    text(cx + (cx === x0 ? -14 : 14), cy + 5, words, { anchor: cx === x0 ? 'end' : 'start', look }),
  ];
  return diagram(
    { width: 760, height: 360, title, description },
    // A rectangle belongs to the corner opposite to it.
    rect(x0, y0, x, y, '0.4', 'region'),
    rect(x, y0, x0 + size, y, '0.4', 'region'),
    rect(x0, y, x, y0 + size, '0.1', 'fixed'),
    rect(x, y, x0 + size, y0 + size, '0.1', 'fixed'),
    corner(x0, y0, 'f(6, 5) × 0.1', ''),
    corner(x0 + size, y0, 'f(7, 5) × 0.1', ''),
    corner(x0, y0 + size, 'f(6, 6) × 0.4', ''),
    corner(x0 + size, y0 + size, 'f(7, 6) × 0.4', ''),
    dot(x, y, { radius: 6, kind: 'loss' }),
    text(x + 12, y - 10, '(6.5, 5.8)', { anchor: 'start', look: 'strong loss' }),
    path(
      [
        [x0, y0 - 20],
        [x0 + size, y0 - 20],
      ],
      { tip: false },
    ),
    text(x0 + size / 2, y0 - 28, '1 px', { look: 'small soft' }),
    text(604, 150, 'The weight of a corner\nis the area of the\nrectangle opposite to it.', { look: 'soft' }),
    text(604, 236, 'f = 0.1 + 0.1 + 0.4 + 0.4\nof the four values', { look: 'small soft' }),
    text(330, 338, 'The nearer a corner, the larger the opposite rectangle.', { look: 'soft' }),
  );
}
