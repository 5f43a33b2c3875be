import { arrow, diagram, featureMap, legend, path, scene, text } from './draw.mjs';

const title = 'U-Net';
const description =
  'Two branches in the shape of a U. On the left each level halves the map and doubles its channels; at the bottom it is smallest. On the right each level doubles the map again and joins it with the map of the same size from the left, which a skip brings across.';

export default function uNet() {
  const levels = [
    { y: 62, size: 96, depth: 8 },
    { y: 186, size: 58, depth: 16 },
    { y: 276, size: 34, depth: 26 },
    { y: 340, size: 20, depth: 38 },
  ];
  const labels = ['H × W', '½ H × ½ W', '¼ H × ¼ W', '⅛ H × ⅛ W'];
  const left = levels.map(({ y, size, depth }, i) =>
    featureMap(150 + i * 62, y, { width: size * 0.5, height: size, depth, kind: 'learned' }),
  );
  const right = levels
    .slice(0, 3)
    .map(({ y, size, depth }, i) =>
      featureMap(558 - i * 66, y, { width: size * 0.5, height: size, depth, kind: 'learned' }),
    );
  const middle = (shape) => (shape.top + shape.bottom) / 2 + 2;
  const image = scene(24, 66, 92);
  const scores = featureMap(650, 62, { width: 48, height: 96, depth: 12, kind: 'fixed' });
  return diagram(
    { width: 760, height: 430, title, description },
    text(70, 50, 'image', { look: 'soft' }),
    image,
    arrow(image, left[0], { sides: ['right', 'left'] }),
    left,
    right,
    scores,
    text(682, 50, 'class scores', { look: 'soft' }),
    arrow(right[0], scores, { label: '1×1' }),
    levels
      .slice(1)
      .map((_, i) => arrow([left[i].left + 22, left[i].bottom], [left[i + 1].left + 8, left[i + 1].top], {})),
    text(172, 184, 'max pool 2×2', { anchor: 'end', look: 'small soft' }),
    levels.slice(1).map((_, i) => {
      const below = i === 2 ? left[3] : right[i + 1];
      return arrow([below.right - 10, below.top + (i === 2 ? 6 : 4)], [right[i].left + 10, right[i].bottom], {});
    }),
    text(594, 184, 'double the map', { anchor: 'start', look: 'small soft' }),
    levels.slice(0, 3).map((_, i) =>
      path(
        [
          [left[i].right + 4, middle(left[i])],
          [right[i].left - 4, middle(right[i])],
        ],
        { kind: 'shared', dashed: true },
      ),
    ),
    text(376, 98, 'skip: copy and join the channels', { look: 'small shared' }),
    labels.map((words, i) =>
      text(20, levels[i].y + levels[i].size / 2 + (i === 0 ? 84 : 8), i === 0 ? '' : words, {
        anchor: 'start',
        look: 'small soft',
      }),
    ),
    legend(24, 412, [
      ['learned', 'two 3×3 convolutions, batch norm, ReLU'],
      ['shared', 'skip connection'],
      ['fixed', 'scores of each pixel'],
    ]),
  );
}
