import { checkArray } from '../checks/arrays';
import { checkClasses } from './checkSample';
import type { Classes, Sample } from './dataset';

/**
 * The names of a semantic map by class, `[...stuff, ...things]`: what {@link labelFigure} takes as `names`.
 *
 * @example
 * show(labelFigure(image, semantic, { names: semanticNames(scenes.classes), background: null }));
 * @throws on what names no classes.
 */
export function semanticNames(classes: Classes): string[] {
  checkClasses('semanticNames', classes);
  const { stuff, things } = classes;
  return [...stuff, ...things];
}

/**
 * The names of a panoptic map by segment: each kind of stuff, then each thing of the image with its number in its class, such as
 * `sky`, `grass`, `circle 1`, `star 1`, `circle 2`.
 *
 * @throws where a label is not an entry of `things`.
 */
export function panopticNames(classes: Classes, sample: Pick<Sample, 'labels'>): string[] {
  checkClasses('panopticNames', classes);
  const { stuff, things } = classes;
  checkArray('panopticNames', 'labels', sample?.labels, '[G]');
  const { labels } = sample;
  const seen = things.map(() => 0);
  const numbered = Array.from({ length: labels.shape[0] }, (_, g) => {
    const label = labels.get(g);
    if (!(label in things))
      throw new Error(`panopticNames: expected labels below ${things.length}, got ${label} at ${g}`);
    return `${things[label]} ${++seen[label]}`;
  });
  return [...stuff, ...numbered];
}
