import ndarray, { type Data, type NdArray } from 'ndarray';
import ops from 'ndarray-ops';
import type { Random } from '../tensor/random';
import type { Augmentation } from './batches';
import type { Sample } from './dataset';
import { resizeImage } from './resizeImage';

/** What happens to a picture before it is trained on; everything is off where it is not asked for. */
export interface AugmentationOptions {
  /** Probability of a mirrored picture. */
  flip?: number;
  /** Least side of a random crop, as a share of the picture's side, in (0, 1]; the crop is enlarged to the picture's size. */
  crop?: number;
  /** Most that brightness is shifted by, and that contrast and saturation differ from 1; in [0, 1). */
  colour?: number;
}

/** A part of a picture, in px; x2 and y2 exclusive. */
export type Region = readonly [x1: number, y1: number, x2: number, y2: number];

/** Reads an array through a view into fresh memory. */
function copied<Numbers extends Float32Array | Int32Array | Uint8Array>(
  view: NdArray<Numbers>,
  kind: new (size: number) => Numbers,
): NdArray<Numbers> {
  const result = ndarray(new kind(view.size), [...view.shape]) as NdArray<Numbers>;
  ops.assign(result as NdArray<Data<number>>, view as NdArray<Data<number>>);
  return result;
}

/** The picture in a mirror, left for right, with all its labels. */
export function flipHorizontally(sample: Sample): Sample {
  const { image, masks, semantic, panoptic } = sample;
  const width = image.shape[1];
  const boxes = copied(sample.boxes, Float32Array);
  for (let g = 0; g < boxes.shape[0]; g++) {
    boxes.set(g, 0, width - sample.boxes.get(g, 2));
    boxes.set(g, 2, width - sample.boxes.get(g, 0));
  }
  return {
    image: copied(image.step(1, -1, 1), Float32Array),
    boxes,
    labels: copied(sample.labels, Int32Array),
    masks: copied(masks.step(1, 1, -1), Uint8Array),
    semantic: copied(semantic.step(1, -1), Uint8Array),
    panoptic: copied(panoptic.step(1, -1), Int32Array),
  };
}

/** The extent of the ones of a mask, or null where there are none. */
function extent(mask: NdArray<Uint8Array>): Region | null {
  let [x1, y1, x2, y2] = [Infinity, Infinity, 0, 0];
  for (let y = 0; y < mask.shape[0]; y++) {
    for (let x = 0; x < mask.shape[1]; x++) {
      if (!mask.get(y, x)) continue;
      [x1, y1, x2, y2] = [Math.min(x1, x), Math.min(y1, y), Math.max(x2, x + 1), Math.max(y2, y + 1)];
    }
  }
  return x2 === 0 ? null : [x1, y1, x2, y2];
}

/** The segment of thing g: that of any pixel where it is seen. */
function segmentOf({ masks, panoptic }: Sample, g: number): number {
  const [x, y] = extent(masks.pick(g)) ?? [0, 0];
  let column = x;
  while (column + 1 < masks.shape[2] && !masks.get(g, y, column)) column++;
  return panoptic.get(y, column);
}

/**
 * A part of the picture, enlarged to the picture's size: colours bilinearly, labels by the nearest pixel. Boxes are measured again
 * on the masks; things that the part does not show are gone.
 * @throws where the region is not whole, inside the picture, and at least 1 px wide and high.
 */
export function cropSample(sample: Sample, region: Region): Sample {
  const [height, width] = sample.image.shape;
  const [x1, y1, x2, y2] = region;
  const inside = 0 <= x1 && x1 < x2 && x2 <= width && 0 <= y1 && y1 < y2 && y2 <= height;
  if (!region.every(Number.isInteger) || !inside) {
    throw new Error(`cropSample: expected a region inside ${width}×${height} px, got [${region.join(', ')}]`);
  }
  const size = { height, width };
  const part = (map: NdArray<Uint8Array | Int32Array>) =>
    resizeImage(map.lo(y1, x1).hi(y2 - y1, x2 - x1), { ...size, method: 'nearest' }).data;
  const seen = Array.from({ length: sample.labels.size }, (_, g) => {
    const mask = ndarray(Uint8Array.from(part(sample.masks.pick(g))), [height, width]);
    return { g, mask, box: extent(mask) };
  }).filter(({ box }) => box !== null);
  const masks = new Uint8Array(seen.length * height * width);
  for (const [place, { mask }] of seen.entries()) masks.set(mask.data, place * height * width);
  // Segments are numbered by thing: those behind a lost one move up.
  const segments = new Map(seen.map(({ g }, place) => [segmentOf(sample, g), segmentOf(sample, 0) + place]));
  return {
    image: resizeImage(sample.image.lo(y1, x1).hi(y2 - y1, x2 - x1), size),
    boxes: ndarray(Float32Array.from(seen.flatMap(({ box }) => [...box!])), [seen.length, 4]),
    labels: ndarray(Int32Array.from(seen.map(({ g }) => sample.labels.get(g))), [seen.length]),
    masks: ndarray(masks, [seen.length, height, width]),
    semantic: ndarray(Uint8Array.from(part(sample.semantic)), [height, width]),
    panoptic: ndarray(
      Int32Array.from(part(sample.panoptic), (id) => segments.get(id) ?? id),
      [height, width],
    ),
  };
}

/** What {@link recolour} does to each pixel. */
export interface Recolouring {
  /** Added to every colour. */
  brightness: number;
  /** Factor on the distance from the picture's mean grey. */
  contrast: number;
  /** Factor on the distance from the pixel's own grey: 0 makes it grey. */
  saturation: number;
}

/** The picture in other colours, held in 0–1; labels stay. */
export function recolour(sample: Sample, { brightness, contrast, saturation }: Recolouring): Sample {
  const image = copied(sample.image, Float32Array);
  const colours = image.data;
  const grey = (i: number) => 0.299 * colours[i] + 0.587 * colours[i + 1] + 0.114 * colours[i + 2];
  let mean = 0;
  for (let i = 0; i < colours.length; i += 3) mean += (3 * grey(i)) / colours.length;
  for (let i = 0; i < colours.length; i += 3) {
    const own = grey(i);
    for (let channel = i; channel < i + 3; channel++) {
      const saturated = own + (colours[channel] - own) * saturation;
      colours[channel] = Math.min(1, Math.max(0, mean + (saturated - mean) * contrast + brightness));
    }
  }
  return { ...sample, image };
}

function checkShare(name: string, value: number, most: number): void {
  if (!(value >= 0 && value <= most)) {
    throw new Error(`augmentation: expected ${name} from 0 to ${most}, got ${value}`);
  }
}

/** Random changes that leave the labels true: more pictures for nothing. */
export function augmentation({ flip = 0, crop = 1, colour = 0 }: AugmentationOptions): Augmentation {
  checkShare('flip', flip, 1);
  checkShare('crop', crop, 1);
  checkShare('colour', colour, 0.99);
  if (crop === 0) throw new Error('augmentation: expected crop above 0, got 0');

  function cropped(sample: Sample, random: Random): Sample {
    const [height, width] = sample.image.shape;
    const share = crop + (1 - crop) * random.uniform();
    const [high, wide] = [height, width].map((side) => Math.max(1, Math.round(side * share)));
    const [x1, y1] = [random.integer(width - wide + 1), random.integer(height - high + 1)];
    return cropSample(sample, [x1, y1, x1 + wide, y1 + high]);
  }

  return (sample, random) => {
    let result = sample;
    const around = (centre: number) => centre + colour * (2 * random.uniform() - 1);
    if (flip > 0 && random.uniform() < flip) result = flipHorizontally(result);
    if (crop < 1) result = cropped(result, random);
    if (colour > 0) {
      result = recolour(result, { brightness: around(0), contrast: around(1), saturation: around(1) });
    }
    return result;
  };
}
