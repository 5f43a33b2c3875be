import { anchors } from '../boxes/anchors';
import { match } from '../boxes/match';
import { concatRows } from '../boxes/rows';
import type { Dataset } from '../data/dataset';

/** How many objects of square images overlap some square anchor with an IoU of 0.5 or more. @param sizes px, by stride. */
export function coveredObjects(
  scenes: Dataset,
  side: number,
  sizes: Readonly<Record<number, readonly number[]>>,
): number {
  const levels = Object.entries(sizes).map(([key, own]) => {
    const stride = Number(key);
    return anchors({ height: side / stride, width: side / stride, stride, sizes: own });
  });
  const priors = concatRows(...levels);
  let covered = 0;
  for (let n = 0; n < scenes.length; n++) {
    const { boxes } = scenes.sample(n);
    const { states } = match(boxes, priors, { positive: 0.5, negative: 0.5, bestForEachTruth: 'none' });
    covered += states.filter((state) => state === 'positive').length;
  }
  return covered;
}
