// A window on a cloud of points: the mean of what it holds, the shift, and the way to a mode of the density.
import { clouds } from './kMeans.mjs';
import { arrow, clamp, dot, grip, openStage, px, shown } from './stage.mjs';

const squared = ([x1, y1], [x2, y2]) => (x1 - x2) ** 2 + (y1 - y2) ** 2;

const kernels = {
  flat: (r2, h) => (r2 <= h * h ? 1 : 0),
  gaussian: (r2, h) => Math.exp(-r2 / (2 * h * h)),
};

/** The mean of the points in the window at `middle`, each with its weight, and the sum of the weights; an empty window stays. */
export function shifted(points, middle, { bandwidth, kernel }) {
  const weights = points.map((point) => kernels[kernel](squared(point, middle), bandwidth));
  const weight = weights.reduce((sum, one) => sum + one, 0);
  if (weight === 0) return { mean: middle, weight };
  return {
    mean: [0, 1].map((axis) => points.reduce((sum, point, i) => sum + weights[i] * point[axis], 0) / weight),
    weight,
  };
}

/** The way of a window, from `start` to where it moves by at most a thousandth of the bandwidth. */
export function path(points, start, options) {
  const places = [start];
  for (let i = 0; i < 300; i++) {
    const { mean } = shifted(points, places.at(-1), options);
    places.push(mean);
    if (Math.sqrt(squared(mean, places.at(-2))) <= 1e-3 * options.bandwidth) break;
  }
  return places;
}

/** The modes that windows from all points climb to, the fullest first; ends near a fuller one belong to it. */
export function modesOf(points, options) {
  const radius = options.kernel === 'flat' ? options.bandwidth : options.bandwidth / 2;
  const ends = points
    .map((point) => path(points, point, options).at(-1))
    .map((end) => ({ end, weight: shifted(points, end, options).weight }))
    .sort((one, other) => other.weight - one.weight || one.end[0] - other.end[0] || one.end[1] - other.end[1]);
  const modes = [];
  for (const { end } of ends) if (modes.every((mode) => squared(end, mode) > radius * radius)) modes.push(end);
  return modes;
}

/** The density that the window climbs, up to a factor: for a flat window the estimate of Epanechnikov. */
export function density(points, middle, { bandwidth, kernel }) {
  const share = (point) => {
    const r2 = squared(point, middle);
    return kernel === 'flat' ? Math.max(0, 1 - r2 / bandwidth ** 2) : kernels.gaussian(r2, bandwidth);
  };
  return points.reduce((sum, point) => sum + share(point), 0) / points.length;
}

const [width, height] = [360, 282];
const cell = 9;

const points = clouds(
  [
    [96, 98, 70, 62, 34],
    [252, 86, 52, 48, 22],
    [218, 212, 84, 44, 26],
  ],
  3,
);

export default function meanShift(place) {
  const begin = () => ({ middle: [62, 196], bandwidth: 56, kernel: 'flat' });
  let { middle, bandwidth, kernel } = begin();
  let modes = [];
  let shades = '';
  let shadedFor = '';
  const options = () => ({ bandwidth, kernel });
  const stage = openStage(place, {
    draw,
    reset: () => {
      ({ middle, bandwidth, kernel } = begin());
    },
  });
  const drawing = stage.drawing({ width, height, label: 'Points in the plane with their density, and a window' });
  drawing.handle({
    label: 'window: move it',
    kind: 'region',
    step: 3,
    leap: 8,
    place: () => middle,
    text: () => `middle at ${Math.round(middle[0])}, ${Math.round(middle[1])}`,
    look: () => `<circle class="area" cx="${px(middle[0])}" cy="${px(middle[1])}" r="${bandwidth}"/>${grip(...middle)}`,
    move: (x, y) => {
      middle = [clamp(x, 8, width - 8), clamp(y, 8, height - 8)];
    },
  });
  stage.slider('Bandwidth h', {
    min: 12,
    max: 120,
    step: 2,
    value: () => bandwidth,
    format: (value) => `${value} px`,
    set: (value) => {
      bandwidth = value;
    },
  });
  stage.choice(
    'Window',
    [
      ['flat', 'flat'],
      ['gaussian', 'Gaussian'],
    ],
    {
      value: () => kernel,
      set: (name) => {
        kernel = name;
      },
    },
  );
  stage.button('Shift once', () => {
    middle = shifted(points, middle, options()).mean;
  });
  stage.button('To the mode', () => {
    middle = path(points, middle, options()).at(-1);
  });

  /** The density and the modes, which change with the bandwidth alone. */
  function shade() {
    if (shadedFor === `${bandwidth} ${kernel}`) return;
    shadedFor = `${bandwidth} ${kernel}`;
    modes = modesOf(points, options());
    const values = [];
    for (let y = 0; y < height; y += cell)
      for (let x = 0; x < width; x += cell)
        values.push([x, y, density(points, [x + cell / 2, y + cell / 2], options())]);
    const most = Math.max(...values.map(([, , value]) => value));
    shades = values
      .filter(([, , value]) => value > 0.01 * most)
      .map(
        ([x, y, value]) =>
          `<rect class="density" x="${x}" y="${y}" width="${cell}" height="${cell}" opacity="${px(0.75 * (value / most))}"/>`,
      )
      .join('');
    drawing.back(shades);
  }

  function draw() {
    shade();
    const way = path(points, middle, options());
    const { mean, weight } = shifted(points, middle, options());
    const shift = Math.sqrt(squared(mean, middle));
    drawing.below(
      points
        .map((point) => dot(...point, `point ${squared(point, middle) <= bandwidth ** 2 ? 'region' : 'fixed'}`))
        .join('') + modes.map((mode) => dot(...mode, 'mode shared')).join(''),
    );
    drawing.above(
      `<path class="arrow region dashed" d="M${way.map((point) => point.map(px).join(' ')).join('L')}"/>` +
        arrow(...middle, ...mean, 'loss', drawing.unit) +
        dot(...mean, 'point mean loss'),
    );
    const isEmpty = weight === 0;
    stage.showNumbers([
      {
        name: kernel === 'flat' ? 'points inside' : 'sum of weights',
        text: kernel === 'flat' ? String(weight) : shown(weight, 1),
        kind: 'region',
      },
      { name: 'shift', text: isEmpty ? 'no points' : `${shown(shift, 1)} px`, kind: 'loss chosen' },
      { name: 'shifts to rest', text: isEmpty ? '–' : String(way.length - 1) },
      { name: 'modes', text: String(modes.length), kind: 'shared' },
    ]);
    return isEmpty
      ? 'The window is empty and has no mean.'
      : `The mean lies ${shown(shift, 0)} px from the middle. ${way.length - 1} shifts lead to ${way.at(-1).map(Math.round).join(', ')}. There are ${modes.length} modes.`;
  }

  stage.start();
  return stage.close;
}
