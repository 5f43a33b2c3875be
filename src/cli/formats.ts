import type { ImageSize } from '../boxes/clipBoxes';
import type { Classes, Dataset, ImageSample, Sample } from '../data/dataset';
import { sceneDataset } from '../data/scenes';
import { UsageError } from './usage';

/** A sample of any format: what is not known is not there. */
export type AnySample = ImageSample & Partial<Sample>;

/** What is to be read. */
export interface DataRequest {
  task: 'detection' | 'segmentation';
  /** The folder or file of `--data`. */
  data?: string;
  /** Folder of the pictures, where the format does not know it. */
  images?: string;
  /** File or folder of the labels, where the format does not know it. */
  annotations?: string;
  /** Name of the part: `train`, `val`; the format's own word. */
  split?: string;
  /** Classes that the model knows already. */
  classes?: Classes;
  /** Names of the classes, as the user gave them. */
  names?: readonly string[];
  /** Size of painted pictures. */
  size: ImageSize;
  /** Number of painted pictures. */
  length?: number;
  seed: number;
  /** Whether what cannot be used is left out, with a note, instead of being an error. */
  skip: boolean;
}

/** A data set, and what was wrong with it. */
export interface OpenedData {
  dataset: Dataset<AnySample>;
  /** What was left out, one line each. */
  notes: string[];
}

/** One way in which labelled pictures are stored. */
export interface Format {
  /** What it is, for the help. */
  summary: string;
  /** What its parts are called; null where it has none, and some pictures are held out instead. */
  parts: { train: string; validation: string; test: string } | null;
  open(request: DataRequest): OpenedData;
}

const scenes: Format = {
  summary: 'painted scenes of circles, rectangles, triangles and stars; needs no --data',
  parts: { train: 'train', validation: 'validation', test: 'test' },
  open({ data, split = 'train', size, length, seed }) {
    if (data !== undefined) throw new UsageError('--format scenes: expected no --data, the pictures are painted');
    if (split !== 'train' && split !== 'validation' && split !== 'test') {
      throw new UsageError(`--split: expected train, validation or test of scenes, got ${split}`);
    }
    for (const side of [size.height, size.width]) {
      if (side < 32 || side > 256) {
        throw new UsageError(`--size: expected 32 to 256 px for scenes, got ${size.height}x${size.width}`);
      }
    }
    const pictures = length ?? (split === 'train' ? 1000 : 100);
    return { dataset: sceneDataset({ split, length: pictures, seed, side: [size.height, size.width] }), notes: [] };
  },
};

/** The formats by name. */
export const formats: Record<string, Format> = { scenes };

/** @throws where there is no such format. */
export function formatOf(name: string): Format {
  if (Object.hasOwn(formats, name)) return formats[name];
  throw new UsageError(`--format: expected one of ${Object.keys(formats).join(', ')}, got ${name}`);
}
