import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root';

/** What `image.json` holds: files, and what Pillow finds in them. */
export interface ImageGoldens {
  cases: { name: string; file: string; shape: number[]; pixels: number[]; tolerance: number; indices?: number[] }[];
  encoded: {
    shape: number[];
    bytes: number[];
    files: { quality: number; subsampled: boolean; file: string }[];
    gray: { bytes: number[]; file: string };
  };
  resize: { shape: number[]; values: number[]; to: { shape: number[]; values: number[] }[] };
}

/** The goldens of image files. */
export const imageGoldens: ImageGoldens = JSON.parse(readFileSync(join(root, 'test', 'golden', 'image.json'), 'utf8'));

/** The bytes that a text in base64 stands for. */
export const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'base64'));

/** The file of a golden. */
export function goldenFile(name: string): Uint8Array {
  return bytesOf(imageGoldens.cases.find((one) => one.name === name)!.file);
}
