import { arrow, box, cells, diagram, group, objectBox, objects, scene, text } from './draw.mjs';

const title = 'You only look once';
const description =
  'One pass of the network gives two answers for each cell of a grid: boxes, each with a confidence that it holds an object, and probabilities of the classes given that there is one. Their product scores every box for every class; a threshold and non-maximum suppression leave the detections.';

export default function yolo() {
  const size = 112;
  const image = scene(24, 96, size);
  const grid = cells(24, 96, 7, 7, size / 7, { fill: () => '' });
  const boxesAt = [262, 28];
  const mapAt = [262, 188];
  const [disc, triangle] = [objects.disc, objects.triangle];
  const boxes = group(
    scene(...boxesAt, size),
    objectBox('disc', ...boxesAt, size),
    objectBox('triangle', ...boxesAt, size),
    // Unsure ones are thin.
    [
      [0.05, 0.6, 0.3, 0.3],
      [0.4, 0.1, 0.3, 0.25],
      [0.7, 0.55, 0.26, 0.4],
      [0.02, 0.12, 0.4, 0.2],
    ].map(([x, y, w, h]) => {
      const shape = box(boxesAt[0] + x * size, boxesAt[1] + y * size, w * size, h * size, '', {
        kind: 'region',
        outline: true,
        round: 0,
      });
      return { ...shape, svg: shape.svg.replace('/>', ' style="stroke-width:.7"/>') };
    }),
  );
  const inside = ([x, y, w, h], row, column) => {
    const [cx, cy] = [(column + 0.5) / 7, (row + 0.5) / 7];
    return cx > x && cx < x + w && cy > y && cy < y + h;
  };
  const map = cells(...mapAt, 7, 7, size / 7, {
    fill: (row, column) => (inside(disc, row, column) ? 'loss' : inside(triangle, row, column) ? 'shared' : 'fixed'),
  });
  const productAt = [478, 96];
  const product = group(
    scene(...productAt, size),
    objectBox('disc', ...productAt, size, size, 'loss'),
    objectBox('triangle', ...productAt, size, size, 'shared'),
  );
  const kept = box(664, 126, 76, 52, 'threshold,\nNMS', { look: 'small' });
  return diagram(
    { width: 760, height: 348, title, description },
    text(80, 84, 'S × S cells', { look: 'soft' }),
    image,
    grid,
    arrow([136, 136], [258, 92], { label: 'network', shift: [-14, -2] }),
    arrow([136, 168], [258, 236]),
    text(178, 232, 'one pass', { look: 'small soft' }),
    text(318, 18, 'boxes and P(object)', { look: 'small' }),
    boxes,
    text(318, 318, 'P(class | object)', { look: 'small' }),
    map,
    arrow([376, 92], [474, 136]),
    arrow([376, 236], [474, 168]),
    text(432, 158, '×', { look: 'strong' }),
    text(534, 84, 'P(class) of each box', { look: 'small' }),
    product,
    arrow(product, kept),
    kept,
    text(702, 200, 'detections', { look: 'small soft' }),
  );
}
