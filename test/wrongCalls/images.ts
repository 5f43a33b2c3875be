import { join } from 'node:path';
import { boxes, image, labelMap } from '../support/callInputs';
import { labeledImages, mapFile } from '../support/labeledFolders';
import { temporaryFolder } from '../support/temporaryFolder';
import type { Call } from '../support/wrongCalls';

const limits = { maxBytes: 1e6, maxPixels: 1e6 };
const recolored = ['rgbToGray', 'rgbToHsv', 'rgbToLab'].map((name): Call => ({ name, args: () => [image(4, 4)] }));
const written = () => join(temporaryFolder(), 'written.png');

/** Calls of what the room exports. */
export const calls: Call[] = [
  ...['readImage', 'readImageBytes'].map((name): Call => {
    return { name, args: () => [labeledImages.one, { background: [1, 1, 1], upright: true, ...limits }] };
  }),
  ...['readImageHeader', 'readImageSize'].map((name): Call => ({ name, args: () => [labeledImages.one, limits] })),
  { name: 'readPalette', args: () => [mapFile([[0, 1]]), limits] },
  { name: 'encodeJpeg', args: () => [image(8, 8), { quality: 80, subsampled: true }] },
  { name: 'writeImage', args: () => [written(), image(8, 8), { quality: 80, subsampled: true }] },
  { name: 'turnImage', args: () => [labelMap(), 6], data: ['0'] },
  { name: 'turnBoxes', args: () => [boxes(), { height: 16, width: 16 }, 6], records: ['1'], data: ['0'] },
  { name: 'resizeImage', args: () => [image(4, 4), { height: 3, width: 5, method: 'bilinear' }] },
  { name: 'toImage', args: () => [[0, 1, 2, 3], [2, 2], { range: [0, 3] }] },
  { name: 'warpRegions', args: () => [image(), boxes(2), { size: 8, context: 1 }] },
  ...recolored,
];
