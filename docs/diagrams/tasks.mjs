import { diagram, objectBox, objects, scene, text } from './draw.mjs';

const title = 'Five tasks on one image';
const description =
  'Classification names what is in the image. Detection puts a box around each object. Semantic segmentation gives each pixel a class. Instance segmentation gives each object a mask. Panoptic segmentation gives each pixel a class and each object its own number.';

const size = 116;

/** The scene's shapes as masks, over its sky, grass and ground or over nothing. */
function masks(x, y, { stuff, disc, triangle }) {
  const at = (share) => Math.round(share * size * 100) / 100;
  const [tx, ty, tw, th] = objects.triangle;
  const [cx, cy, d] = objects.disc;
  const bands = stuff
    ? [
        ['sky', 0, 0.45],
        ['grass', 0.45, 0.3],
        ['ground', 0.75, 0.25],
      ].map(([look, top, height]) => `<rect class="${look}" y="${at(top)}" width="${size}" height="${at(height)}"/>`)
    : [`<rect class="fixed" width="${size}" height="${size}"/>`];
  const svg = [
    `<g transform="translate(${x} ${y})">`,
    ...bands,
    `<circle class="${disc}" cx="${at(cx + d / 2)}" cy="${at(cy + d / 2)}" r="${at(d / 2)}"/>`,
    `<path class="${triangle}" d="M${at(tx + tw / 2)} ${at(ty)}l${at(tw / 2)} ${at(th)}h${at(-tw)}z"/>`,
    `<rect class="frame" width="${size}" height="${size}"/></g>`,
  ].join('');
  return { svg, left: x, top: y, right: x + size, bottom: y + size };
}

export default function tasks() {
  const at = (i) => 22 + i * 146;
  const names = ['classification', 'detection', 'semantic', 'instance', 'panoptic'];
  const results = [
    'disc, triangle',
    'a box and a class\nfor each object',
    'a class\nfor each pixel',
    'a mask and a class\nfor each object',
    'class and number\nfor each pixel',
  ];
  return diagram(
    { width: 760, height: 228, title, description },
    names.map((name, i) => text(at(i) + size / 2, 30, name, { look: 'strong' })),
    scene(at(0), 46, size),
    scene(at(1), 46, size),
    objectBox('disc', at(1), 46, size),
    objectBox('triangle', at(1), 46, size),
    masks(at(2), 46, { stuff: true, disc: 'loss', triangle: 'learned' }),
    masks(at(3), 46, { stuff: false, disc: 'loss', triangle: 'learned' }),
    masks(at(4), 46, { stuff: true, disc: 'loss', triangle: 'learned' }),
    text(at(4) + objects.disc[0] * size + 20, 46 + 0.5 * size + 5, '1', { look: 'small strong' }),
    text(at(4) + 0.72 * size, 46 + 0.74 * size, '2', { look: 'small strong' }),
    results.map((words, i) => text(at(i) + size / 2, 184, words, { look: 'small soft' })),
  );
}
