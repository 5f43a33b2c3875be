import { type Classes, voidLabel } from '../data/dataset';
import type { ImageLimits } from '../images/imageFile';
import type { ContainedFolder } from '../platform/containedFolder';
import type { ColorClasses } from './colorClasses';
import { parseCsv } from './csv';
import { type LabelTextOptions, labelText, mostClassBytes } from './labelText';
import { looseWhole } from './looseValues';
import { readLabelMap } from './readLabelMap';
import { leastOfThing, lookAtMaps } from './semanticMaps';

/** Classes of maps, where nobody names them, and what their numbers are. */
export interface FoundClasses {
  classes: Classes;
  numbers?: ReadonlyMap<number, number | 'void'>;
  /** Where they come from, for a note. */
  source: string;
}

const asClasses = (names: readonly string[]): Classes => ({ stuff: names.slice(0, 1), things: names.slice(1) });

/** Classes of Roboflow's `_classes.csv`: a number and a name a line. */
function listedNumbers(folder: ContainedFolder, options: LabelTextOptions): FoundClasses | null {
  for (const at of ['.', ...folder.content('.').folders]) {
    const file = folder.content(at).files.find((name) => name.toLowerCase() === '_classes.csv');
    if (file === undefined) continue;
    const path = at === '.' ? file : `${at}/${file}`;
    const rows = [...parseCsv(labelText(folder, path, { ...options, maxBytes: mostClassBytes }), ',')].flatMap(
      ({ fields: [number, name] }) => {
        const found = looseWhole(number, 0, 255);
        return found === null || !name ? [] : [{ number: found, name }];
      },
    );
    if (rows.length < 2) continue;
    const classes = asClasses(rows.map(({ name }) => name));
    return { classes, numbers: new Map(rows.map(({ number }, k) => [number, k])), source: path };
  }
  return null;
}

/** Classes by the numbers that occur: `background`, `class 1`, …, or `background`, `object` where there are two. */
function countedClasses(
  maps: readonly (readonly string[])[],
  { apart, limits }: { apart: boolean; limits: ImageLimits },
): FoundClasses {
  const source = 'the numbers in the maps';
  const two = { classes: asClasses(['background', 'object']), source };
  if (apart || lookAtMaps({ maps, limits, colors: null }).binary) return two;
  let most = 1;
  for (const path of maps.flat()) {
    try {
      const { data } = readLabelMap(path, limits).numbers;
      if (leastOfThing(data) > 1) continue;
      for (const number of data) if (number !== voidLabel && number > most) most = number;
    } catch {
      // Told where the image is read.
    }
  }
  if (most === 1) return two;
  const names = Array.from({ length: most + 1 }, (_, k) => (k === 0 ? 'background' : `class ${k}`));
  return { classes: asClasses(names), source };
}

/** The classes of maps that nobody has named: those that a file lists, or one for each number that occurs. */
export function findClasses(
  folder: ContainedFolder,
  maps: readonly (readonly string[])[],
  { colors, apart, limits, text }: FindOptions,
): FoundClasses {
  const listed = listedNumbers(folder, text);
  if (listed) return listed;
  if (colors?.names && colors.names.length > 1) return { classes: asClasses(colors.names), source: 'a list of colors' };
  return countedClasses(maps, { apart, limits });
}

interface FindOptions {
  colors: ColorClasses | null;
  apart: boolean;
  limits: ImageLimits;
  text: LabelTextOptions;
}
