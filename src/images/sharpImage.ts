import { packageFile } from '../platform/packages';
import { type WaitingThread, waitingThread } from '../platform/waitingThread';
import { checkPixels, type ReadyImage } from './imageFile';

// The kinds that detseg does not read itself, through the optional package sharp (https://sharp.pixelplumbing.com). Its calls are
// asynchronous, and readImage is not: they are made in a thread of their own, which is waited for.

/** What the thread runs; `FILE` is where sharp lies. */
const source = `
async function answer({ bytes, maxPixels, wish }) {
  const sharp = require(FILE);
  // Whoever asks for the header looks at the size itself.
  const limitInputPixels = wish === 'header' ? false : maxPixels;
  // Color profiles are left alone, as in the kinds that detseg reads; damage is refused, oddities are not.
  const image = sharp(bytes, { limitInputPixels, failOn: 'error', ignoreIcc: true, pages: 1 });
  if (wish === 'header') {
    const { height, width, orientation = 1 } = await image.metadata();
    return { height, width, orientation };
  }
  const { data, info } = await image.toColourspace('srgb').ensureAlpha().raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  return { bytes: data, height: info.height, width: info.width, channels: info.channels };
}
`;

/** Seconds that an image may take. */
const patience = 300;

/** Where sharp lies; null where it is not installed. */
const sharpFile = () => packageFile('sharp');

/** Whether the package sharp is installed. */
export function hasSharp(): boolean {
  return sharpFile() !== null;
}

let thread: WaitingThread | null = null;

function ask(question: { bytes: Uint8Array; maxPixels: number; wish: 'header' | 'pixels' }, name: string) {
  thread ??= waitingThread(source.replace('FILE', JSON.stringify(sharpFile())), patience);
  try {
    return thread.ask(question);
  } catch (error) {
    // The first line: what follows is advice on how to install sharp on other systems.
    const [reason] = (error as Error).message.trim().split('\n');
    const isUnknown = /unsupported image format|support for this compression format|not in this build/i.test(reason);
    const advice = isUnknown ? '; convert it to JPEG or PNG' : '';
    throw new Error(`${name} that sharp cannot read (${reason})${advice}`, { cause: error });
  }
}

/**
 * Reads the header of an image through sharp. @param name what the image is called: `a WebP image`.
 * @throws with the reason alone where sharp refuses it, and where it has too many pixels.
 */
export function sharpImage(bytes: Uint8Array, name: string, maxPixels: number): ReadyImage {
  const { height, width, orientation } = ask({ bytes, maxPixels, wish: 'header' }, name);
  const stored = { height, width };
  // Four bytes of a pixel come from the thread.
  checkPixels(stored, maxPixels, 4);
  return {
    stored,
    orientation,
    decode(background, emit) {
      const found = ask({ bytes, maxPixels, wish: 'pixels' }, name);
      if (found.height !== height || found.width !== width || found.channels !== 4) {
        const got = `${found.width} × ${found.height} pixels of ${found.channels} samples`;
        throw new Error(`${name}: expected ${width} × ${height} pixels of 4 samples from sharp, got ${got}`);
      }
      const pixels: Uint8Array = found.bytes;
      const [row, blended] = [new Uint8Array(3 * width), new Float32Array(3 * width)];
      for (let y = 0, at = 0; y < height; y++) {
        let isOpaque = true;
        for (let x = 0; x < width; x++, at += 4) {
          const alpha = pixels[at + 3] / 255;
          if (alpha < 1) isOpaque = false;
          for (let channel = 0; channel < 3; channel++) {
            const value = pixels[at + channel];
            row[3 * x + channel] = value;
            blended[3 * x + channel] = (alpha * value) / 255 + (1 - alpha) * background[channel];
          }
        }
        emit(y, isOpaque ? row : blended);
      }
    },
  };
}
