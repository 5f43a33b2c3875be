import type { NdArray } from 'ndarray';
import { checkArray } from '../checks/arrays';
import { checkOptions } from '../checks/options';
import { type Figure, type TitleOptions, titleOption } from './figure';
import { heatmapFigure } from './heatmapFigure';
import { sameLength } from './numbers';

/** Settings of {@link confusionFigure}. */
export interface ConfusionFigureOptions extends TitleOptions {
  /** One a class (their numbers). */
  names?: readonly string[];
}

/**
 * Which classes are taken for which: of the pixels of each true class (a row), the share of each predicted class (a column), in
 * percent. A class that is not there has an empty row.
 *
 * @param confusion `[K, K]`, counts by true and predicted class, as `confusionMatrix` makes them.
 * @throws where the matrix is not square, and where the names are not one a class.
 */
export function confusionFigure(confusion: NdArray<Float64Array>, options: ConfusionFigureOptions = {}): Figure {
  const kinds = { names: 'texts', ...titleOption } as const;
  const { names, title = 'Of each class, % of the pixels' } = checkOptions('confusionFigure', options, kinds);
  checkArray('confusionFigure', 'a confusion matrix', confusion, '[K, K]');
  const [classes] = confusion.shape;
  sameLength('confusionFigure', 'names', names, classes);
  const shares = Array.from({ length: classes }, (_, truth) => {
    const row = Array.from({ length: classes }, (_, predicted) => confusion.get(truth, predicted));
    const all = row.reduce((sum, count) => sum + count, 0);
    return row.map((count) => (100 * count) / all);
  });
  return heatmapFigure(shares, {
    rowNames: names,
    columnNames: names,
    decimals: 1,
    xTitle: 'predicted',
    yTitle: 'true',
    title,
  });
}
