import type { NdArray } from 'ndarray';
import type { Figure, TitleOptions } from './figure';
import { heatmapFigure } from './heatmapFigure';

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
export function confusionFigure(
  confusion: NdArray<Float64Array>,
  { names, title = 'Of each class, % of the pixels' }: ConfusionFigureOptions = {},
): Figure {
  const [classes, columns] = confusion.shape;
  if (confusion.shape.length !== 2 || classes !== columns) {
    throw new Error(`confusionFigure: expected a confusion matrix [K, K], got [${confusion.shape.join(', ')}]`);
  }
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
