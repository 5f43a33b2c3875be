import { arrow, box, diagram, featureMap, legend, path, scene, text } from './draw.mjs';

const title = 'SSD';
const description =
  'A backbone halves the image again and again. Maps of three scales are kept, and each has a 3×3 convolution of its own that predicts classes and box codes of its default boxes: small ones on the fine map, large ones on the coarse map. All predictions are joined, and non-maximum suppression leaves the detections.';

export default function ssd() {
  const image = scene(20, 62, 92);
  const sizes = [88, 60, 38];
  const maps = sizes.map((size, i) => {
    const depth = 12 + 10 * i;
    const top = 108 - (size + 0.6 * depth) / 2;
    return featureMap([192, 334, 462][i], top, { width: size * 0.62, height: size, depth });
  });
  const heads = maps.map(({ left, right }) =>
    box((left + right) / 2 - 48, 214, 96, 44, '3×3 conv', { kind: 'learned', look: 'small' }),
  );
  const joined = box(580, 210, 72, 52, 'all boxes', { look: 'small' });
  const kept = box(580, 300, 72, 40, 'NMS', { look: 'small' });
  const below = 330;
  return diagram(
    { width: 760, height: 400, title, description },
    text(66, 50, 'image', { look: 'soft' }),
    image,
    arrow(image, maps[0], { label: 'backbone' }),
    maps,
    arrow(maps[0], maps[1], { label: 'halve' }),
    arrow(maps[1], maps[2], { label: 'halve' }),
    ['stride 4', 'stride 8', 'stride 16'].map((words, i) =>
      text((maps[i].left + maps[i].right) / 2, 44, words, { look: 'small soft' }),
    ),
    maps.map((map, i) =>
      arrow([(map.left + map.right) / 2, map.bottom], [(heads[i].left + heads[i].right) / 2, heads[i].top]),
    ),
    heads,
    ['small\nboxes', 'medium\nboxes', 'large\nboxes'].map((words, i) =>
      text((heads[i].left + heads[i].right) / 2 - 8, 282, words, { anchor: 'end', look: 'small region' }),
    ),
    heads.map((head) => {
      const x = (head.left + head.right) / 2;
      return path(
        [
          [x, head.bottom + 4],
          [x, below],
          [554, below],
          [554, 236],
          [joined.left - 4, 236],
        ],
        {
          tip: head === heads[2],
        },
      );
    }),
    joined,
    arrow(joined, kept, { sides: ['bottom', 'top'] }),
    kept,
    text(616, 360, 'detections', { look: 'small soft' }),
    legend(20, 388, [
      ['learned', 'has weights'],
      ['fixed', 'computes without weights'],
    ]),
  );
}
