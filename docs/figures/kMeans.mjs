// k-means on points in the plane: the centers can be put anywhere, and go to the means of their points step by step.
import { arrow, clamp, dot, grip, line, openStage, px, shown, words } from './stage.mjs';

const squared = ([x1, y1], [x2, y2]) => (x1 - x2) ** 2 + (y1 - y2) ** 2;

/** For each point the nearest center, the lower index where two are as near, and its squared distance. */
export function assigned(points, centers) {
  const labels = points.map((point) => {
    const distances = centers.map((center) => squared(point, center));
    return distances.indexOf(Math.min(...distances));
  });
  return { labels, distances: points.map((point, i) => squared(point, centers[labels[i]])) };
}

/** The mean of each center's points; a center without points takes the one farthest from its own center. */
export function moved(points, centers, assignment) {
  const labels = [...assignment.labels];
  const distances = [...assignment.distances];
  const counts = centers.map((_, j) => labels.filter((label) => label === j).length);
  for (const [empty, count] of counts.entries()) {
    if (count > 0) continue;
    let farthest = -1;
    for (const [i, distance] of distances.entries())
      if (distance > (farthest < 0 ? 0 : distances[farthest]) && counts[labels[i]] > 1) farthest = i;
    if (farthest < 0) break;
    counts[labels[farthest]]--;
    counts[empty] = 1;
    labels[farthest] = empty;
    distances[farthest] = 0;
  }
  return centers.map((center, j) => {
    const own = points.filter((_, i) => labels[i] === j);
    return own.length === 0
      ? center
      : [0, 1].map((axis) => own.reduce((sum, point) => sum + point[axis], 0) / own.length);
  });
}

/** Lloyd's algorithm: what each assignment saw, `{ centers, labels, objective }`, until nothing changes. */
export function lloyd(points, starts, maxIterations = 300) {
  const frames = [];
  let centers = starts;
  for (let iteration = 0; ; iteration++) {
    const assignment = assigned(points, centers);
    const objective = assignment.distances.reduce((sum, distance) => sum + distance, 0);
    const last = frames.at(-1);
    // Only rounding can raise it.
    if (last && objective > last.objective) return frames;
    frames.push({ centers, labels: assignment.labels, objective });
    const isSame = last?.labels.every((label, i) => label === assignment.labels[i]);
    if (isSame || iteration === maxIterations) return frames;
    const next = moved(points, centers, assignment);
    if (next.every((center, j) => squared(center, centers[j]) === 0)) return frames;
    centers = next;
  }
}

const [width, height] = [360, 312];
const kinds = ['region', 'learned', 'shared', 'loss'];

/** Numbers from 0 to 1, the same in every browser. */
export function numbersFrom(seed) {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
}

/** Clouds of points: middle, spread, count. */
export function clouds(list, seed) {
  const random = numbersFrom(seed);
  const about = () => random() + random() + random() - 1.5;
  return list.flatMap(([x, y, across, down, count]) =>
    Array.from({ length: count }, () => [x + across * about(), y + down * about()]),
  );
}

export const points = clouds(
  [
    [84, 84, 44, 44, 22],
    [262, 84, 48, 44, 22],
    [246, 236, 56, 40, 18],
    [90, 234, 40, 40, 18],
  ],
  7,
);

/** Where the centers begin, by their number. */
export const starts = {
  2: [
    [170, 40],
    [196, 60],
  ],
  3: [
    [40, 150],
    [76, 172],
    [118, 146],
  ],
  4: [
    [60, 40],
    [96, 110],
    [120, 56],
    [220, 150],
  ],
};

export default function kMeans(place) {
  let count = 3;
  let frames;
  let at = 0;
  let lowest;
  const random = numbersFrom(2);
  const begin = (centers) => {
    frames = lloyd(points, centers);
    at = 0;
  };
  const reset = () => {
    lowest = {};
    begin(starts[count]);
  };
  reset();
  const stage = openStage(place, { draw, reset });
  const drawing = stage.drawing({ width, height, label: 'Points in the plane, and the centers of k-means' });
  for (const [j, kind] of kinds.entries()) {
    const center = () => frames[at].centers[j] ?? [0, 0];
    const handle = drawing.handle({
      label: `center ${j + 1}`,
      kind,
      step: 4,
      leap: 8,
      place: center,
      text: () => `x ${Math.round(center()[0])}, y ${Math.round(center()[1])}`,
      look: () => {
        handle.node.style.display = j < count ? '' : 'none';
        return `${grip(...center(), 'center')}${words(...center(), j + 1, 'small strong', { shift: [0, 4] })}`;
      },
      move: (x, y) => {
        const to = [clamp(x, 10, width - 10), clamp(y, 10, height - 10)];
        begin(frames[at].centers.map((other, i) => (i === j ? to : other)));
      },
    });
  }
  stage.choice(
    'Number of clusters, k',
    [2, 3, 4].map((k) => [k, String(k)]),
    {
      value: () => count,
      set: (k) => {
        count = k;
        begin(starts[k]);
      },
    },
  );
  const step = stage.button('Move to the means', () => {
    at = Math.min(at + 1, frames.length - 1);
  });
  const end = stage.button('To the end', () => {
    at = frames.length - 1;
  });
  stage.button('Other starts', () =>
    begin(Array.from({ length: count }, () => points[Math.floor(random() * points.length)])),
  );

  function draw() {
    const { centers, labels, objective } = frames[at];
    const next = frames[at + 1]?.centers;
    const isLast = at === frames.length - 1;
    if (isLast) lowest[count] = Math.min(lowest[count] ?? objective, objective);
    drawing.below(
      points
        .map(
          (point, i) =>
            line(...point, ...centers[labels[i]], `arrow spoke ${kinds[labels[i]]}`) +
            dot(...point, `point ${kinds[labels[i]]}`),
        )
        .join(''),
    );
    drawing.above(next ? next.map((to, j) => arrow(...centers[j], ...to, kinds[j], drawing.unit)).join('') : '');
    // Who pressed it must not lose the focus.
    for (const button of [step, end]) button.setAttribute('aria-disabled', String(isLast));
    const cost = (value) => shown(value / 1000, 1);
    stage.showNumbers(
      [
        { name: 'iteration', text: isLast ? `${at}, converged` : String(at) },
        { name: 'objective / 1000', text: cost(objective), kind: 'learned chosen' },
        { name: `lowest final, k = ${count}`, text: lowest[count] === undefined ? '–' : cost(lowest[count]) },
      ],
      chart(frames, at),
    );
    return `Iteration ${at}: objective ${cost(objective)} thousand.${isLast ? ' No center moves any more.' : ''}`;
  }

  stage.start();
  return stage.close;
}

/** The objective of the iterations so far. */
function chart(frames, at) {
  const [w, h, left, bottom] = [220, 84, 8, 66];
  const most = frames[0].objective;
  const steps = Math.max(4, frames.length - 1);
  const places = frames
    .slice(0, at + 1)
    .map(({ objective }, i) => [left + (i / steps) * (w - 2 * left), bottom - (objective / most) * (bottom - 8)]);
  return `<svg class="chart" viewBox="0 0 ${w} ${h}" aria-hidden="true" style="--unit:1">${line(left, bottom, w - left, bottom, 'rule')}<path class="arrow learned" d="M${places.map((point) => point.map(px).join(' ')).join('L')}"/>${places.map((point) => dot(...point, 'point learned')).join('')}${words(left, bottom, 'objective, by iteration', 'small soft', { anchor: 'start', shift: [0, 14] })}</svg>`;
}
