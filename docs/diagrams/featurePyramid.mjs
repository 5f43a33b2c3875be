import { arrow, box, diagram, legend, text } from './draw.mjs';

const title = 'Four ways to find objects of all sizes';
const description =
  'An image pyramid runs the whole network on the image at every size. A single map predicts from the last map alone. A pyramidal hierarchy predicts from each map of the backbone as it is. A feature pyramid network adds a path from the coarsest map down: each level is the sum of the enlarged level above and of a 1×1 convolution of the map beside it.';

const widths = [104, 72, 44];
const heights = [150, 106, 62];

/** Maps one above the other, the finest at the bottom. */
function tower(x, y, kind = 'fixed') {
  return widths.map((width, i) => box(x - width / 2, y + heights[i], width, 18, '', { kind, round: 3 }));
}

const prediction = (from, x) => {
  const y = (from.top + from.bottom) / 2;
  const out = box(x, y - 9, 18, 18, '', { kind: 'region', round: 9 });
  return [arrow(from, out, { sides: ['right', 'left'], gap: 3 }), out];
};

const upward = (maps, image) => [
  arrow(image, maps[0], { sides: ['top', 'bottom'], gap: 2 }),
  ...maps.slice(1).map((map, i) => arrow(maps[i], map, { sides: ['top', 'bottom'], gap: 2 })),
];

const imageBox = (x, y, width = 116) => box(x - width / 2, y, width, 18, 'image', { look: 'small', round: 3 });

export default function featurePyramid() {
  const panel = (x, y, words) => text(x, y + 30, words, { look: 'strong' });
  // a: the image at three sizes, the network on each.
  const images = widths.map((width, i) => box(70 - width / 2, 4 + heights[i], width, 18, '', { round: 3 }));
  const features = widths.map((width, i) =>
    box(232 - width / 2, 4 + heights[i], width, 18, '', { kind: 'learned', round: 3 }),
  );
  const single = tower(470, 4, 'learned');
  const below = 244;
  const hierarchy = tower(112, below, 'learned');
  const up = tower(450, below, 'learned');
  const down = tower(630, below, 'shared');
  return diagram(
    { width: 760, height: 502, title, description },
    panel(176, 0, '(a) image pyramid'),
    images,
    features,
    images.map((one, i) => arrow(one, features[i], { label: i === 2 ? 'network' : '' })),
    features.map((map) => prediction(map, 320)),
    text(70, 192, 'three images', { look: 'small soft' }),
    panel(500, 0, '(b) a single map'),
    imageBox(470, 198),
    upward(single, imageBox(470, 198)),
    single,
    prediction(single[2], 558),
    panel(142, below, '(c) pyramidal hierarchy'),
    imageBox(112, below + 194),
    upward(hierarchy, imageBox(112, below + 194)),
    hierarchy,
    hierarchy.map((map) => prediction(map, 200)),
    panel(560, below, '(d) feature pyramid network'),
    imageBox(450, below + 194),
    upward(up, imageBox(450, below + 194)),
    up,
    down,
    up.map((map, i) => arrow(map, down[i], { sides: ['right', 'left'], label: i === 2 ? '1×1' : '', kind: 'shared' })),
    arrow(down[2], down[1], { sides: ['bottom', 'top'], gap: 2, kind: 'shared' }),
    arrow(down[1], down[0], { sides: ['bottom', 'top'], gap: 2, kind: 'shared' }),
    text(638, below + 98, '×2', { anchor: 'start', look: 'small shared' }),
    text(638, below + 142, '×2', { anchor: 'start', look: 'small shared' }),
    down.map((map) => prediction(map, 718)),
    legend(24, 488, [
      ['learned', 'map of the backbone'],
      ['shared', 'lateral 1×1 plus the level above, enlarged'],
      ['region', 'prediction'],
    ]),
  );
}
