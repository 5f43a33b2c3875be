// Two boxes to drag: their overlap in four measures, and where the edges of the prediction would go down the loss.
import { arrow, clamp, grip, line, openStage, px, rect, shown, words } from './stage.mjs';

export const measures = ['IoU', 'GIoU', 'DIoU', 'CIoU'];

const areaOf = ([x1, y1, x2, y2]) => (x2 - x1) * (y2 - y1);

/** What the measures are made of: of a prediction `a` and a ground truth `b`, both x1, y1, x2, y2. */
export function overlapParts(a, b) {
  const inner = [Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3])];
  const hull = [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
  const touches = inner[2] > inner[0] && inner[3] > inner[1];
  const shared = touches ? areaOf(inner) : 0;
  return { inner, hull, touches, shared, union: areaOf(a) + areaOf(b) - shared };
}

const angleOf = ([x1, y1, x2, y2]) => (x2 - x1 === 0 && y2 - y1 === 0 ? 0 : Math.atan2(x2 - x1, y2 - y1));

/** IoU, GIoU, DIoU and CIoU of two boxes, by name; each quotient without a divisor is left out. */
export function overlaps(a, b) {
  const { hull, shared, union } = overlapParts(a, b);
  const whole = areaOf(hull);
  const diagonal = (hull[2] - hull[0]) ** 2 + (hull[3] - hull[1]) ** 2;
  const [x, y] = [0, 1].map((axis) => (a[axis] + a[axis + 2] - b[axis] - b[axis + 2]) / 2);
  const iou = union > 0 ? shared / union : 0;
  const diou = diagonal > 0 ? iou - (x * x + y * y) / diagonal : iou;
  const v = ((2 / Math.PI) * (angleOf(a) - angleOf(b))) ** 2;
  return {
    IoU: iou,
    GIoU: whole > 0 ? iou - (whole - union) / whole : iou,
    DIoU: diou,
    CIoU: v > 0 ? diou - (v * v) / (1 - iou + v) : diou,
  };
}

// Of two equal edges each gets half of the gradient, as in the library.
const step = (difference) => (difference > 0 ? 1 : difference < 0 ? 0 : 0.5);
const least = 1e-7;

/** The gradient of a quotient: its divisor counts as 10⁻⁷ where it is less. */
function quotientSlopes(top, topSlopes, bottom, bottomSlopes) {
  if (bottom < least) return topSlopes.map((slope) => slope / least);
  return topSlopes.map((slope, i) => (slope * bottom - top * bottomSlopes[i]) / bottom ** 2);
}

/** The gradient of the loss 1 − measure with respect to the prediction's x1, y1, x2, y2, in 1 / px. */
export function lossGradient(measure, a, b) {
  const { inner, hull, touches, shared, union } = overlapParts(a, b);
  const [width, height] = [a[2] - a[0], a[3] - a[1]];
  const [innerWidth, innerHeight] = [inner[2] - inner[0], inner[3] - inner[1]];
  const [hullWidth, hullHeight] = [hull[2] - hull[0], hull[3] - hull[1]];
  // How much an edge of the prediction is the edge of the intersection, and of the hull.
  const isInner = [step(a[0] - b[0]), step(a[1] - b[1]), step(b[2] - a[2]), step(b[3] - a[3])];
  const isHull = isInner.map((share) => 1 - share);
  const signs = [-1, -1, 1, 1];
  const along = (own, [w, h]) => signs.map((sign, i) => sign * own[i] * (i % 2 === 0 ? h : w));
  const sharedSlopes = touches ? along(isInner, [innerWidth, innerHeight]) : [0, 0, 0, 0];
  const unionSlopes = along([1, 1, 1, 1], [width, height]).map((slope, i) => slope - sharedSlopes[i]);
  const iouSlopes = quotientSlopes(shared, sharedSlopes, union, unionSlopes);
  if (measure === 'IoU') return iouSlopes.map((slope) => -slope);
  if (measure === 'GIoU') {
    const whole = hullWidth * hullHeight;
    const wholeSlopes = along(isHull, [hullWidth, hullHeight]);
    const gapSlopes = wholeSlopes.map((slope, i) => slope - unionSlopes[i]);
    const lost = quotientSlopes(whole - union, gapSlopes, whole, wholeSlopes);
    return iouSlopes.map((slope, i) => lost[i] - slope);
  }
  const way = [0, 1].map((axis) => (a[axis] + a[axis + 2] - b[axis] - b[axis + 2]) / 2);
  const diagonal = hullWidth ** 2 + hullHeight ** 2;
  const diagonalSlopes = signs.map((sign, i) => 2 * sign * isHull[i] * (i % 2 === 0 ? hullWidth : hullHeight));
  const far = quotientSlopes(way[0] ** 2 + way[1] ** 2, [...way, ...way], diagonal, diagonalSlopes);
  const diouSlopes = iouSlopes.map((slope, i) => far[i] - slope);
  if (measure === 'DIoU') return diouSlopes;
  const turn = angleOf(b) - angleOf(a);
  const v = ((2 / Math.PI) * turn) ** 2;
  const iou = shared / Math.max(union, least);
  const weight = v / (1 - iou + v + least);
  const squared = width ** 2 + height ** 2;
  if (squared === 0) return diouSlopes;
  const perAngle = (-8 / Math.PI ** 2) * turn * weight;
  const angleSlopes = [-height / squared, width / squared, height / squared, -width / squared];
  return diouSlopes.map((slope, i) => slope + perAngle * angleSlopes[i]);
}

/** The prediction after a step down the gradient in which no edge moves more than `length` px. */
export function descended(measure, a, b, length) {
  const gradient = lossGradient(measure, a, b);
  const largest = Math.max(...gradient.map(Math.abs));
  if (largest === 0) return a;
  const [x1, y1, x2, y2] = a.map((edge, i) => edge - (gradient[i] / largest) * length);
  return [Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2)];
}

const [width, height] = [360, 270];
const smallest = 12;
const border = 10;

/** The box moved as a whole, or with one corner at (x, y); it stays inside the drawing. */
function moved([x1, y1, x2, y2], part, x, y) {
  if (part === 'whole') {
    const [left, top] = [clamp(x, border, width - border - (x2 - x1)), clamp(y, border, height - border - (y2 - y1))];
    return [left, top, left + x2 - x1, top + y2 - y1];
  }
  if (part === 'start') return [clamp(x, border, x2 - smallest), clamp(y, border, y2 - smallest), x2, y2];
  return [x1, y1, clamp(x, x1 + smallest, width - border), clamp(y, y1 + smallest, height - border)];
}

export default function boxIou(place) {
  const begin = () => ({ prediction: [36, 126, 150, 226], truth: [186, 40, 316, 166] });
  let boxes = begin();
  let measure = 'GIoU';
  const names = { prediction: 'prediction', truth: 'ground truth' };
  const stage = openStage(place, {
    draw,
    reset: () => {
      boxes = begin();
    },
  });
  const drawing = stage.drawing({ width, height, label: 'A predicted box and a ground-truth box' });
  for (const [name, kind] of [
    ['truth', 'shared'],
    ['prediction', 'region'],
  ]) {
    const text = () =>
      `left ${px(boxes[name][0])}, top ${px(boxes[name][1])}, right ${px(boxes[name][2])}, bottom ${px(boxes[name][3])}`;
    const part = (label, which, at, look) =>
      drawing.handle({
        label: `${names[name]}: ${label}`,
        kind,
        step: 2,
        leap: 8,
        place: at,
        text,
        look,
        move: (x, y) => {
          boxes[name] = moved(boxes[name], which, Math.round(x), Math.round(y));
        },
      });
    part(
      'move the box',
      'whole',
      () => boxes[name].slice(0, 2),
      (unit) => rect(boxes[name], 'area') + tag(name, unit),
    );
    part(
      'move its upper left corner',
      'start',
      () => boxes[name].slice(0, 2),
      () => grip(...boxes[name].slice(0, 2)),
    );
    part(
      'move its lower right corner',
      'end',
      () => boxes[name].slice(2),
      () => grip(...boxes[name].slice(2)),
    );
  }
  stage.choice(
    'The loss is 1 minus',
    measures.map((name) => [name, name]),
    {
      value: () => measure,
      set: (name) => {
        measure = name;
      },
    },
  );
  stage.button('Follow the arrows', () => {
    boxes.prediction = descended(measure, boxes.prediction, boxes.truth, 4).map((edge, i) =>
      clamp(edge, border, (i % 2 === 0 ? width : height) - border),
    );
  });

  /** The name of a box: above it, or below where there is no room. */
  function tag(name, unit) {
    const [x1, y1, , y2] = boxes[name];
    const up = y1 > 24 * unit;
    const long = names[name].length * 7.4 * unit;
    return words(Math.min(x1, width - long), up ? y1 : y2, names[name], 'strong', {
      anchor: 'start',
      shift: [2, up ? -9 : 20],
    });
  }

  function draw() {
    const { prediction, truth } = boxes;
    const { inner, hull, touches } = overlapParts(prediction, truth);
    const values = overlaps(prediction, truth);
    const gradient = lossGradient(measure, prediction, truth);
    const largest = Math.max(...gradient.map(Math.abs));
    const middle = ([x1, y1, x2, y2]) => [(x1 + x2) / 2, (y1 + y2) / 2];
    const isDistance = measure === 'DIoU' || measure === 'CIoU';
    drawing.below(measure === 'IoU' ? '' : rect(hull, 'hull'));
    const [, y] = middle(prediction);
    // Beside the name of the box.
    const across = prediction[0] + 0.75 * (prediction[2] - prediction[0]);
    const starts = [
      [prediction[0], y],
      [across, prediction[1]],
      [prediction[2], y],
      [across, prediction[3]],
    ];
    const arrows = gradient.map((slope, i) => {
      const length = largest > 1e-9 ? (-slope / largest) * 44 * drawing.unit : 0;
      const [fromX, fromY] = starts[i];
      return arrow(
        fromX,
        fromY,
        fromX + (i % 2 === 0 ? length : 0),
        fromY + (i % 2 === 0 ? 0 : length),
        'loss',
        drawing.unit,
      );
    });
    drawing.above(
      [
        touches ? rect(inner, 'shade') : '',
        isDistance ? line(...middle(prediction), ...middle(truth), 'rule dashed') : '',
        ...arrows,
      ].join(''),
    );
    stage.showNumbers([
      ...measures.map((name) => ({
        name,
        text: shown(values[name]),
        kind: name === measure ? 'learned chosen' : 'learned',
        bar: [0.5, (values[name] + 1) / 2],
      })),
      { name: 'steepest slope', text: largest > 1e-9 ? `${shown(largest, 4)} / px` : '0 / px', kind: 'loss' },
    ]);
    const sides = ['left', 'top', 'right', 'bottom'];
    const steepest = gradient.map(Math.abs).indexOf(largest);
    return `${measures.map((name) => `${name} ${shown(values[name])}`).join(', ')}. ${largest > 1e-9 ? `The longest arrow is at the ${sides[steepest]} edge.` : 'The gradient is 0.'}`;
  }

  stage.start();
  return stage.close;
}
