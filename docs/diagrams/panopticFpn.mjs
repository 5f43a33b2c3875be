import { arrow, box, diagram, featureMap, legend, scene, text } from './draw.mjs';

const title = 'Panoptic FPN';
const description =
  'A backbone with a feature pyramid gives maps of stride 4, 8 and 16. Mask R-CNN looks at them and finds instances, which may overlap. The semantic branch brings every level to stride 4 by 3×3 convolutions and doublings, adds them, and gives each pixel scores of the kinds of stuff and of "a thing". The merge makes one panoptic map of both. Mask R-CNN has five losses, the semantic branch one.';

export default function panopticFpn() {
  const image = scene(20, 118, 84);
  const rows = [40, 128, 202];
  const sides = [56, 38, 24];
  const levels = rows.map((y, i) =>
    featureMap(156, y, { width: sides[i], height: sides[i], depth: 20, kind: 'shared' }),
  );
  const strides = [4, 8, 16];
  const instance = box(316, 60, 132, 58, 'Mask R-CNN:\nproposals, boxes,\nmasks', { kind: 'region', look: 'small' });
  const semantic = box(316, 184, 132, 58, 'semantic branch:\n3×3 conv, ×2,\nadd, 1×1 conv', {
    kind: 'learned',
    look: 'small',
  });
  const found = box(492, 64, 104, 50, 'instances, which\nmay overlap', { look: 'small' });
  const scores = box(492, 188, 104, 50, 'scores: stuff\nor "a thing"', { look: 'small' });
  const merge = box(630, 124, 60, 56, 'merge', { look: 'small' });
  const map = scene(716, 120, 64);
  const five = box(492, 14, 104, 34, 'five losses', { kind: 'loss', look: 'small' });
  const one = box(492, 254, 104, 34, 'cross-entropy', { kind: 'loss', look: 'small' });
  return diagram(
    { width: 800, height: 336, title, description },
    image,
    text(62, 108, 'image', { look: 'small soft' }),
    arrow([108, 160], [150, 160]),
    text(190, 24, 'feature pyramid', { look: 'soft' }),
    levels,
    levels.map(({ right, bottom }, i) =>
      text(right + 8, bottom - 6, `stride ${strides[i]}`, { anchor: 'start', look: 'small soft' }),
    ),
    arrow([272, 130], [312, 92]),
    arrow([272, 176], [312, 210]),
    instance,
    semantic,
    arrow(instance, found),
    arrow(semantic, scores),
    found,
    scores,
    arrow([448, 74], [490, 38]),
    arrow([448, 228], [490, 266]),
    five,
    one,
    arrow([596, 92], [634, 122]),
    arrow([596, 210], [634, 182]),
    merge,
    arrow(merge, map),
    map,
    text(748, 204, 'panoptic\nmap', { look: 'small soft' }),
    legend(24, 320, [
      ['shared', 'learned, used by both'],
      ['region', 'learned, for each region'],
      ['learned', 'learned, for each pixel'],
      ['fixed', 'without weights'],
      ['loss', 'loss'],
    ]),
  );
}
