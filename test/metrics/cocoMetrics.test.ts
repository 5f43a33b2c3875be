import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type CocoSummary,
  cocoMetrics,
  createRandom,
  type Detections,
  type GroundTruth,
  type Overlaps,
} from '../../src/index';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { detectionsOf, truthOf } from '../support/detections';
import { type GoldenArray, type GoldenCase, loadGolden } from '../support/golden';

const test = suite('cocoMetrics');
const names = ['mAP', 'AP50', 'AP75', 'APs', 'APm', 'APl', 'AR1', 'AR10', 'AR100', 'ARs', 'ARm', 'ARl'] as const;
const numbersOf = (summary: CocoSummary) => names.map((name) => summary[name]);

/** The images of a golden case, whose boxes stand one after another there. */
function imagesOf({ inputs, options }: GoldenCase): { detections: Detections[]; truths: GroundTruth[] } {
  const part = (kind: 'found' | 'truth', image: number) => {
    const rows = inputs[`${kind}Images`].data.flatMap((owner, i) => (owner === image ? [i] : []));
    const pick = (array: GoldenArray | undefined, width = 1) =>
      array && rows.flatMap((i) => array.data.slice(width * i, width * (i + 1)));
    const list = (values: number[]) => ndarray(Float32Array.from(values), [values.length]);
    const areas = pick(inputs[`${kind}Areas`]);
    const crowd = pick(inputs[`${kind}Crowd`]);
    return {
      boxes: ndarray(Float32Array.from(pick(inputs[`${kind}Boxes`], 4)!), [rows.length, 4]),
      labels: ndarray(Int32Array.from(pick(inputs[`${kind}Labels`])!), [rows.length]),
      scores: list(pick(inputs[`${kind}Scores`]) ?? []),
      ...(areas && { areas: list(areas) }),
      ...(crowd && { crowd: ndarray(Uint8Array.from(crowd), [crowd.length]) }),
    };
  };
  const images = [...Array(options.images).keys()];
  return { detections: images.map((i) => part('found', i)), truths: images.map((i) => part('truth', i)) };
}

/** pycocotools gives −1 where there is no truth. */
function assertEqualsGolden(name: string, actual: (number | null)[], golden: number[]): void {
  assert.equal(
    actual.map((value) => value === null),
    golden.map((value) => value === -1),
    `${name}: which are null`,
  );
  assertAllClose(
    actual.map((value) => value ?? -1),
    golden,
    { name, absolute: 1e-8, relative: 0 },
  );
}

const golden = loadGolden('coco');
for (const one of golden.cases.filter(({ options }) => !options.size)) {
  test(`pycocotools: ${one.name}`, () => {
    const { detections, truths } = imagesOf(one);
    const metrics = cocoMetrics(detections, truths);
    assertEqualsGolden(one.name, numbersOf(metrics), one.output!.data);
    const perClass = one.perClass!.data.map(
      (_, label) => metrics.perClass.find((summary) => summary.label === label)?.mAP ?? null,
    );
    assertEqualsGolden(`${one.name}, by class`, perClass, one.perClass!.data);
  });
}

test('pycocotools: masks, through the overlaps', () => {
  const masked = golden.cases.filter(({ options }) => options.size);
  assert.ok(masked.length > 0);
  for (const one of masked) {
    const { size } = one.options;
    const { detections, truths } = imagesOf(one);
    const pixels = (kind: string) =>
      Array.from({ length: one.options.images }, (_, image) =>
        one.inputs[`${kind}Images`].data.flatMap((owner, i) => {
          if (owner !== image) return [];
          const [cx, cy, r] = one.inputs[`${kind}Circles`].data.slice(3 * i, 3 * i + 3);
          return [
            Array.from(
              { length: size * size },
              (_, p) => ((p % size) + 0.5 - cx) ** 2 + (Math.floor(p / size) + 0.5 - cy) ** 2 <= r * r,
            ),
          ];
        }),
      );
    const [found, there] = [pixels('found'), pixels('truth')];
    const count = (mask: boolean[]) => mask.filter(Boolean).length;
    const withAreas = <Part>(part: Part, masks: boolean[][]) => ({
      ...part,
      areas: ndarray(Float32Array.from(masks, count), [masks.length]),
    });
    const overlaps: Overlaps = (image, rows, columns) =>
      rows.flatMap((d) =>
        columns.map((g) => {
          const [one, other] = [found[image][d], there[image][g]];
          const shared = one.filter((inside, p) => inside && other[p]).length;
          return shared / (truths[image].crowd!.get(g) ? count(one) : count(one) + count(other) - shared);
        }),
      );
    const metrics = cocoMetrics(
      detections.map((part, image) => withAreas(part, found[image])),
      truths.map((part, image) => withAreas(part, there[image])),
      { overlaps },
    );
    assertEqualsGolden(one.name, numbersOf(metrics), one.output!.data);
  }
});

test('other borders between the sizes', () => {
  const truths = [
    truthOf([
      [0, 0, 10, 10],
      [20, 0, 50, 30],
    ]),
  ];
  const detections = [detectionsOf([[20, 0, 50, 30]], [1])];
  assertAllClose([cocoMetrics(detections, truths).APs!], [51 / 101], { relative: 1e-12 });
  const { APs, APm, APl } = cocoMetrics(detections, truths, { areaBorders: [200, 2000] });
  assert.equal([APs, APm, APl], [0, 1, null]);
});

test('every class is listed, and those without truth leave the means alone', () => {
  const truths = [truthOf([[0, 0, 10, 10]], { labels: [2] })];
  const detections = [
    detectionsOf(
      [
        [0, 0, 10, 10],
        [0, 0, 10, 10],
      ],
      [0.5, 0.9],
      [2, 5],
    ),
  ];
  const { mAP, perClass } = cocoMetrics(detections, truths);
  assert.is(mAP, 1);
  assert.equal(
    perClass.map(({ label, truths: count, mAP: own }) => [label, count, own]),
    [
      [2, 1, 1],
      [5, 0, null],
    ],
  );
});

test('difficult truths count as little as crowds, but are found once', () => {
  const truths = [
    truthOf(
      [
        [0, 0, 10, 10],
        [20, 0, 30, 10],
      ],
      { difficult: [1, 0] },
    ),
  ];
  const at = (scores: number[]) =>
    cocoMetrics(
      [
        detectionsOf(
          [
            [0, 0, 10, 10],
            [0, 0, 10, 10],
            [20, 0, 30, 10],
          ],
          scores,
        ),
      ],
      truths,
    );
  // The second detection of the difficult one is wrong, here after and here before the right one.
  assert.equal([at([0.9, 0.1, 0.5]).mAP, at([0.1, 0.1, 0.5]).perClass[0].truths], [1, 1]);
  assert.is(at([0.9, 0.8, 0.5]).mAP, 0.5);
});

test('no image, nothing', () => {
  const metrics = cocoMetrics([], []);
  assert.equal(metrics.perClass, []);
  assert.equal(
    numbersOf(metrics),
    names.map(() => null),
  );
});

test('throws', () => {
  const [found, truth] = [detectionsOf([[0, 0, 1, 1]], [1]), truthOf([[0, 0, 1, 1]])];
  assertThrows(
    () => cocoMetrics([found], [truth], { areaBorders: [10, 5] }),
    'cocoMetrics: expected areaBorders 0 < small ≤ large ≤ 1e10, got [10,5]',
  );
  assertThrows(
    () => cocoMetrics([found], []),
    'cocoMetrics: expected detections and truth of each image, got 1 detections and 0 truths',
  );
  assertThrows(
    () => cocoMetrics([found], [truth], { overlaps: () => [] }),
    'cocoMetrics: expected overlaps [1, 1] of image 0, all finite, got []',
  );
});

test('two hundred images, all of whose scores differ', () => {
  const random = createRandom(1);
  const box = (): [number, number, number, number] => {
    const [x, y] = [300 * random.uniform(), 300 * random.uniform()];
    return [x, y, x + 10 + 100 * random.uniform(), y + 10 + 100 * random.uniform()];
  };
  const many = <Item>(count: number, item: () => Item) => Array.from({ length: count }, item);
  const truths = many(200, () => truthOf(many(10, box), { labels: many(10, () => random.integer(3)) }));
  const detections = many(200, () =>
    detectionsOf(
      many(30, box),
      many(30, () => random.uniform()),
      many(30, () => random.integer(3)),
    ),
  );
  const { AR100 } = cocoMetrics(detections, truths);
  assert.ok(AR100 !== null && AR100 > 0 && AR100 < 0.5, `${AR100}`);
});

test.run();
