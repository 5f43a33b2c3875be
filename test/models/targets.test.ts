import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type Batch,
  collate,
  createRandom,
  type DetectionSample,
  FasterRcnn,
  FastRcnn,
  type Module,
  RCnn,
  SingleObject,
  SlidingWindowDetector,
  Yolo,
} from '../../src/index';

const test = suite('targets');

const random = () => createRandom(1);
const propose = () => ndarray(Float32Array.from([4, 4, 24, 24, 8, 8, 40, 30]), [2, 4]);
const models: Record<string, () => Module & { losses(batch: Batch<DetectionSample>): unknown }> = {
  Yolo: () => new Yolo({ classes: 2, random: random(), anchors: [[16, 16]] }),
  SingleObject: () => new SingleObject({ classes: 2, random: random() }),
  SlidingWindowDetector: () => new SlidingWindowDetector({ classes: 2, random: random() }),
  RCnn: () => new RCnn({ classes: 2, random: random(), propose }),
  FastRcnn: () => new FastRcnn({ classes: 2, random: random(), propose }),
  FasterRcnn: () => new FasterRcnn({ classes: 2, random: random() }),
};

const batchOf = (box: number[], label: number): Batch<DetectionSample> =>
  collate<DetectionSample>([
    {
      image: ndarray(new Float32Array(64 * 64 * 3).fill(0.5), [64, 64, 3]),
      boxes: ndarray(Float32Array.from(box), [1, 4]),
      labels: ndarray(Int32Array.from([label]), [1]),
    },
  ]);

const box = [10, 10, 30, 30];
const wrong: [number[], number, string][] = [
  [box, 2, 'expected labels from 0 to 1, got 2 at 0 in sample 0'],
  [box, -1, 'expected labels from 0 to 1, got -1 at 0 in sample 0'],
  [[10, 10, 10, 30], 0, 'expected finite boxes with x1 < x2 and y1 < y2, got [10, 10, 10, 30] at 0 in sample 0'],
  [[50, 30, 20, 10], 0, 'expected finite boxes with x1 < x2 and y1 < y2, got [50, 30, 20, 10] at 0 in sample 0'],
  [[Number.NaN, 1, 5, 9], 0, 'expected finite boxes with x1 < x2 and y1 < y2, got [NaN, 1, 5, 9] at 0 in sample 0'],
];

for (const name in models) {
  test(`${name} refuses boxes without area and labels that are no class`, async () => {
    const model = models[name]();
    const messageOf = async (corners: number[], label: number) => {
      try {
        await model.losses(batchOf(corners, label));
        return null;
      } catch (error) {
        return (error as Error).message;
      }
    };
    assert.is(await messageOf(box, 1), null);
    for (const [corners, label, message] of wrong) assert.is(await messageOf(corners, label), `${name}: ${message}`);
  });
}

test.run();
