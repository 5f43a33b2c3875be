import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  averagePrecision,
  createRandom,
  type Detections,
  type GroundTruth,
  interpolatedPrecision,
  type Matching,
  matchDetections,
  meanAveragePrecision,
  type PrecisionRecallCurve,
  precisionRecall,
} from '../../src/index';
import {
  areaUnderCurve,
  type Box,
  curve as referenceCurve,
  sampledPrecision,
  vocOutcomes,
} from '../reference/averagePrecision';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { detectionsOf, truthOf } from '../support/detections';

type Row = [number, number, number, number];
const interpolations = ['voc11', 'allPoint', 'coco101'] as const;
const close = (actual: number | null, expected: number, absolute: number) =>
  assertAllClose([actual!], [expected], { absolute, relative: 0 });

/** A curve of which only the outcomes are known. */
function curveOf(correct: boolean[], truths: number) {
  const { precision, recall } = referenceCurve(correct, truths);
  return { precision: Float64Array.from(precision), recall: Float64Array.from(recall), truths };
}

const published = suite('published examples');

// Padilla, Netto and da Silva 2020, "A survey on performance metrics for object-detection algorithms": seven images, fifteen people.
// Rows are x, y, width, height, and of detections first the score; the example counts a pixel at both ends of a side.
const people: number[][][] = [
  [
    [25, 16, 38, 56],
    [129, 123, 41, 62],
  ],
  [
    [123, 11, 43, 55],
    [38, 132, 59, 45],
  ],
  [
    [16, 14, 35, 48],
    [123, 30, 49, 44],
    [99, 139, 47, 47],
  ],
  [
    [53, 42, 40, 52],
    [154, 43, 31, 34],
  ],
  [
    [59, 31, 44, 51],
    [48, 128, 34, 52],
  ],
  [
    [36, 89, 52, 76],
    [62, 58, 44, 67],
  ],
  [
    [28, 31, 55, 63],
    [58, 67, 50, 58],
  ],
];
const found: number[][][] = [
  [
    [0.88, 5, 67, 31, 48],
    [0.7, 119, 111, 40, 67],
    [0.8, 124, 9, 49, 67],
  ],
  [
    [0.71, 64, 111, 64, 58],
    [0.54, 26, 140, 60, 47],
    [0.74, 19, 18, 43, 35],
  ],
  [
    [0.18, 109, 15, 77, 39],
    [0.67, 86, 63, 46, 45],
    [0.38, 160, 62, 36, 53],
    [0.91, 105, 131, 47, 47],
    [0.44, 18, 148, 40, 44],
  ],
  [
    [0.35, 83, 28, 28, 26],
    [0.78, 28, 68, 42, 67],
    [0.45, 87, 89, 25, 39],
    [0.14, 10, 155, 60, 26],
  ],
  [
    [0.62, 50, 38, 28, 46],
    [0.44, 95, 11, 53, 28],
    [0.95, 29, 131, 72, 29],
    [0.23, 29, 163, 72, 29],
  ],
  [
    [0.45, 43, 48, 74, 38],
    [0.84, 17, 155, 29, 35],
    [0.43, 95, 110, 25, 42],
  ],
  [
    [0.48, 16, 20, 101, 88],
    [0.95, 33, 116, 37, 49],
  ],
];
const corners = ([x, y, width, height]: number[]): Row => [x, y, x + width + 1, y + height + 1];
const padilla = {
  truths: people.map((boxes) => truthOf(boxes.map(corners))),
  detections: found.map((rows) =>
    detectionsOf(
      rows.map(([, ...box]) => corners(box)),
      rows.map(([score]) => score),
    ),
  ),
};

published('seven images, fifteen people, twenty-four detections', () => {
  const curve = precisionRecall(padilla.detections, padilla.truths, { label: 0, iouThreshold: 0.3 });
  assert.equal([curve.truths, curve.scores.length], [15, 24]);
  // The table's true positives: R, J, B, P, E, X, G.
  assert.equal(
    [...curve.correct.keys()].filter((n) => curve.correct[n]),
    [0, 2, 9, 11, 12, 13, 22],
  );
  assertAllClose(curve.recall.slice(9, 14), [0.2, 0.2, 0.2666, 0.3333, 0.4], { absolute: 1e-4 });
  assertAllClose(curve.precision.slice(9, 14), [0.3, 0.2727, 0.3333, 0.3846, 0.4285], { absolute: 1e-4 });
  close(averagePrecision(curve, 'voc11'), 0.2684, 5e-5);
  // The example sums areas of factors cut to four digits, which makes 0.2456; uncut they make 0.2457.
  close(
    averagePrecision(curve, 'allPoint'),
    1 / 15 + (1 / 15) * (2 / 3) + (4 / 15) * (3 / 7) + (1 / 15) * (7 / 23),
    1e-12,
  );
  close(averagePrecision(curve, 'allPoint'), 0.2456, 1e-4);
  const options = { iouThreshold: 0.3, interpolation: 'voc11' } as const;
  assert.is(meanAveragePrecision(padilla.detections, padilla.truths, options).mAP, averagePrecision(curve, 'voc11'));
});

published('five apples, ten detections', () => {
  // Hui 2018, "mAP (mean average precision) for object detection": (5 × 1.0 + 4 × 0.57 + 2 × 0.5) / 11.
  const curve = curveOf([true, true, false, false, false, true, true, false, false, true], 5);
  assertAllClose(curve.precision, [1, 1, 0.67, 0.5, 0.4, 0.5, 0.57, 0.5, 0.44, 0.5], { absolute: 5e-3 });
  close(averagePrecision(curve, 'voc11'), (5 + (4 * 4) / 7 + 2 / 2) / 11, 1e-12);
  close(averagePrecision(curve, 'voc11'), 0.753, 5e-4);
  close(averagePrecision(curve, 'allPoint'), 0.4 * 1 + (0.4 * 4) / 7 + 0.2 * 0.5, 1e-12);
});

published('three dogs, five detections', () => {
  // Johnson, EECS 498, "Object detection": scores 0.99, 0.95, 0.90, 0.5, 0.10, the third and the fourth wrong, AP 0.86.
  const dogs: Row[] = [
    [0, 0, 40, 30],
    [60, 0, 100, 30],
    [0, 50, 40, 90],
  ];
  const off: Row[] = [
    [20, 25, 60, 55],
    [60, 60, 100, 90],
  ];
  const detections = [detectionsOf([dogs[0], dogs[1], off[0], off[1], dogs[2]], [0.99, 0.95, 0.9, 0.5, 0.1])];
  const curve = precisionRecall(detections, [truthOf(dogs)], { label: 0 });
  assertAllClose(curve.precision, [1, 1, 2 / 3, 2 / 4, 3 / 5], { absolute: 1e-12 });
  assertAllClose(curve.recall, [1 / 3, 2 / 3, 2 / 3, 2 / 3, 1], { absolute: 1e-12 });
  close(averagePrecision(curve), 13 / 15, 1e-12);
});

published.run();

const matching = suite('matching');

const match = (overlaps: number[][], rule: Matching, flags: { ignored?: boolean[]; crowd?: boolean[] } = {}) => {
  const none = overlaps[0].map(() => false);
  const input = { overlaps: overlaps.flat(), detections: overlaps.length, ignored: none, crowd: none, ...flags };
  return matchDetections(input, { iouThreshold: 0.5, matching: rule });
};

matching('of duplicates the surest is right', () => {
  for (const rule of ['voc', 'coco'] as const) {
    const { outcomes, truths } = match([[0.6], [0.9], [0.4]], rule);
    assert.equal(outcomes, ['correct', 'wrong', 'wrong'], rule);
    assert.equal(truths, [0, null, null], rule);
  }
});

matching('a detection whose best truth is taken: VOC gives up, COCO takes the next', () => {
  const overlaps = [
    [0.9, 0.1],
    [0.8, 0.6],
  ];
  assert.equal(match(overlaps, 'voc').outcomes, ['correct', 'wrong']);
  assert.equal(match(overlaps, 'coco').truths, [0, 1]);
});

matching('of equal overlaps VOC takes the first, COCO the last', () => {
  assert.equal(match([[0.7, 0.7]], 'voc').truths, [0]);
  assert.equal(match([[0.7, 0.7]], 'coco').truths, [1]);
});

matching('the threshold itself is enough, and a little less is not', () => {
  for (const rule of ['voc', 'coco'] as const) {
    assert.equal(match([[0.5]], rule).outcomes, ['correct'], rule);
    assert.equal(match([[0.5 - 1e-9]], rule).outcomes, ['wrong'], rule);
    // An overlap of 1 may have been rounded down.
    const whole = { overlaps: [1 - 1e-12], detections: 1, ignored: [false], crowd: [false] };
    assert.equal(matchDetections(whole, { iouThreshold: 1, matching: rule }).outcomes, ['correct'], rule);
  }
});

matching('a difficult truth takes the detections that overlap it most', () => {
  // Under VOC all of them; under COCO one, and only where no other truth is left.
  const flags = { ignored: [true, false] };
  const overlaps = [
    [0.9, 0.6],
    [0.8, 0.1],
    [0.7, 0.1],
  ];
  assert.equal(match(overlaps, 'voc', flags).outcomes, ['ignored', 'ignored', 'ignored']);
  assert.equal(match(overlaps, 'coco', flags).outcomes, ['correct', 'ignored', 'wrong']);
});

matching('a crowd takes any number', () => {
  const flags = { ignored: [true], crowd: [true] };
  for (const rule of ['voc', 'coco'] as const) {
    assert.equal(match([[0.9], [0.8], [0.2]], rule, flags).outcomes, ['ignored', 'ignored', 'wrong'], rule);
  }
});

matching.run();

const curves = suite('precisionRecall');
const square: Row = [0, 0, 10, 10];

curves('VOC: difficult truths count neither as found nor as missed', () => {
  const truth = [truthOf([square, [20, 0, 30, 10], [40, 0, 50, 10]], { difficult: [1, 0, 0] })];
  const detections = [detectionsOf([square, square, [20, 0, 30, 10], [80, 0, 90, 10]], [0.9, 0.8, 0.7, 0.6])];
  const curve = precisionRecall(detections, truth, { label: 0 });
  assert.equal([curve.truths, [...curve.precision], [...curve.recall]], [2, [1, 0.5], [0.5, 0.5]]);
  assert.equal([...curve.detections], [2, 3]);
  // With the flag gone, the second of the duplicates is wrong.
  const plain = precisionRecall(detections, [truthOf([square, [20, 0, 30, 10], [40, 0, 50, 10]])], { label: 0 });
  assert.equal([...plain.precision], [1, 1 / 2, 2 / 3, 2 / 4]);
});

curves('a crowd is compared by the share of the detection in it', () => {
  // A quarter of the crowd: its union overlap is 0.25, but all of the detection lies inside.
  const detections = [detectionsOf([[0, 0, 5, 5], square], [0.9, 0.8])];
  const crowd = precisionRecall(detections, [truthOf([square], { crowd: [1] })], { label: 0 });
  assert.equal([crowd.truths, crowd.scores.length], [0, 0]);
  const single = precisionRecall(detections, [truthOf([square])], { label: 0 });
  assert.equal(single.correct, [false, true]);
});

curves('equal scores keep the order of the images and of the detections', () => {
  const far: Row = [50, 50, 60, 60];
  const truths = [truthOf([square]), truthOf([square])];
  const detections = [detectionsOf([far, square], [0.5, 0.5]), detectionsOf([square, far], [0.5, 0.75])];
  const { images, detections: numbers, correct } = precisionRecall(detections, truths, { label: 0 });
  assert.equal(
    [[...images], [...numbers], correct],
    [
      [1, 0, 0, 1],
      [1, 0, 1, 0],
      [false, false, true, true],
    ],
  );
});

curves('only the surest detections of each image count', () => {
  const truths = [truthOf([square]), truthOf([square])];
  const detections = [detectionsOf([square, [50, 0, 60, 10]], [0.1, 0.9]), detectionsOf([square], [0.05])];
  const one = precisionRecall(detections, truths, { label: 0, maxDetections: 1 });
  assert.equal(
    [[...one.images], [...one.recall]],
    [
      [0, 1],
      [0, 0.5],
    ],
  );
});

curves('other labels, no detections, no truths, no images', () => {
  const truths = [truthOf([square], { labels: [1] })];
  const detections = [detectionsOf([square], [0.5], [2])];
  const missed = precisionRecall(detections, truths, { label: 1 });
  assert.equal([missed.truths, missed.recall.length], [1, 0]);
  const invented = precisionRecall(detections, truths, { label: 2 });
  assert.equal([invented.truths, [...invented.precision], Number.isNaN(invented.recall[0])], [0, [0], true]);
  const absent = precisionRecall([], [], { label: 0 });
  assert.equal([absent.truths, absent.precision.length], [0, 0]);
  for (const interpolation of interpolations) {
    assert.is(averagePrecision(missed, interpolation), 0);
    assert.is(averagePrecision(invented, interpolation), null);
    assert.is(averagePrecision(absent, interpolation), null);
  }
});

curves('no match at all: one point (0, 0), AP 0', () => {
  const curve = precisionRecall([detectionsOf([[50, 0, 60, 10]], [1])], [truthOf([square])], { label: 0 });
  assert.equal([[...curve.precision], [...curve.recall]], [[0], [0]]);
  for (const interpolation of interpolations) assert.is(averagePrecision(curve, interpolation), 0);
});

curves('boxes without area match nothing', () => {
  const flat: Row = [0, 0, 10, 0];
  const curve = precisionRecall([detectionsOf([flat], [1])], [truthOf([flat])], { label: 0 });
  assert.equal([curve.correct, curve.truths], [[false], 1]);
});

curves('ndarrays with strides', () => {
  const column = ndarray(Float32Array.from([0, 50, 0, 50, 10, 60, 10, 60]), [4, 2]).transpose(1, 0);
  const truths = [{ ...truthOf([square]), boxes: ndarray(Float32Array.from([...square, 9]), [1, 4]) }];
  const detections = [{ ...detectionsOf([square, square], [0.25, 0.5]), boxes: column }];
  assert.equal(precisionRecall(detections, truths, { label: 0 }).correct, [false, true]);
});

curves.run();

const areas = suite('averagePrecision');

areas('precisions are raised to the highest one further right', () => {
  const raised = interpolatedPrecision({ precision: Float64Array.of(0.5, 0.2, 0.4, 0.1, 0.3) });
  assert.equal([...raised], [0.5, 0.4, 0.4, 0.3, 0.3]);
  assert.equal([...interpolatedPrecision({ precision: new Float64Array() })], []);
});

areas('one of two found, by hand', () => {
  const curve = curveOf([true, false], 2);
  assert.is(averagePrecision(curve), 0.5);
  // Recalls 0, 0.1, …, 0.5 of eleven; 0, 0.01, …, 0.5 of a hundred and one.
  close(averagePrecision(curve, 'voc11'), 6 / 11, 1e-12);
  close(averagePrecision(curve, 'coco101'), 51 / 101, 1e-12);
});

areas('a recall of three tenths reaches the level three tenths', () => {
  const truths = 10;
  for (let hits = 0; hits <= truths; hits++) {
    const curve = curveOf(Array(hits).fill(true), truths);
    close(averagePrecision(curve, 'voc11'), hits === 0 ? 0 : (hits + 1) / 11, 1e-12);
  }
});

areas('throws', () => {
  const curve = curveOf([true], 1);
  assertThrows(
    () => averagePrecision(curve, 'voc12' as never),
    'averagePrecision: expected interpolation voc11, allPoint or coco101, got voc12',
  );
  assertThrows(
    () => averagePrecision({ ...curve, recall: new Float64Array(2) }),
    'averagePrecision: expected a precision for each recall, got 1 and 2',
  );
});

areas.run();

const random = suite('agrees with the reference over seeds');

for (const seed of [1, 2, 3, 4, 5, 6]) {
  random(`VOC matching, three interpolations, seed ${seed}`, () => {
    const next = createRandom(seed);
    const images = 1 + next.integer(6);
    const classes = 3;
    const box = (): Row => {
      const [x, y] = [next.integer(40), next.integer(40)];
      return [x, y, x + 8 + next.integer(24), y + 8 + next.integer(24)];
    };
    const truths: GroundTruth[] = [];
    const detections: Detections[] = [];
    const all = {
      truths: [] as { image: number; box: Box; difficult: boolean; label: number }[],
      detections: [] as { image: number; box: Box; score: number; label: number }[],
    };
    for (let image = 0; image < images; image++) {
      const there = Array.from({ length: next.integer(6) }, () => ({
        image,
        box: box(),
        difficult: next.uniform() < 0.2,
        label: next.integer(classes),
      }));
      const jitter = (): Row => {
        const [x1, y1, x2, y2] = there.length && next.uniform() < 0.8 ? there[next.integer(there.length)].box : box();
        return [x1 + next.integer(3), y1 + next.integer(3), x2 + next.integer(5), y2 + next.integer(5)];
      };
      const seen = Array.from({ length: next.integer(14) }, () => ({
        image,
        box: jitter(),
        score: next.integer(8) / 8,
        label: next.integer(classes),
      }));
      all.truths.push(...there);
      all.detections.push(...seen);
      const labels = there.map(({ label }) => label);
      truths.push(
        truthOf(
          there.map((one) => one.box),
          { labels, difficult: there.map(({ difficult }) => Number(difficult)) },
        ),
      );
      detections.push(
        detectionsOf(
          seen.map((one) => one.box),
          seen.map(({ score }) => score),
          seen.map(({ label }) => label),
        ),
      );
    }
    const means: Record<string, number[]> = { voc11: [], allPoint: [], coco101: [] };
    for (let label = 0; label < classes; label++) {
      const mine = <Item extends { label: number }>(items: Item[]) => items.filter((item) => item.label === label);
      const outcomes = vocOutcomes(mine(all.detections), mine(all.truths), 0.5);
      const correct = outcomes.filter((outcome) => outcome !== null);
      const count = mine(all.truths).filter(({ difficult }) => !difficult).length;
      const curve: PrecisionRecallCurve = precisionRecall(detections, truths, { label });
      assert.equal([curve.correct, curve.truths], [correct, count]);
      if (count === 0) {
        assert.is(averagePrecision(curve), null);
        continue;
      }
      const { precision, recall } = referenceCurve(correct, count);
      assertAllClose(curve.precision, precision, { absolute: 1e-12 });
      assertAllClose(curve.recall, recall, { absolute: 1e-12 });
      const expected = {
        voc11: sampledPrecision(precision, recall, 10),
        allPoint: areaUnderCurve(precision, recall, count),
        coco101: sampledPrecision(precision, recall, 100),
      };
      for (const interpolation of interpolations) {
        close(averagePrecision(curve, interpolation), expected[interpolation], 1e-12);
        means[interpolation].push(expected[interpolation]);
      }
    }
    for (const interpolation of interpolations) {
      const { mAP } = meanAveragePrecision(detections, truths, { interpolation });
      const list = means[interpolation];
      if (list.length === 0) assert.is(mAP, null);
      else close(mAP, list.reduce((sum, value) => sum + value, 0) / list.length, 1e-12);
    }
  });
}

random.run();

const means = suite('meanAveragePrecision');

means('classes without truth are listed and left out of the mean', () => {
  const truths = [truthOf([square, [20, 0, 30, 10]], { labels: [0, 1] })];
  const detections = [detectionsOf([square, square], [0.5, 0.9], [0, 4])];
  const { mAP, perClass } = meanAveragePrecision(detections, truths);
  assert.is(mAP, 0.5);
  assert.equal(perClass, [
    { label: 0, truths: 1, AP: 1 },
    { label: 1, truths: 1, AP: 0 },
    { label: 4, truths: 0, AP: null },
  ]);
});

means('several thresholds are averaged', () => {
  // IoU 0.7: right at 0.5 and 0.7, wrong at 0.75 and 0.9.
  const result = meanAveragePrecision([detectionsOf([[0, 0, 7, 10]], [1])], [truthOf([square])], {
    iouThreshold: [0.5, 0.7, 0.75, 0.9],
  });
  assert.equal(result, { mAP: 0.5, perClass: [{ label: 0, truths: 1, AP: 0.5 }] });
});

means('other overlaps, and COCO matching', () => {
  const truths = [truthOf([square, [20, 0, 30, 10]])];
  const detections = [detectionsOf([square, square], [0.9, 0.5])];
  // Every detection overlaps every truth; VOC's second detection claims the first truth again, COCO's the other.
  const overlaps = (_: number, rows: readonly number[], columns: readonly number[]) =>
    new Float64Array(rows.length * columns.length).fill(0.8);
  assert.is(meanAveragePrecision(detections, truths, { overlaps }).mAP, 0.5);
  assert.is(meanAveragePrecision(detections, truths, { overlaps, matching: 'coco' }).mAP, 1);
});

means('nothing at all', () => {
  assert.equal(meanAveragePrecision([], []), { mAP: null, perClass: [] });
  const nothing = [detectionsOf([], [])];
  assert.equal(meanAveragePrecision(nothing, [truthOf([])]), { mAP: null, perClass: [] });
  assert.is(meanAveragePrecision(nothing, [truthOf([square])]).mAP, 0);
});

means('throws', () => {
  const [some, truth] = [detectionsOf([square], [0.5]), truthOf([square])];
  const list = (values: number[]) => ndarray(Float32Array.from(values), [values.length]);
  const caller = 'meanAveragePrecision';
  const cases: [() => unknown, string][] = [
    [
      () => meanAveragePrecision([some, some], [truth]),
      `${caller}: expected detections and truth of each image, got 2 detections and 1 truths`,
    ],
    [
      () => meanAveragePrecision([some], [truth], { iouThreshold: 0 }),
      `${caller}: expected an IoU threshold above 0 and at most 1, got 0`,
    ],
    [
      () => meanAveragePrecision([some], [truth], { iouThreshold: [] }),
      `${caller}: expected at least one IoU threshold, got none`,
    ],
    [
      () => meanAveragePrecision([some], [truth], { matching: 'lvis' as never }),
      `${caller}: expected matching voc or coco, got lvis`,
    ],
    [
      () => meanAveragePrecision([some], [truth], { interpolation: 'mean' as never }),
      `${caller}: expected interpolation voc11, allPoint or coco101, got mean`,
    ],
    [
      () => meanAveragePrecision([some], [{ ...truth, boxes: ndarray(new Float32Array(5), [1, 5]) }]),
      `${caller}: image 0: expected boxes [N, 4], got [1, 5]`,
    ],
    [
      () => meanAveragePrecision([{ ...some, scores: list([1, 2]) }], [truth]),
      `${caller}: image 0: expected scores [1], got [2]`,
    ],
    [
      () => meanAveragePrecision([{ ...some, scores: list([Number.NaN]) }], [truth]),
      `${caller}: image 0: expected finite scores, got NaN at 0`,
    ],
    [
      () => meanAveragePrecision([some, detectionsOf([[5, 0, 4, 1]], [1])], [truth, truth]),
      `${caller}: image 1: expected boxes [N, 4] as x1, y1, x2, y2; got x2 < x1 in row 0: [5, 0, 4, 1]. Are these x, y, width, height? Pass format: 'xywh', or convertBoxes first`,
    ],
    [
      () => meanAveragePrecision([some], [truthOf([square], { labels: [-1] })]),
      `${caller}: image 0: expected whole labels from 0, got -1 at 0`,
    ],
    [
      () => meanAveragePrecision([some], [truthOf([square], { crowd: [0, 1] })]),
      `${caller}: image 0: expected crowd [1], got [2]`,
    ],
    [
      () => meanAveragePrecision([some], [{ ...truth, boxes: 'none' as never }]),
      `${caller}: image 0: expected boxes to be an ndarray [N, 4], got "none"`,
    ],
    [
      () => precisionRecall([some], [truth], { label: 0.5 }),
      'precisionRecall: expected label to be a whole number ≥ 0, got 0.5',
    ],
    [
      () => precisionRecall([some], [truth], { label: 0, maxDetections: 0 }),
      'precisionRecall: expected maxDetections to be a whole number ≥ 1, got 0',
    ],
  ];
  for (const [body, message] of cases) assertThrows(body, message);
});

means.run();
