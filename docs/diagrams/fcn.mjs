import { arrow, box, diagram, featureMap, legend, scene, side, text } from './draw.mjs';

const title = 'FCN-32s, FCN-16s and FCN-8s';
const description =
  'Five stages of convolution and pooling halve the image five times. A 1 × 1 convolution turns the last map into class scores, which are enlarged 32 times: FCN-32s. FCN-16s doubles them, adds scores computed from stage 4 and enlarges 16 times. FCN-8s doubles once more, adds scores from stage 3 and enlarges 8 times.';

export default function fcn() {
  const sizes = [80, 62, 48, 36, 26];
  const image = scene(20, 64, 84);
  let left = 130;
  const stages = sizes.map((size, i) => {
    const map = featureMap(left, 106 - size / 2 - (6 + i * 4) * 0.3, {
      width: size * 0.42,
      height: size,
      depth: 6 + i * 4,
    });
    left = map.right + 30;
    return map;
  });
  const names = ['½', '¼', '⅛', '1⁄16', '1⁄32'];
  const score = (i, y) =>
    box((stages[i].left + stages[i].right) / 2 - 28, y, 56, 28, 'scores', { kind: 'learned', look: 'small' });
  const [s5, s4, s3] = [score(4, 196), score(3, 244), score(2, 292)];
  const sum = (i, y) =>
    box((stages[i].left + stages[i].right) / 2 + 62, y + 2, 24, 24, '+', { kind: 'shared', round: 12 });
  const [sum4, sum3] = [sum(3, 244), sum(2, 292)];
  const result = (y, words) => box(640, y, 98, 30, words, { kind: 'fixed', look: 'small' });
  const [r32, r16, r8] = [result(195, 'FCN-32s'), result(243, 'FCN-16s'), result(291, 'FCN-8s')];
  return diagram(
    { width: 760, height: 366, title, description },
    text(62, 50, 'image', { look: 'soft' }),
    image,
    arrow(image, stages[0]),
    stages,
    stages.slice(1).map((stage, i) => arrow(stages[i], stage)),
    stages.map((stage, i) => text((stage.left + stage.right) / 2, 50, names[i], { look: 'small soft' })),
    [
      [4, s5],
      [3, s4],
      [2, s3],
    ].map(([i, to]) => arrow([side(to, 'top')[0], stages[i].bottom], side(to, 'top'))),
    s5,
    s4,
    s3,
    sum4,
    sum3,
    arrow(s4, sum4),
    arrow(s3, sum3),
    arrow([side(s5, 'bottom')[0], s5.bottom], [sum4.right, sum4.top + 6], {}),
    arrow([sum4.left + 6, sum4.bottom], [sum3.right, sum3.top + 6], {}),
    text(sum4.right + 12, 236, '×2', { anchor: 'start', look: 'small soft' }),
    text(sum4.left + 14, 288, '×2', { anchor: 'start', look: 'small soft' }),
    arrow(s5, r32, { label: 'enlarge ×32' }),
    arrow(sum4, r16, { label: 'enlarge ×16', shift: [24, 0] }),
    arrow(sum3, r8, { label: 'enlarge ×8', shift: [60, 0] }),
    r32,
    r16,
    r8,
    legend(24, 350, [
      ['learned', 'convolutions, pooling; 1×1 scores'],
      ['shared', 'sum with a skip'],
      ['fixed', 'scores of all pixels'],
    ]),
  );
}
