// What a trained detector predicts before any threshold, and what the thresholds leave of it: boxes, counts, a point on the curve.
// The numbers in thresholds.json come from docs/tools/trainThresholds.mjs.
import { overlaps } from './boxIou.mjs';
import { clamp, dot, line, openStage, px, rect, shown, words } from './stage.mjs';

// A detection is x1, y1, x2, y2, class, score; a ground-truth object the same without a score.
const iou = (a, b) => overlaps(a, b).IoU;

/** Non-maximum suppression, class by class: what is kept, by falling score. */
export function suppressed(detections, iouThreshold) {
  const kept = [];
  for (const row of [...detections].sort((a, b) => b[5] - a[5]))
    if (kept.every((other) => other[4] !== row[4] || iou(other, row) <= iouThreshold)) kept.push(row);
  return kept;
}

/** For each detection, by falling score, the object that it is the first to find, or null: it claims the one that it overlaps most. */
export function matched(detections, truths, iouThreshold) {
  const taken = new Set();
  return detections.map((row) => {
    let best = null;
    let most = iouThreshold;
    for (const [g, truth] of truths.entries()) {
      if (truth[4] !== row[4]) continue;
      const overlap = iou(row, truth);
      if (best === null ? overlap >= most : overlap > most) [best, most] = [g, overlap];
    }
    if (best === null || taken.has(best)) return null;
    taken.add(best);
    return best;
  });
}

/** All images' detections that suppression leaves, by falling score: `{ image, row, truth }`, `truth` as in {@link matched}. */
export function ranked(images, { nms, match }) {
  return images
    .flatMap(({ detections, truths }, image) => {
      const kept = suppressed(detections, nms);
      const found = matched(kept, truths, match);
      return kept.map((row, i) => ({ image, row, truth: found[i] }));
    })
    .sort((a, b) => b.row[5] - a.row[5]);
}

/** What counts at a score threshold. Without any detection the precision is not a number; it is given as null. */
export function counts(list, objects, score) {
  const accepted = list.filter(({ row }) => row[5] >= score);
  const right = accepted.filter(({ truth }) => truth !== null).length;
  return {
    accepted: accepted.length,
    right,
    wrong: accepted.length - right,
    missed: objects - right,
    precision: accepted.length === 0 ? null : right / accepted.length,
    recall: right / objects,
  };
}

/** How the classes are written in the image. */
const signs = { circle: '●', rectangle: '■', triangle: '▲' };
const [width, stripHeight] = [360, 66];
const [left, right] = [16, width - 16];

export default async function thresholds(place) {
  const response = await fetch(new URL('./thresholds.json', import.meta.url));
  if (!response.ok) throw new Error(`its data: ${response.status}`);
  const { side, names, images } = await response.json();
  const objects = images.reduce((sum, { truths }) => sum + truths.length, 0);
  const begin = () => ({ score: 0.5, nms: 0.5, match: 0.5, current: 0 });
  let { score, nms, match, current } = begin();
  const stage = openStage(place, {
    draw,
    reset: () => {
      ({ score, nms, match, current } = begin());
    },
  });
  stage.root.classList.add('stacked');
  const photo = stage.drawing({
    width: side,
    height: side,
    label: 'A painted scene with the boxes that the thresholds leave',
  });
  const strip = stage.drawing({ width, height: stripHeight, label: 'The scores of all detections' });
  const at = (value) => left + value * (right - left);
  strip.handle({
    label: 'score threshold',
    kind: 'learned',
    axis: 'x',
    jumps: true,
    step: 0.01 * (right - left),
    leap: 5,
    place: () => [at(score), stripHeight / 2],
    text: () => shown(score),
    look: () =>
      `<rect class="catch" width="${width}" height="${stripHeight}"/>${line(at(score), 4, at(score), stripHeight - 4, 'arrow learned')}${dot(at(score), stripHeight / 2, 'grip')}`,
    move: (x) => {
      score = clamp(Math.round((100 * (x - left)) / (right - left)) / 100, 0.05, 1);
    },
  });
  stage.choice(
    'Image',
    images.map((_, i) => [i, String(i + 1)]),
    {
      value: () => current,
      set: (i) => {
        current = i;
      },
    },
  );
  const slider = (label, value, set) =>
    stage.slider(label, { min: 0.05, max: 0.95, step: 0.05, value, set, format: (number) => shown(number) });
  slider(
    'Suppress doubles with IoU >',
    () => nms,
    (value) => {
      nms = value;
    },
  );
  slider(
    'An object is found from IoU ≥',
    () => match,
    (value) => {
      match = value;
    },
  );

  let painted = -1;
  function draw() {
    const { image, truths } = images[current];
    if (painted !== current) photo.back(`<image href="${image}" width="${side}" height="${side}"/>`);
    painted = current;
    const list = ranked(images, { nms, match });
    const now = counts(list, objects, score);
    const here = list.filter((entry) => entry.image === current && entry.row[5] >= score);
    const found = new Set(here.map(({ truth }) => truth));
    const { unit } = photo;
    const name = (row, kind) => {
      const text = `${signs[names[row[4]]]} ${shown(row[5])}`;
      const x = clamp(row[0], 2 * unit, side - 7.4 * text.length * unit);
      const isAbove = row[1] > 16 * unit;
      return words(x, row[1], text, `small strong halo ${kind}`, { anchor: 'start', shift: [1, isAbove ? -4 : 13] });
    };
    photo.below(
      [
        ...truths.map((truth, g) => rect(truth.slice(0, 4), found.has(g) ? 'truth' : 'truth missed')),
        ...here.map(({ row, truth }) => rect(row.slice(0, 4), `found ${truth === null ? 'loss' : 'shared'}`)),
        ...(here.length > 14 ? [] : here.map(({ row, truth }) => name(row, truth === null ? 'loss' : 'shared'))),
      ].join(''),
    );
    strip.below(
      `${line(left, stripHeight / 2, right, stripHeight / 2, 'rule')}${list
        .map(({ row, truth }) => {
          const [y1, y2] =
            truth === null ? [stripHeight / 2 + 3, stripHeight / 2 + 15] : [stripHeight / 2 - 15, stripHeight / 2 - 3];
          return line(
            at(row[5]),
            y1,
            at(row[5]),
            y2,
            `arrow tick ${truth === null ? 'loss' : 'shared'}${row[5] >= score ? '' : ' faint'}`,
          );
        })
        .join(
          '',
        )}${words(left, 0, 'find an object', 'small shared', { anchor: 'start', shift: [0, 13] })}${words(left, stripHeight, 'wrong', 'small loss', { anchor: 'start', shift: [0, -5] })}${words(right, stripHeight, 'score →', 'small soft', { anchor: 'end', shift: [0, -5] })}`,
    );
    stage.showNumbers(
      [
        { name: 'score ≥', text: shown(score), kind: 'learned chosen' },
        { name: 'true positives', text: String(now.right), kind: 'shared' },
        { name: 'false positives', text: String(now.wrong), kind: 'loss' },
        { name: 'false negatives', text: String(now.missed), kind: 'region' },
        { name: 'precision', text: now.precision === null ? '–' : shown(now.precision) },
        { name: 'recall', text: shown(now.recall) },
      ],
      chart(list, objects, now),
    );
    const precision = now.precision === null ? 'no detection' : `precision ${shown(now.precision)}`;
    return `Score from ${shown(score)}: ${now.right} true positives, ${now.wrong} false positives, ${now.missed} false negatives; ${precision}, recall ${shown(now.recall)}.`;
  }

  stage.start();
  return stage.close;
}

/** Precision against recall, one point for each detection, and the point of the threshold. */
function chart(list, objects, now) {
  const [w, h, x, y, wide, high] = [220, 150, 24, 8, 188, 116];
  const place = ({ precision, recall }) => [x + recall * wide, y + (1 - precision) * high];
  let hits = 0;
  const places = list.map(({ truth }, i) => {
    hits += truth === null ? 0 : 1;
    return place({ precision: hits / (i + 1), recall: hits / objects });
  });
  const curve =
    places.length === 0
      ? ''
      : `<path class="arrow learned thin" d="M${places.map((point) => point.map(px).join(' ')).join('L')}"/>`;
  return `<svg class="chart" viewBox="0 0 ${w} ${h}" aria-hidden="true" style="--unit:1"><path class="rule" d="M${x} ${y}V${y + high}H${x + wide}"/>${curve}${now.precision === null ? '' : dot(...place(now), 'mode learned')}${words(x + wide, y + high, 'recall', 'small soft', { anchor: 'end', shift: [0, 16] })}${words(x, y + high, '0', 'small soft', { shift: [0, 16] })}${words(x, y, '1', 'small soft', { anchor: 'end', shift: [-6, 6] })}${words(x + 6, y + high, 'precision', 'small soft', { anchor: 'start', shift: [0, -6] })}</svg>`;
}
