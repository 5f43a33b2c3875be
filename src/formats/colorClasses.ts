import { vocPalette } from '../images/palette';
import type { ContainedFolder } from '../platform/containedFolder';
import { textLines } from '../platform/textFile';
import { type LabelTextOptions, labelText, mostClassBytes } from './labelText';

/** Classes by the colors that they have in maps. */
export interface ColorClasses {
  /** Names by number; none where the colors are VOC's. */
  names: string[] | null;
  /** The number of each color, {@link colorKey}. */
  numbers: ReadonlyMap<number, number>;
}

/** A color as one number. */
export const colorKey = (red: number, green: number, blue: number) => (red << 16) | (green << 8) | blue;

/** The colors of Pascal VOC's maps, number k for color k. */
export const vocColors: ColorClasses = {
  names: null,
  numbers: new Map(vocPalette.map(([red, green, blue], number) => [colorKey(red, green, blue), number])),
};

/** Files that list the colors of classes: those of CVAT, CamVid, and tables of names and colors. */
const listFiles = ['labelmap.txt', 'label_colors.txt', 'class_dict.csv', 'colormap.txt', 'label_color_map.txt'];

/** `cat:128,0,0::`, `cat,128,0,0` or `128 0 0 cat`. */
function parseLine(line: string): { name: string; color: number[] } | null {
  const [, before, ...first] = /^([^:#,]+)[:,]\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\b/.exec(line) ?? [];
  const [, red, green, blue, behind] = /^(\d+)\s+(\d+)\s+(\d+)\s+(\S.*)$/.exec(line) ?? [];
  const name = before ?? behind;
  if (name === undefined) return null;
  const color = (before === undefined ? [red, green, blue] : first).map(Number);
  return color.every((value) => value <= 255) ? { name: name.trim(), color } : null;
}

/** The colors of classes that a file in a folder lists, number k for line k; null where there is no such file. */
export function readColorClasses(folder: ContainedFolder, options: LabelTextOptions): ColorClasses | null {
  const file = folder.content('.').files.find((name) => listFiles.includes(name.toLowerCase()));
  if (file === undefined) return null;
  const entries = textLines(labelText(folder, file, { ...options, maxBytes: mostClassBytes })).flatMap(
    ({ line }) => parseLine(line) ?? [],
  );
  if (entries.length === 0) return null;
  const numbers = new Map(entries.map(({ color: [red, green, blue] }, number) => [colorKey(red, green, blue), number]));
  return { names: entries.map(({ name }) => name), numbers };
}
