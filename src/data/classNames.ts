import type { Classes, Sample } from './dataset';

/**
 * The names of a semantic map by class, `[...stuff, ...things]`: what {@link labelFigure} takes as `names`.
 *
 * @example
 * show(labelFigure(image, semantic, { names: semanticNames(scenes.classes), background: null }));
 */
export function semanticNames({ stuff, things }: Classes): string[] {
  return [...stuff, ...things];
}

/**
 * The names of a panoptic map by segment: each kind of stuff, then each thing of the image with its number in its class, such as
 * `sky`, `grass`, `circle 1`, `star 1`, `circle 2`.
 *
 * @throws where a label is not an entry of `things`.
 */
export function panopticNames({ stuff, things }: Classes, { labels }: Pick<Sample, 'labels'>): string[] {
  const seen = things.map(() => 0);
  const numbered = Array.from({ length: labels.shape[0] }, (_, g) => {
    const label = labels.get(g);
    if (!(label in things))
      throw new Error(`panopticNames: expected labels below ${things.length}, got ${label} at ${g}`);
    return `${things[label]} ${++seen[label]}`;
  });
  return [...stuff, ...numbered];
}
