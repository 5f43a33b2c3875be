import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bestThreshold, sureOnes, tallyOf } from '../../src/cli/reportImages';
import { cocoMetrics, type Detections, type GroundTruth } from '../../src/index';

const test = suite('reportImages');

/** A box of 10×10 px at each x. */
const boxesAt = (places: readonly number[]) =>
  ndarray(Float32Array.from(places.flatMap((x) => [x, 0, x + 10, 10])), [places.length, 4]);
const ints = (values: readonly number[]) => ndarray(Int32Array.from(values), [values.length]);
const found = (places: number[], labels: number[], scores: number[]): Detections => ({
  boxes: boxesAt(places),
  labels: ints(labels),
  scores: ndarray(Float32Array.from(scores), [scores.length]),
});
const truth = (places: number[], labels: number[], more: Partial<GroundTruth> = {}): GroundTruth => ({
  boxes: boxesAt(places),
  labels: ints(labels),
  ...more,
});

test('right, wrong and missed, by hand', () => {
  const there = truth([0, 20, 40], [0, 1, 0]);
  // At 2 of 10 px the overlap is 8/12; a second box on the same thing is wrong, as is another class.
  const said = found([2, 0, 20, 60], [0, 0, 0, 1], [0.9, 0.8, 0.7, 0.2]);
  assert.equal(tallyOf(said, there, 0), { right: 1, wrong: 3, missed: 2 });
  assert.equal(tallyOf(said, there, 0.75), { right: 1, wrong: 1, missed: 2 });
  assert.equal(tallyOf(said, there, 0.95), { right: 0, wrong: 0, missed: 3 });
  // Overlap below one half: 4/16.
  assert.equal(tallyOf(found([6], [0], [1]), truth([0], [0]), 0), { right: 0, wrong: 1, missed: 1 });
});

test('difficult things and crowds count neither as right nor as missed', () => {
  const flags = ndarray(Uint8Array.of(1, 0), [2]);
  for (const name of ['difficult', 'crowd'] as const) {
    const there = truth([0, 20], [0, 0], { [name]: flags });
    assert.equal(tallyOf(found([0], [0], [1]), there, 0), { right: 0, wrong: 0, missed: 1 });
    assert.equal(tallyOf(found([], [], []), there, 0), { right: 0, wrong: 0, missed: 1 });
  }
});

test('the threshold at which F1 is best', () => {
  const detections = [found([0, 30], [0, 0], [0.9, 0.3]), found([0, 30], [0, 0], [0.62, 0.58])];
  const truths = [truth([0], [0]), truth([0], [0])];
  const result = { ...cocoMetrics(detections, truths), detections, truths };
  // From 0.6 on, both right boxes and no wrong one; 0.6 is the first of those tried.
  assert.equal(bestThreshold(result), { threshold: 0.6, f1: 1 });
});

test('sure ones keep their order', () => {
  const { boxes, labels, scores } = sureOnes(found([0, 20, 40], [0, 1, 2], [0.75, 0.25, 0.5]), 0.5);
  assert.equal([...labels.data], [0, 2]);
  assert.equal([...scores.data], [0.75, 0.5]);
  assert.equal([...boxes.data], [0, 0, 10, 10, 40, 0, 50, 10]);
});

test.run();
