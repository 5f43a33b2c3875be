import { arrow, box, diagram, legend, path, text } from './draw.mjs';

const title = 'Tiramisu: a U-Net of dense blocks';
const description =
  'Above, a dense block: the input and the maps that each layer adds are piled up; every layer reads the whole pile. Two results: all maps, and the added ones alone. Below, the network: three dense blocks on the way down, one at the bottom, three on the way up. Skips bring all maps of a block across; on the way up only what the block below has added is doubled.';

function pile(x, bottom, added) {
  const parts = [box(x, bottom - 44, 44, 44, 'x₀', { kind: 'fixed', round: 0 })];
  for (let i = 0; i < added; i++)
    parts.push(box(x, bottom - 44 - 22 * (i + 1), 44, 22, `x${'₁₂₃'[i]}`, { kind: 'region', round: 0, look: 'small' }));
  return parts;
}

export default function tiramisu() {
  const bottom = 210;
  const piles = [0, 1, 2, 3].map((added) => pile(40 + 138 * added, bottom, added));
  const layers = [0, 1, 2].map((i) => {
    const layer = box(100 + 138 * i, 50, 62, 24, 'layer', { kind: 'learned', look: 'small' });
    const reads = path(
      [
        [74 + 138 * i, bottom - 44 - 22 * i],
        [74 + 138 * i, 62],
        [100 + 138 * i, 62],
      ],
      {},
    );
    const adds = path(
      [
        [162 + 138 * i, 62],
        [190 + 138 * i, 62],
        [190 + 138 * i, bottom - 44 - 22 * (i + 1)],
      ],
      { kind: 'region' },
    );
    const kept = path(
      [
        [84 + 138 * i, bottom - 22],
        [178 + 138 * i, bottom - 22],
      ],
      {},
    );
    return [layer, reads, adds, kept];
  });
  const brace = (y1, y2, x, words, look) => [
    path(
      [
        [x - 6, y1],
        [x, y1],
        [x, y2],
        [x - 6, y2],
      ],
      { tip: false },
    ),
    text(x + 10, (y1 + y2) / 2 + 5, words, { anchor: 'start', look }),
  ];
  const level = [292, 354, 416, 478];
  const block = (x, y, words = 'dense block') => box(x, y, 108, 30, words, { kind: 'learned', look: 'small' });
  const down = [0, 1, 2].map((i) => block(120 + 50 * i, level[i]));
  const low = block(330, level[3]);
  const up = [0, 1, 2].map((i) => block(532 - 50 * i, level[i]));
  const skips = [0, 1, 2].map((i) => arrow(down[i], up[i], { kind: 'shared', dashed: true }));
  const falls = [...down, low]
    .slice(1)
    .map((to, i) => arrow([down[i].left + 30, down[i].bottom], [to.left + 16, to.top]));
  const rises = up.map((to, i) => {
    const from = i === 2 ? low : up[i + 1];
    return arrow([from.right - 16, from.top], [to.right - 36, to.bottom], { kind: 'region' });
  });
  const stem = box(24, level[0], 60, 30, 'stem', { kind: 'learned', look: 'small' });
  const scores = box(690, level[0], 60, 30, 'scores', { kind: 'fixed', look: 'small' });
  return diagram(
    { width: 776, height: 550, title, description },
    text(24, 32, 'A dense block of three layers', { anchor: 'start', look: 'strong' }),
    piles,
    layers,
    brace(bottom - 110, bottom - 46, 516, 'added', 'small region'),
    brace(bottom - 110, bottom, 588, 'all: added and x₀', 'small soft'),
    text(24, 264, 'The network', { anchor: 'start', look: 'strong' }),
    stem,
    arrow(stem, down[0]),
    down,
    low,
    up,
    skips,
    falls,
    rises,
    scores,
    arrow(up[0], scores),
    text(378, 298, 'all maps are kept', { look: 'small shared' }),
    text(176, 398, '1×1, max pool', { anchor: 'end', look: 'small soft' }),
    text(584, 404, 'only the added is doubled', { anchor: 'start', look: 'small region' }),
    legend(24, 536, [
      ['learned', 'learned'],
      ['region', 'added by a block'],
      ['shared', 'skip'],
    ]),
  );
}
