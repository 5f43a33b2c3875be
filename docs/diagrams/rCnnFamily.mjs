import { arrow, box, diagram, featureMap, legend, objectBox, scene, text } from './draw.mjs';

// R-CNN, Fast and Faster R-CNN in one visual language: what is computed once for an image is green, what is computed for each region
// orange.

const scale = { image: 92 };

function start(y) {
  const image = scene(24, y, scale.image);
  const boxes = ['disc', 'triangle'].map((name) => objectBox(name, 24, y, scale.image));
  return { image, boxes };
}

const heads = (x, y, kind) => [
  box(x, y, 92, 34, 'class', { kind, look: 'small' }),
  box(x, y + 46, 92, 34, 'box transform', { kind, look: 'small' }),
];

/** Proposals → crops → a network for each crop. */
export function rCnnRow(y) {
  const { image, boxes } = start(y);
  const crops = [0, 1, 2].map((i) => scene(222 + i * 7, y + 14 + i * 12, 40));
  const networks = [0, 1, 2].map((i) =>
    featureMap(364 + i * 8, y + 4 + i * 14, { width: 40, height: 36, depth: 16, kind: 'region' }),
  );
  const [svm, ridge] = heads(636, y + 6, 'region');
  return [
    image,
    boxes,
    arrow(image, [220, y + 46], { label: 'Selective\nSearch' }),
    crops,
    text(250, y + 104, '2000 crops, warped', { look: 'small soft' }),
    arrow([288, y + 46], [360, y + 46], { label: '224×224' }),
    networks,
    text(404, y + 104, 'one network pass each', { look: 'small soft' }),
    arrow([436, y + 46], [632, y + 24], {}),
    arrow([436, y + 46], [632, y + 68], {}),
    svm,
    ridge,
    text(536, y + 12, 'SVM', { look: 'small soft' }),
    text(536, y + 84, 'ridge regression', { look: 'small soft' }),
  ];
}

/** One pass → regions are cut out of the features. */
export function fastRow(y, network = false) {
  const { image } = start(y);
  const map = featureMap(168, y + 12, { width: 56, height: 56, depth: 20, kind: 'shared' });
  const pooled = [0, 1, 2].map((i) =>
    featureMap(376 + i * 8, y + 8 + i * 14, { width: 28, height: 24, depth: 12, kind: 'region' }),
  );
  const head = box(472, y + 18, 102, 56, 'per-region\nnetwork', { kind: 'region', look: 'small' });
  const [cls, reg] = heads(636, y + 6, 'region');
  const shared = [
    image,
    arrow(image, map),
    map,
    text(202, y + 104, 'features, once', { look: 'small soft' }),
    pooled,
    text(404, y + 104, 'RoI Pool or RoI Align', { look: 'small soft' }),
    arrow([446, y + 46], head),
    head,
    arrow([574, y + 40], [634, y + 24]),
    arrow([574, y + 54], [634, y + 68]),
    cls,
    reg,
  ];
  if (!network)
    return [
      ...shared,
      ['disc', 'triangle'].map((name) => objectBox(name, 24, y, scale.image)),
      arrow(map, [372, y + 46], { label: 'regions of\nSelective Search' }),
    ];
  const rpn = box(270, y - 4, 66, 38, 'RPN', { kind: 'shared', look: 'small' });
  return [
    ...shared,
    arrow([238, y + 36], [268, y + 16]),
    rpn,
    arrow([336, y + 16], [372, y + 34], { kind: 'region' }),
    text(352, y - 6, '300 proposals', { anchor: 'start', look: 'small region' }),
    arrow([240, y + 56], [372, y + 56], { label: 'same features', shift: [0, 22] }),
  ];
}

export const meaning = [
  ['shared', 'computed once for the image'],
  ['region', 'computed for each region'],
];

export default function rCnnFamily() {
  return diagram(
    {
      width: 760,
      height: 490,
      title: 'The R-CNN family',
      description:
        'R-CNN crops 2000 proposals and runs a network on each. Fast R-CNN runs the network once and cuts the regions out of its features. Faster R-CNN replaces the search for proposals by a region proposal network on the same features.',
    },
    text(24, 26, 'R-CNN', { anchor: 'start', look: 'strong' }),
    rCnnRow(40),
    text(24, 176, 'Fast R-CNN', { anchor: 'start', look: 'strong' }),
    fastRow(190),
    text(24, 322, 'Faster R-CNN', { anchor: 'start', look: 'strong' }),
    fastRow(336, true),
    legend(24, 474, meaning),
  );
}
