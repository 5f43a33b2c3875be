import { arrow, box, diagram, dot, path, text } from './draw.mjs';

const title = 'From intensities to labels';
const description =
  'An image of a gray disc and a white bar on black becomes a histogram with three peaks. Half way between neighboring centers lie two borders; each pixel gets the label of the side that its intensity is on.';

/** The disc and the bar, on a ground. */
function scene(x, y, [ground, disc, bar]) {
  return [
    box(x, y, 180, 150, '', { kind: ground, round: 2 }),
    dot(x + 66, y + 58, { kind: disc, radius: 40 }),
    box(x + 20, y + 118, 140, 20, '', { kind: bar, round: 0 }),
  ];
}

/** Height of the histogram over an intensity from 0 to 1: three noisy peaks. */
const peaks = [
  [0.1, 92],
  [0.5, 52],
  [0.9, 34],
];
const height = (at) => peaks.reduce((sum, [center, high]) => sum + high * Math.exp(-(((at - center) / 0.09) ** 2)), 0);

export default function intensityGroups() {
  const [left, ground, width] = [290, 196, 180];
  const at = (share) => left + share * width;
  const curve = Array.from({ length: 61 }, (_, i) => [at(i / 60), ground - height(i / 60)]);
  return diagram(
    { width: 760, height: 250, title, description },
    text(114, 30, 'image', { look: 'strong' }),
    scene(24, 46, ['black', 'gray', 'white']),
    arrow([212, 120], [272, 120]),
    text(380, 30, 'histogram', { look: 'strong' }),
    path(
      [
        [left - 8, ground],
        [left + width + 8, ground],
      ],
      { tip: false },
    ),
    path(curve, { tip: false }),
    [0.3, 0.7].map((share) =>
      path(
        [
          [at(share), 60],
          [at(share), ground + 6],
        ],
        { tip: false, dashed: true },
      ),
    ),
    peaks.map(([center], k) => [
      dot(at(center), ground, { kind: ['learned', 'region', 'shared'][k], radius: 5 }),
      text(at(center), ground + 24, `c${'₀₁₂'[k]}`, { look: 'math' }),
    ]),
    text(380, 242, 'dark to bright', { look: 'small soft' }),
    arrow([488, 120], [548, 120]),
    text(646, 30, 'labels', { look: 'strong' }),
    scene(556, 46, ['learned', 'region', 'shared']),
  );
}
