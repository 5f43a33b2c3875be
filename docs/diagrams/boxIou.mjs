import { area, box, diagram, text } from './draw.mjs';

const title = 'Intersection over union';
const description =
  'Two overlapping boxes. Their intersection is the area that both cover, their union the area that at least one covers. IoU is the first divided by the second: 0 where the boxes are apart, 1 where they are equal.';

export default function boxIou() {
  const pair = (x, y) => [
    box(x, y, 130, 100, '', { kind: 'shared', outline: true, round: 0 }),
    box(x + 52, y + 34, 130, 100, '', { kind: 'region', outline: true, round: 0 }),
  ];
  return diagram(
    { width: 760, height: 264, title, description },
    pair(24, 64),
    text(88, 52, 'ground truth', { look: 'small shared' }),
    text(142, 218, 'prediction', { look: 'small region' }),
    text(246, 136, 'IoU  =', { look: 'strong' }),
    box(336, 46, 78, 66, '', { kind: 'learned', round: 0 }),
    text(375, 84, 'A ∩ B', { look: '' }),
    text(434, 84, 'area of the intersection', { anchor: 'start', look: 'small soft' }),
    box(290, 128, 340, 1.6, '', { kind: 'fixed', round: 0 }),
    area([
      [310, 148],
      [400, 148],
      [400, 172],
      [436, 172],
      [436, 242],
      [346, 242],
      [346, 218],
      [310, 218],
    ]),
    text(373, 202, 'A ∪ B', {}),
    text(456, 202, 'area of the union', { anchor: 'start', look: 'small soft' }),
  );
}
