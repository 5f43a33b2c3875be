import ndarray, { type NdArray } from 'ndarray';
import { checkOptions } from '../checks/options';
import { resizeImage } from '../images/resizeImage';
import { checkDataset, checkSample, sampleOf } from './checkSample';
import { type Dataset, type ImageSample, type Sample, voidLabel } from './dataset';
import { type Placement, type PlacementOptions, placeBoxes, placeImage, placementKinds } from './placement';

/** Color of the bars beside an image that keeps its shape. */
const gray = 0.5;

/** A map laid into a larger one of `rest`, each pixel from the nearest. */
function placeMap<Numbers extends Uint8Array | Int32Array>(
  map: NdArray<Numbers>,
  { from, to, left, top, width, height }: Placement,
  rest: number,
): NdArray<Numbers> {
  const result = new (map.data.constructor as new (size: number) => Numbers)(to.height * to.width).fill(
    rest,
  ) as Numbers;
  const columns = Array.from({ length: width }, (_, x) => Math.floor(((x + 0.5) * from.width) / width));
  for (let y = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * from.height) / height);
    let place = (top + y) * to.width + left;
    for (let x = 0; x < width; x++) result[place++] = map.get(row, columns[x]);
  }
  return ndarray(result, [to.height, to.width]);
}

/** Colors in 0–1, of numbers in 0–1 or of bytes. */
function placePixels(image: NdArray<Float32Array | Uint8Array>, placement: Placement): NdArray<Float32Array> {
  const { to, left, top, width, height } = placement;
  const pixels = resizeImage(image, { height, width });
  if (image.dtype === 'uint8') for (let i = 0; i < pixels.data.length; i++) pixels.data[i] /= 255;
  if (width === to.width && height === to.height) return pixels;
  const result = new Float32Array(to.height * to.width * 3).fill(gray);
  for (let y = 0; y < height; y++) {
    const row = pixels.data.subarray(y * width * 3, (y + 1) * width * 3);
    result.set(row, ((top + y) * to.width + left) * 3);
  }
  return ndarray(result, [to.height, to.width, 3]);
}

/**
 * A sample in another size, with all its labels: colors averaged or interpolated ({@link resizeImage}), boxes scaled, masks and label
 * maps from the nearest pixel. What was a thing stays one, even where its mask has become too small for any pixel.
 *
 * The bars of a letterbox are gray, {@link voidLabel} in the semantic map, −1 in the panoptic one, and in no mask. {@link placeImage} says
 * where the image lies; {@link restoreBoxes} and {@link restoreMap} lead back.
 * @throws where sides are not whole numbers from 1 to 65535.
 */
export function resizeSample<S extends ImageSample>(sample: S, options: PlacementOptions): S {
  checkOptions('resizeSample', options, placementKinds);
  checkSample('resizeSample', sample);
  const { image, boxes, areas, masks, semantic, panoptic } = sample as S & Partial<Sample>;
  const [height, width] = image.shape;
  const placement = placeImage({ height, width }, options);
  const resized: Partial<Sample> = { image: placePixels(image, placement) };
  if (boxes) resized.boxes = placeBoxes(boxes, placement);
  if (areas) {
    const factor = (placement.width * placement.height) / (width * height);
    resized.areas = ndarray(
      Float32Array.from({ length: areas.size }, (_, g) => areas.get(g) * factor),
      [areas.size],
    );
  }
  if (masks) {
    const size = [masks.shape[0], placement.to.height, placement.to.width];
    resized.masks = ndarray(new Uint8Array(size[0] * size[1] * size[2]), size);
    for (let g = 0; g < size[0]; g++) {
      resized.masks.data.set(placeMap(masks.pick(g) as NdArray<Uint8Array>, placement, 0).data, g * size[1] * size[2]);
    }
  }
  if (semantic) resized.semantic = placeMap(semantic, placement, voidLabel);
  if (panoptic) resized.panoptic = placeMap(panoptic, placement, -1);
  return { ...sample, ...resized };
}

/**
 * A data set whose images all have one size, so that they make batches; see {@link resizeSample}.
 *
 * @example
 * const train = keepInMemory(resizeDataset(photographs, { height: 192, width: 256 }));
 *
 * @throws unless the sides are whole numbers from 1 to 65535.
 */
export function resizeDataset<S extends ImageSample>(dataset: Dataset<S>, options: PlacementOptions): Dataset<S> {
  checkOptions('resizeDataset', options, placementKinds);
  // Settings are looked at before the first image is asked for.
  checkDataset('resizeDataset', dataset);
  placeImage({ height: 1, width: 1 }, options);
  return {
    length: dataset.length,
    classes: dataset.classes,
    sample: (index) => resizeSample(sampleOf('resizeDataset', dataset, index), options),
  };
}
