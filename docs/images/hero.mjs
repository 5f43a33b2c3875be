// Makes docs/public/hero.svg, the image of the site's first page: one painted scene, on the left as a photograph would be, on the right as
// the map of its classes, with boxes around its things.
//   npm run build && node docs/images/hero.mjs [seed]
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { encodeJpeg, sceneDataset } from 'detseg';
import ndarray from 'ndarray';

const side = 256;
const seed = Number(process.argv[2] ?? 4);
const scenes = sceneDataset({
  split: 'train',
  length: 1,
  side,
  seed,
  objects: [4, 5],
  size: [0.2, 0.32],
  visible: 0.9,
});
const { image, semantic, boxes, labels } = scenes.sample(0);
const stuffColors = { sky: '#cfe3f7', grass: '#b9dcb4', water: '#9cc4de', road: '#d3c9bd' };
const thingColors = { circle: '#0b6be8', rectangle: '#e0390c', triangle: '#127c3c', star: '#8a24b8' };

/** The map of classes, each in its color. */
function paint({ stuff, things }) {
  const colors = [...stuff.map((name) => stuffColors[name]), ...things.map((name) => thingColors[name])];
  const bytes = colors.map((color) => [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)));
  return ndarray(Uint8Array.from([...semantic.data].flatMap((label) => bytes[label])), [side, side, 3]);
}

const dataUri = (bytes) => `data:image/jpeg;base64,${Buffer.from(bytes).toString('base64')}`;
const frames = Array.from({ length: labels.size }, (_, i) => {
  const [x1, y1, x2, y2] = [0, 1, 2, 3].map((k) => boxes.get(i, k));
  const name = scenes.classes.things[labels.get(i)];
  const color = thingColors[name];
  const top = Math.max(y1, 15);
  const width = 6.2 * name.length + 8;
  return [
    `<rect x="${x1}" y="${y1}" width="${x2 - x1}" height="${y2 - y1}" fill="none" stroke="${color}" stroke-width="2.5" rx="2"/>`,
    `<rect x="${x1 - 1.25}" y="${top - 14}" width="${width}" height="14" fill="${color}" rx="2"/>`,
    `<text x="${x1 + 3}" y="${top - 4}">${name}</text>`,
  ].join('');
});
const svg = [
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" role="img"><title>A scene, its boxes and its classes</title>`,
  '<style>text{font:600 10px system-ui,sans-serif;fill:#fff}image{image-rendering:auto}</style>',
  `<clipPath id="whole"><rect width="${side}" height="${side}" rx="14"/></clipPath>`,
  `<clipPath id="right"><path d="M${side * 0.62} 0H${side}V${side}H${side * 0.38}z"/></clipPath>`,
  '<g clip-path="url(#whole)">',
  `<image width="${side}" height="${side}" href="${dataUri(encodeJpeg(image, { quality: 84 }))}"/>`,
  `<image width="${side}" height="${side}" clip-path="url(#right)" href="${dataUri(encodeJpeg(paint(scenes.classes), { quality: 92 }))}"/>`,
  `<path d="M${side * 0.62} 0L${side * 0.38} ${side}" stroke="#fff" stroke-width="2"/>`,
  ...frames,
  '</g></svg>',
];
writeFileSync(fileURLToPath(new URL('../public/hero.svg', import.meta.url)), `${svg.join('\n')}\n`);
