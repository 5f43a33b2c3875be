import ndarray, { type NdArray } from 'ndarray';
import type { Detections } from '../../boxes/detections';
import { type SelectionOptions, selectDetections } from '../../boxes/selectDetections';
import type { ImageSize } from '../../shape/types';
import { realize, type Tensor } from '../../tensor/tensor';

/** What a detector predicts for all its anchors or locations. */
export interface DensePredictions {
  /** Numbers that boxes are decoded from, `[N, P, 4]` or `[N · P, 4]`. */
  codes: Tensor;
  /** Scores from 0 to 1, `[N, P, K]` or `[N · P, K]`. */
  scores: Tensor;
}

/**
 * The detections of each image of a batch from what a detector predicts for every anchor or location: boxes decoded, then `selectDetections`.
 * @param decode boxes `[P, 4]`, px, from one image's codes `[P, 4]`. @throws where a number is not finite.
 */
export async function denseDetections(
  { codes, scores }: DensePredictions,
  {
    count,
    decode,
    ...selection
  }: SelectionOptions & {
    count: number;
    image: ImageSize;
    decode(codes: NdArray<Float32Array>): NdArray<Float32Array>;
  },
): Promise<Detections[]> {
  await realize(codes, scores);
  const [codeData, scoreData] = await Promise.all([codes.data(), scores.data()]);
  const each = codeData.length / 4 / count;
  const classes = scoreData.length / each / count;
  const rowsOf = (data: Float32Array, n: number, columns: number): NdArray<Float32Array> =>
    ndarray(data.subarray(n * each * columns, (n + 1) * each * columns), [each, columns]);
  return Array.from({ length: count }, (_, n) => {
    return selectDetections(decode(rowsOf(codeData, n, 4)), rowsOf(scoreData, n, classes), selection);
  });
}
