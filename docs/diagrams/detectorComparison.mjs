import { arrow, box, diagram, group, legend, scene, text } from './draw.mjs';

const title = 'Four ways from an image to objects';
const description =
  'Classification and localization give one class and one box. The sliding window classifies every window of the image. Two-stage detectors propose regions and then classify each of them. One-stage detectors predict a class and a box at every anchor or location at once.';

/** An image, then boxes of a network one after the other, each with its kind. */
function row(y, name, how, steps, result) {
  const image = scene(20, y, 62);
  const width = 92;
  const shapes = steps.map(([label, kind], i) =>
    box(138 + i * (width + 28), y + 8, width, 46, label, { kind, look: 'small' }),
  );
  const chain = [image, ...shapes];
  const last = shapes[shapes.length - 1];
  return group(
    text(20, y - 12, name, { anchor: 'start', look: 'strong' }),
    text(260, y - 12, how, { anchor: 'start', look: 'small soft' }),
    image,
    shapes,
    chain.slice(1).map((shape, i) => arrow(chain[i], shape)),
    arrow(last, [last.right + 34, y + 31]),
    text(last.right + 40, y + 27, result, { anchor: 'start', look: 'small' }),
  );
}

export default function detectorComparison() {
  return diagram(
    { width: 760, height: 470, title, description },
    row(
      34,
      'One object',
      'two heads on one vector',
      [
        ['backbone', 'shared'],
        ['class and\nbox', 'shared'],
      ],
      'one class,\none box',
    ),
    row(
      140,
      'Sliding window',
      'the same small network everywhere',
      [
        ['windows', 'fixed'],
        ['classifier', 'region'],
        ['NMS', 'fixed'],
      ],
      'boxes of the\nwindows’ sizes',
    ),
    row(
      246,
      'Two stages',
      'look again at what may be an object',
      [
        ['backbone', 'shared'],
        ['proposals', 'shared'],
        ['region head', 'region'],
        ['NMS', 'fixed'],
      ],
      'boxes moved\ntwice',
    ),
    row(
      352,
      'One stage',
      'all anchors at once',
      [
        ['backbone', 'shared'],
        ['neck', 'shared'],
        ['dense head', 'shared'],
        ['NMS', 'fixed'],
      ],
      'boxes moved\nonce',
    ),
    legend(20, 458, [
      ['shared', 'once an image'],
      ['region', 'once a region'],
      ['fixed', 'no weights'],
    ]),
  );
}
