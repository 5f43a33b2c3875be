import { arrow, box, cells, diagram, featureMap, legend, scene, text } from './draw.mjs';

const title = 'Patch by patch, or all at once';
const description =
  'Above: a patch is cut out around each pixel, and the network runs on each patch to classify its center. Neighboring patches share most of their pixels, so the same products are computed again and again. Below: the same filters slide over the whole image once and give the scores of all pixels.';

export default function slidingWindow() {
  const image = scene(24, 48, 104);
  const patch = (dx, kind) => box(58 + dx, 78, 36, 36, '', { kind, outline: true, round: 0 });
  const crops = [0, 1, 2].map((i) => scene(216 + i * 9, 60 + i * 14, 40));
  const networks = [0, 1, 2].map((i) =>
    featureMap(356 + i * 9, 56 + i * 14, { width: 38, height: 36, depth: 14, kind: 'region' }),
  );
  const answers = cells(560, 62, 1, 3, 26, { fill: () => 'region' });
  const whole = scene(24, 212, 104);
  const maps = [
    featureMap(222, 214, { width: 50, height: 92, depth: 14, kind: 'shared' }),
    featureMap(356, 214, { width: 50, height: 92, depth: 14, kind: 'shared' }),
  ];
  const all = cells(548, 216, 8, 8, 12, { fill: () => 'shared' });
  return diagram(
    { width: 760, height: 356, title, description },
    text(24, 30, 'patch by patch', { anchor: 'start', look: 'strong' }),
    image,
    patch(0, 'region'),
    patch(9, 'region'),
    patch(18, 'region'),
    arrow(image, [214, 100], { label: 'cut out' }),
    crops,
    arrow([280, 100], [352, 100]),
    networks,
    text(384, 158, 'the network, once a pixel', { look: 'small soft' }),
    arrow([424, 96], [556, 76], { label: 'class of the center' }),
    answers,
    text(24, 200, 'all at once', { anchor: 'start', look: 'strong' }),
    whole,
    arrow(whole, maps[0], { label: '3×3' }),
    arrow(maps[0], maps[1], { label: '3×3' }),
    maps,
    arrow(maps[1], all, { label: 'scores of all pixels' }),
    all,
    legend(24, 342, [
      ['region', 'computed for each pixel'],
      ['shared', 'computed once'],
    ]),
  );
}
