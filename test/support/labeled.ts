import ndarray from 'ndarray';
import type { Dataset, DetectionSample, SegmentationSample } from '../../src/data/dataset';
import { squares } from './squares';

/** The squares with boxes alone, as a folder of photographs might have them; every second thing difficult or a crowd where asked for. */
export function boxesOnly(length: number, flag?: 'difficult' | 'crowd'): Dataset<DetectionSample> {
  const dataset = squares(length);
  return {
    length,
    classes: { stuff: [], things: dataset.classes.things },
    sample(index) {
      const { image, boxes, labels } = dataset.sample(index);
      const marks = ndarray(
        Uint8Array.from({ length: labels.size }, (_, g) => g % 2),
        [labels.size],
      );
      return { image, boxes, labels, path: `image${index}.png`, ...(flag && { [flag]: marks }) };
    },
  };
}

/** The squares with a semantic map alone; its two uppermost rows are void. */
export function mapsOnly(length: number): Dataset<SegmentationSample> {
  const dataset = squares(length);
  return {
    length,
    classes: dataset.classes,
    sample(index) {
      const { image, semantic } = dataset.sample(index);
      semantic.data.fill(255, 0, 2 * semantic.shape[1]);
      return { image, semantic };
    },
  };
}
