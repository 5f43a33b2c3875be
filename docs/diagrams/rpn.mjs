import { arrow, box, diagram, featureMap, legend, text } from './draw.mjs';

const title = 'Region proposal network';
const description =
  'A 3 × 3 convolution slides over the feature map. Two 1 × 1 convolutions give each cell K objectness scores and 4 K numbers that move and stretch its K anchors. Sorted by score, decoded, clipped and thinned by non-maximum suppression, the best become proposals.';

export default function rpn() {
  const map = featureMap(24, 76, { width: 78, height: 78, depth: 30, kind: 'shared' });
  const conv = featureMap(214, 76, { width: 78, height: 78, depth: 30, kind: 'learned' });
  const objectness = box(410, 62, 128, 46, 'objectness\nK × H × W', { kind: 'learned', look: 'small' });
  const transform = box(410, 144, 128, 46, 'box transforms\n4 K × H × W', { kind: 'learned', look: 'small' });
  const decide = box(604, 84, 130, 84, 'sort, decode,\nclip, NMS,\nkeep 300', { kind: 'fixed', look: 'small' });
  return diagram(
    { width: 760, height: 268, title, description },
    text(72, 58, 'features', { look: 'soft' }),
    map,
    arrow(map, conv, { label: '3×3' }),
    conv,
    text(262, 58, '+ ReLU', { look: 'soft' }),
    arrow([312, 110], [408, 86], { label: '1×1' }),
    arrow([312, 136], [408, 166], { label: '1×1', shift: [0, 34] }),
    objectness,
    transform,
    text(474, 50, 'is there an object?', { look: 'small soft' }),
    text(474, 210, 'how must the anchor move?', { look: 'small soft' }),
    arrow([538, 86], [602, 112]),
    arrow([538, 166], [602, 142]),
    decide,
    arrow([669, 168], [669, 210], { kind: 'region' }),
    text(669, 228, 'proposals', { look: 'region' }),
    legend(24, 252, [
      ['shared', 'shared with the second stage'],
      ['learned', 'learned'],
      ['fixed', 'on the host, no gradient'],
    ]),
  );
}
