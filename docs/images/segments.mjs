// Makes segments.png, the image of the readme: a photograph, its k-means clusters and its mean-shift segments.
//   npm run build && node docs/images/segments.mjs
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import {
  colorLocationPoints,
  colorPoints,
  kMeans,
  meanShift,
  paintSegments,
  readImage,
  resizeImage,
  writeImage,
} from 'detseg';
import ndarray from 'ndarray';

const [height, width, gap] = [294, 392, 12];
const require = createRequire(import.meta.url);
const photograph = resizeImage(readImage(require.resolve('ij-test/img/cat.jpg')), { height, width });

const clusters = await kMeans(colorPoints(photograph), { k: 5, seed: 1 });
const segments = await meanShift(colorLocationPoints(photograph), { bandwidth: 0.15 });
console.log(`k-means: ${clusters.centers.shape[0]} clusters; mean shift: ${segments.modes.shape[0]} segments`);

const images = [photograph, paintSegments(photograph, clusters.labels), paintSegments(photograph, segments.labels)];
// White gaps: on a dark page they look like frames.
const total = images.length * (width + gap) - gap;
const sheet = ndarray(new Float32Array(height * total * 3).fill(1), [height, total, 3]);
for (const [i, image] of images.entries()) {
  for (let row = 0; row < height; row++) {
    const from = row * width * 3;
    sheet.data.set(image.data.subarray(from, from + width * 3), (row * total + i * (width + gap)) * 3);
  }
}
writeImage(fileURLToPath(new URL('segments.png', import.meta.url)), sheet);
