import { arrow, box, diagram, objectBox, path, scene, text } from './draw.mjs';

const title = 'Selective Search';
const description =
  'Felzenszwalb and Huttenlocher cut the image into small regions. The two most similar neighbors are merged, again and again, until one region is left: a tree. The box around every region of the tree is a proposal.';

export default function regionProposals() {
  const image = scene(24, 66, 108);
  const leaves = ['learned', 'shared', 'region', 'loss', 'fixed'];
  const node = (x, y, kind) => box(x, y, 26, 26, '', { kind, round: 4 });
  const row = leaves.map((kind, i) => node(220 + i * 52, 176, kind));
  const [a, b] = [node(246, 128, 'learned'), node(350, 128, 'region')];
  const c = node(272, 84, 'learned');
  const top = node(318, 40, 'learned');
  const up = (from, to) =>
    path(
      [
        [(from.left + from.right) / 2, from.top],
        [(to.left + to.right) / 2, to.bottom],
      ],
      { tip: false },
    );
  const all = scene(566, 66, 108);
  const boxes = [
    [0.02, 0.02, 0.96, 0.4],
    [0.02, 0.48, 0.5, 0.5],
    [0.1, 0.3, 0.8, 0.6],
    [0.5, 0.5, 0.45, 0.45],
  ].map(([x, y, w, h]) =>
    box(566 + x * 108, 66 + y * 108, w * 108, h * 108, '', { kind: 'fixed', outline: true, round: 0 }),
  );
  return diagram(
    { width: 760, height: 256, title, description },
    text(78, 50, 'image', { look: 'soft' }),
    image,
    arrow([134, 120], [200, 160], { label: 'small\nregions', shift: [20, -14] }),
    row,
    a,
    b,
    c,
    top,
    up(row[0], a),
    up(row[1], a),
    up(row[2], b),
    up(row[3], b),
    up(a, c),
    up(row[4], top),
    up(c, top),
    up(b, c),
    text(336, 228, 'merge the two most similar neighbors, again and again', { look: 'small soft' }),
    arrow([470, 120], [558, 120], { label: 'a box around\nevery node' }),
    all,
    boxes,
    objectBox('disc', 566, 66, 108),
    objectBox('triangle', 566, 66, 108),
    text(620, 50, 'proposals', { look: 'soft' }),
  );
}
