import { arrow, box, diagram, featureMap, group, legend, scene, text } from './draw.mjs';

const title = 'RetinaNet';
const description =
  'A backbone gives maps of stride 4, 8 and 16. A feature pyramid adds the coarse maps to the finer ones. On each of its levels stand two towers whose weights all levels share: one gives every anchor a score for each class, the other four numbers that move and stretch it. The class loss is the focal loss over all anchors but the ignored ones, the box loss is over the positive ones.';

export default function retinaNet() {
  const image = scene(20, 118, 84);
  const rows = [52, 136, 206];
  const sides = [56, 38, 24];
  const stage = (i) => featureMap(146, rows[i], { width: sides[i], height: sides[i], depth: 12 + 8 * i });
  const level = (i) => featureMap(276, rows[i], { width: sides[i], height: sides[i], depth: 20 });
  const [stages, levels] = [[0, 1, 2].map(stage), [0, 1, 2].map(level)];
  const classTower = box(420, 86, 106, 50, 'class tower\n3×3 conv', { kind: 'shared', look: 'small' });
  const boxTower = box(420, 176, 106, 50, 'box tower\n3×3 conv', { kind: 'shared', look: 'small' });
  const logits = box(560, 86, 88, 50, 'K · A\nlogits', { kind: 'shared', look: 'small' });
  const codes = box(560, 176, 88, 50, '4 · A\nnumbers', { kind: 'shared', look: 'small' });
  const focal = box(684, 86, 92, 50, 'focal loss,\nall anchors', { kind: 'loss', look: 'small' });
  const smooth = box(684, 176, 92, 50, 'smooth L1,\npositives', { kind: 'loss', look: 'small' });
  const every = box(404, 64, 260, 180, '', { kind: 'shared', outline: true });
  return diagram(
    { width: 796, height: 330, title, description },
    image,
    text(62, 108, 'image', { look: 'small soft' }),
    arrow([108, 150], [142, 96]),
    text(190, 34, 'backbone', { look: 'soft' }),
    text(318, 34, 'feature pyramid', { look: 'soft' }),
    text(534, 52, 'once, for every level', { look: 'soft' }),
    stages,
    arrow([164, 122], [164, 142]),
    arrow([164, 192], [164, 212]),
    levels,
    [0, 1, 2].map((i) =>
      arrow([stages[i].right, rows[i] + sides[i] / 2 + 4], [272, rows[i] + sides[i] / 2 + 4], {
        label: i === 0 ? '1×1' : '',
      }),
    ),
    arrow([290, 212], [290, 188]),
    arrow([294, 142], [294, 122]),
    text(250, 128, '+ ×2', { look: 'small soft' }),
    every,
    [0, 1, 2].map((i) => arrow([levels[i].right, rows[i] + sides[i] / 2], [400, 110 + 44 * i])),
    arrow(classTower, logits),
    arrow(boxTower, codes),
    classTower,
    boxTower,
    logits,
    codes,
    arrow(group(logits), focal),
    arrow(group(codes), smooth),
    focal,
    smooth,
    text(534, 264, 'K classes, A anchors at each cell', { look: 'small soft' }),
    legend(20, 312, [
      ['learned', 'learned'],
      ['shared', 'learned, the same weights on all levels'],
      ['loss', 'loss'],
    ]),
  );
}
