import ndarray, { type NdArray } from 'ndarray';
import { checkRandom } from '../checks/arguments';
import { checkFinite } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { shown } from '../checks/shown';
import { resizeImage } from '../images/resizeImage';
import type { Random } from '../tensor/random';
import { checkSample } from './checkSample';
import { copied } from './copied';
import type { ImageSample, Sample } from './dataset';
import { firstThingSegment, takeSegments } from './thingSegments';
import { hasBoxes, takeThings } from './things';

/** What happens to an image before it is trained on; everything is off where it is not asked for. */
export interface AugmentationOptions {
  /** Probability of a mirrored image, left for right. */
  flip?: number;
  /** Probability of an image turned upside down by a mirror: for images that have no up, from a microscope or a satellite. */
  flipVertical?: number;
  /** Least side of a random crop, as a share of the image's side, in (0, 1]; the crop is enlarged to the image's size. */
  crop?: number;
  /** Most that brightness is shifted by, and that contrast and saturation differ from 1; in [0, 1). */
  color?: number;
}

/** A part of an image, in px; x2 and y2 exclusive. */
export type Region = readonly [x1: number, y1: number, x2: number, y2: number];

/** The image in a mirror, left for right, with all its labels. @throws on what is no sample. */
export function flipHorizontally<S extends ImageSample>(sample: S): S {
  checkSample('flipHorizontally', sample);
  const { image, boxes, masks, semantic, panoptic } = sample as S & Partial<Sample>;
  const width = image.shape[1];
  const flipped: Partial<Sample> = { image: copied(image.step(1, -1, 1)) };
  if (boxes) {
    flipped.boxes = copied(boxes);
    for (let g = 0; g < boxes.shape[0]; g++) {
      flipped.boxes.set(g, 0, width - boxes.get(g, 2));
      flipped.boxes.set(g, 2, width - boxes.get(g, 0));
    }
  }
  if (masks) flipped.masks = copied(masks.step(1, 1, -1));
  if (semantic) flipped.semantic = copied(semantic.step(1, -1));
  if (panoptic) flipped.panoptic = copied(panoptic.step(1, -1));
  return { ...sample, ...flipped };
}

/** The image in a mirror, top for bottom, with all its labels. @throws on what is no sample. */
export function flipVertically<S extends ImageSample>(sample: S): S {
  checkSample('flipVertically', sample);
  const { image, boxes, masks, semantic, panoptic } = sample as S & Partial<Sample>;
  const height = image.shape[0];
  const flipped: Partial<Sample> = { image: copied(image.step(-1, 1, 1)) };
  if (boxes) {
    flipped.boxes = copied(boxes);
    for (let g = 0; g < boxes.shape[0]; g++) {
      flipped.boxes.set(g, 1, height - boxes.get(g, 3));
      flipped.boxes.set(g, 3, height - boxes.get(g, 1));
    }
  }
  if (masks) flipped.masks = copied(masks.step(1, -1, 1));
  if (semantic) flipped.semantic = copied(semantic.step(-1, 1));
  if (panoptic) flipped.panoptic = copied(panoptic.step(-1, 1));
  return { ...sample, ...flipped };
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

/** Share of a box that a crop must show, where there is no mask to look at: less hardly shows the thing. */
const leastShown = 0.25;

/** What of a box lies in a region, in the region's px, or null where hardly any of it does. */
function shownBox(boxes: NdArray<Float32Array>, g: number, [x1, y1, x2, y2]: Region): Region | null {
  const [left, top, right, bottom] = [0, 1, 2, 3].map((k) => boxes.get(g, k));
  const shown = [Math.max(left, x1), Math.max(top, y1), Math.min(right, x2), Math.min(bottom, y2)];
  const [wide, high] = [shown[2] - shown[0], shown[3] - shown[1]];
  if (!(wide > 0 && high > 0 && wide * high >= leastShown * (right - left) * (bottom - top))) return null;
  return [shown[0] - x1, shown[1] - y1, shown[2] - x1, shown[3] - y1];
}

/**
 * A part of the image, enlarged to the image's size: colors bilinearly, labels by the nearest pixel. Boxes are measured again on
 * the masks, and things that the part does not show are gone. Without masks, a box is cut off at the border, and gone where less than
 * a quarter of it is left. Areas change as the boxes' do.
 * @throws where the region is not whole, inside the image, and at least 1 px wide and high.
 */
export function cropSample<S extends ImageSample>(sample: S, region: Region): S {
  checkSample('cropSample', sample);
  const { image, boxes, masks, semantic, panoptic } = sample as S & Partial<Sample>;
  const [height, width] = image.shape;
  const whole = Array.isArray(region) && region.length === 4 && region.every(Number.isInteger);
  const [x1, y1, x2, y2] = whole ? region : [-1, -1, -1, -1];
  const inside = 0 <= x1 && x1 < x2 && x2 <= width && 0 <= y1 && y1 < y2 && y2 <= height;
  if (!inside) {
    throw new Error(`cropSample: expected a region inside ${width}×${height} px, got ${shown(region)}`);
  }
  const size = { height, width };
  const part = (map: NdArray<Uint8Array | Int32Array>) =>
    resizeImage(map.lo(y1, x1).hi(y2 - y1, x2 - x1), { ...size, method: 'nearest' }).data;
  const cropped: Partial<Sample> = { image: resizeImage(image.lo(y1, x1).hi(y2 - y1, x2 - x1), size) };
  if (semantic) cropped.semantic = ndarray(Uint8Array.from(part(semantic)), [height, width]);
  if (!boxes || !hasBoxes(sample)) return { ...sample, ...cropped };

  const zoom = [width / (x2 - x1), height / (y2 - y1)];
  const seen = Array.from({ length: boxes.shape[0] }, (_, g) => {
    const mask = masks && ndarray(Uint8Array.from(part(masks.pick(g))), [height, width]);
    const shown = mask ? extent(mask) : shownBox(boxes, g, region)?.map((value, k) => value * zoom[k % 2]);
    return { g, mask, box: shown ?? null };
  }).filter(({ box }) => box !== null);
  const rows = seen.map(({ g }) => g);
  const corners = ndarray(Float32Array.from(seen.flatMap(({ box }) => [...box!])), [seen.length, 4]);
  Object.assign(cropped, takeThings(sample, rows), { boxes: corners });
  if (masks) {
    const shown = new Uint8Array(seen.length * height * width);
    for (const [place, { mask }] of seen.entries()) shown.set(mask!.data, place * height * width);
    cropped.masks = ndarray(shown, [seen.length, height, width]);
  }
  if (cropped.areas) {
    const extentOf = (list: NdArray<Float32Array>, row: number) =>
      (list.get(row, 2) - list.get(row, 0)) * (list.get(row, 3) - list.get(row, 1));
    for (const [place, g] of rows.entries()) {
      const share = extentOf(corners, place) / Math.max(extentOf(boxes, g), Number.MIN_VALUE);
      cropped.areas.set(place, cropped.areas.get(place) * Math.min(share, zoom[0] * zoom[1]));
    }
  }
  if (panoptic && masks) {
    // Segments are numbered by thing: those behind a lost one move up.
    cropped.panoptic = ndarray(Int32Array.from(part(panoptic)), [height, width]);
    const first = firstThingSegment({ masks, panoptic });
    takeSegments(cropped.panoptic, { first, rows, count: masks.shape[0] });
  }
  return { ...sample, ...cropped };
}

/** What {@link recolor} does to each pixel. */
export interface Recoloring {
  /** Added to every color. */
  brightness: number;
  /** Factor on the distance from the image's mean gray. */
  contrast: number;
  /** Factor on the distance from the pixel's own gray: 0 makes it gray. */
  saturation: number;
}

/**
 * The image in other colors, held in 0–1; labels stay.
 *
 *     s = gray + saturation · (color − gray),    new = mean + contrast · (s − mean) + brightness
 *
 * gray is the pixel's own luma (see {@link rgbToGray}), mean that of the image.
 * @throws on what is no sample, and on numbers that are not finite.
 */
export function recolor<S extends ImageSample>(sample: S, options: Recoloring): S {
  const kinds = { brightness: 'number', contrast: 'number', saturation: 'number' } as const;
  const { brightness, contrast, saturation } = checkOptions('recolor', options, kinds);
  for (const [name, value] of Object.entries({ brightness, contrast, saturation })) checkFinite('recolor', name, value);
  checkSample('recolor', sample);
  const image = copied(sample.image);
  const colors = image.data;
  const gray = (i: number) => 0.299 * colors[i] + 0.587 * colors[i + 1] + 0.114 * colors[i + 2];
  let mean = 0;
  for (let i = 0; i < colors.length; i += 3) mean += (3 * gray(i)) / colors.length;
  for (let i = 0; i < colors.length; i += 3) {
    const own = gray(i);
    for (let channel = i; channel < i + 3; channel++) {
      const saturated = own + (colors[channel] - own) * saturation;
      colors[channel] = Math.min(1, Math.max(0, mean + (saturated - mean) * contrast + brightness));
    }
  }
  return { ...sample, image };
}

function checkShare(name: string, value: number, most: number): void {
  if (!(typeof value === 'number' && value >= 0 && value <= most)) {
    throw new Error(`augmentation: expected ${name} from 0 to ${most}, got ${shown(value)}`);
  }
}

/**
 * Random changes that leave the labels true, whatever they are: more images for nothing.
 * @returns changes one sample, as its source of random numbers says; the sample itself stays as it is.
 * @throws on a share outside 0–1, a crop of 0, and color above 0.99.
 */
export function augmentation(options: AugmentationOptions): <S extends ImageSample>(sample: S, random: Random) => S {
  const {
    flip = 0,
    flipVertical = 0,
    crop = 1,
    color = 0,
  } = checkOptions('augmentation', options, { flip: 'any', flipVertical: 'any', crop: 'any', color: 'any' });
  checkShare('flip', flip, 1);
  checkShare('flipVertical', flipVertical, 1);
  checkShare('crop', crop, 1);
  checkShare('color', color, 0.99);
  if (crop === 0) throw new Error('augmentation: expected crop above 0, got 0');

  function cropped<S extends ImageSample>(sample: S, random: Random): S {
    const [height, width] = sample.image.shape;
    const share = crop + (1 - crop) * random.uniform();
    const [high, wide] = [height, width].map((side) => Math.max(1, Math.round(side * share)));
    const [x1, y1] = [random.integer(width - wide + 1), random.integer(height - high + 1)];
    return cropSample(sample, [x1, y1, x1 + wide, y1 + high]);
  }

  return <S extends ImageSample>(sample: S, random: Random) => {
    checkSample('augmentation', sample);
    checkRandom('augmentation', random);
    let result = sample;
    const around = (center: number) => center + color * (2 * random.uniform() - 1);
    if (flip > 0 && random.uniform() < flip) result = flipHorizontally(result);
    if (flipVertical > 0 && random.uniform() < flipVertical) result = flipVertically(result);
    if (crop < 1) result = cropped(result, random);
    if (color > 0) {
      result = recolor(result, { brightness: around(0), contrast: around(1), saturation: around(1) });
    }
    return result;
  };
}
