import { arrow, diagram, featureMap, legend, path, scene, text } from './draw.mjs';

const title = 'Deconvolution network';
const description =
  'An hourglass. On the left two stages of convolutions, each with a max pooling after it, make the map smaller; the bottom is smallest. On the right two stages of unpooling and transposed convolutions, the mirror image, make it large again. Dashed lines bring only the places of the maxima, the switches, from each pooling to its unpooling. No features are handed across.';

export default function deconvNet() {
  const middle = 178;
  const sizes = [104, 62, 34, 62, 104];
  const widths = [16, 22, 30, 22, 16];
  const lefts = [160, 268, 370, 458, 556];
  const maps = sizes.map((size, i) =>
    featureMap(lefts[i], middle - size / 2, { width: size * 0.42, height: size, depth: widths[i], kind: 'learned' }),
  );
  const image = scene(24, middle - 48, 96);
  const scores = featureMap(676, middle - 52, { width: 44, height: 104, depth: 12, kind: 'fixed' });
  const between = (i) => [
    [maps[i].right + 2, middle],
    [maps[i + 1].left - 2, middle],
  ];
  const steps = [0, 1, 2, 3].map((i) => arrow(...between(i), { gap: 0 }));
  const bridge = (from, to, y) =>
    path(
      [
        [(maps[from].right + maps[from + 1].left) / 2, middle - 12],
        [(maps[from].right + maps[from + 1].left) / 2, y],
        [(maps[to - 1].right + maps[to].left) / 2, y],
        [(maps[to - 1].right + maps[to].left) / 2, middle - 12],
      ],
      { kind: 'shared', dashed: true },
    );
  const under = (i, words) =>
    text((maps[i].right + maps[i + 1].left) / 2, middle + 82 - (i === 1 || i === 2 ? 26 : 0), words, {
      look: 'small soft',
    });
  return diagram(
    { width: 760, height: 316, title, description },
    text(72, middle - 62, 'image', { look: 'soft' }),
    image,
    arrow([image.right, middle], [maps[0].left, middle], { label: 'stem' }),
    maps,
    steps,
    bridge(0, 4, 62),
    bridge(1, 3, 104),
    text(409, 50, 'switches: places only, no features', { look: 'small shared' }),
    under(0, 'pool'),
    under(1, 'pool'),
    under(2, 'unpool'),
    under(3, 'unpool'),
    scores,
    arrow([maps[4].right, middle], [scores.left, middle], { label: '1×1' }),
    text(708, middle - 66, 'scores', { look: 'soft' }),
    text(395, middle + 86, 'bottom', { look: 'small soft' }),
    legend(24, 300, [
      ['learned', 'convolutions, on the right transposed'],
      ['shared', 'switches of each pooling'],
      ['fixed', 'scores of each pixel'],
    ]),
  );
}
