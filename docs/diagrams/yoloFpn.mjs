import { arrow, box, diagram, featureMap, legend, scene, text } from './draw.mjs';

const title = 'Backbone, neck and head';
const description =
  'YOLO on two scales. The backbone gives a fine and a coarse map. In the neck the coarse map goes through a convolution, is enlarged, and is put beside the fine map; a convolution makes one map of the two. Each map has a head that predicts, for every anchor of every cell, a confidence, a box and the classes.';

export default function yoloFpn() {
  const image = scene(20, 176, 84);
  const fine = featureMap(172, 216, { width: 46, height: 74, depth: 12 });
  const coarse = featureMap(172, 90, { width: 28, height: 42, depth: 24 });
  const top = box(322, 92, 92, 44, '3×3 conv', { kind: 'learned', look: 'small' });
  const enlarged = box(322, 166, 92, 32, 'enlarge ×2', { look: 'small' });
  const joined = box(322, 232, 92, 44, 'put beside\neach other', { look: 'small' });
  const merged = box(450, 232, 92, 44, '3×3 conv', { kind: 'learned', look: 'small' });
  const heads = [box(592, 92, 80, 44, 'head', { kind: 'region' }), box(592, 232, 80, 44, 'head', { kind: 'region' })];
  return diagram(
    { width: 760, height: 360, title, description },
    [
      [62, 'image'],
      [200, 'backbone'],
      [432, 'neck'],
      [632, 'heads'],
    ].map(([x, words]) => text(x, 30, words, { look: 'strong' })),
    image,
    arrow(image, fine, { label: '' }),
    arrow(fine, coarse, { sides: ['top', 'bottom'], gap: 3 }),
    fine,
    coarse,
    text(172, 312, 'stride 8', { anchor: 'start', look: 'small soft' }),
    text(172, 80, 'stride 16', { anchor: 'start', look: 'small soft' }),
    arrow(coarse, top),
    arrow([fine.right, 254], joined),
    top,
    arrow(top, enlarged, { sides: ['bottom', 'top'] }),
    enlarged,
    arrow(enlarged, joined, { sides: ['bottom', 'top'] }),
    joined,
    arrow(joined, merged),
    merged,
    arrow(top, heads[0]),
    arrow(merged, heads[1]),
    heads,
    text(632, 156, 'large objects', { look: 'small soft' }),
    text(632, 296, 'small objects', { look: 'small soft' }),
    heads.map((head) => arrow(head, [720, (head.top + head.bottom) / 2])),
    text(744, 119, 'p_c', { look: 'small' }),
    text(744, 259, 'p_c', { look: 'small' }),
    text(744, 135, 'box', { look: 'small' }),
    text(744, 275, 'box', { look: 'small' }),
    text(740, 151, 'class', { look: 'small' }),
    text(740, 291, 'class', { look: 'small' }),
    legend(20, 346, [
      ['learned', 'has weights'],
      ['fixed', 'computes without weights'],
      ['region', 'predicts for every anchor'],
    ]),
  );
}
