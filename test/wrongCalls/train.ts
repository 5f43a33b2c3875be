import { join } from 'node:path';
import ndarray from 'ndarray';
import * as detseg from '../../src/index';
import { dataset, detections, labels, random, scores } from '../support/callInputs';
import { numbers } from '../support/numbers';
import { temporaryFolder } from '../support/temporaryFolder';
import type { Call } from '../support/wrongCalls';

/** A model of three numbers, which trains in no time. */
class Line extends detseg.Module {
  readonly layer = new detseg.Linear(2, 1, { random: random() });

  override forward(x: detseg.Tensor): detseg.Tensor {
    return this.layer.forward(x);
  }

  losses(): detseg.Losses {
    const square = detseg.mean(detseg.pow(this.forward(numbers(3, 2)), 2));
    return { square };
  }
}

/** Batches that end: a wrong number of them would be asked for without end. */
const batches = (): detseg.Batches => ({
  size: 2,
  seed: 1,
  perEpoch: 2,
  batch(step) {
    if (step > 20) throw new Error('batch: expected at most 20 of them');
    return detseg.batches(dataset(), { size: 2 }).batch(step);
  },
});

/** A model, what trains it, and averages of its weights. */
function trained(): detseg.Checkpointed {
  const model = new Line();
  return { model, optimizer: detseg.sgd(model, { learningRate: 0.01 }), average: detseg.emaWeights(model) };
}

const folders = temporaryFolder('detseg-calls-');
const saved = join(folders, 'saved');
let run = 0;

function fitOptions(): detseg.FitOptions {
  const stop = new AbortController();
  return {
    ...(trained() as { model: Line; optimizer: detseg.Optimizer }),
    batches: batches(),
    steps: 1,
    accumulate: 1,
    evaluate: { every: 1, metrics: async () => ({ share: 0.5 }) },
    checkpoint: { folder: join(folders, `run-${run++}`), every: 1, resume: false, onNote: () => {} },
    // A run of very many steps ends after the first.
    onStep: () => stop.abort(),
    signal: stop.signal,
    progress: false,
  };
}

const history = (): detseg.TrainingHistory => ({
  losses: { total: [2, 1] },
  evaluations: [{ step: 2, metrics: { share: 0.5 } }],
  seconds: 3,
});
const state = (): detseg.TrainingState => ({ step: 2, seed: 1, batchSize: 2, accumulate: 1, history: history() });

/** Saves what two steps have left behind. */
async function save(): Promise<void> {
  const parts = trained();
  for (let step = 0; step < 2; step++) {
    await parts.optimizer.step((parts.model as Line).losses().square);
    await parts.average!.update();
  }
  await detseg.saveCheckpoint(saved, { ...parts, state: state() });
}

/** A data set of one object in each image. */
class Single implements detseg.Dataset<detseg.DetectionSample> {
  readonly length = 2;
  readonly classes = { stuff: [], things: ['cat', 'dog'] };

  sample(): detseg.DetectionSample {
    const sample = dataset().sample(0);
    return { image: sample.image, boxes: detseg.takeRows(sample.boxes, [0]), labels: labels(1) };
  }
}

// What stands for a model predicts the same for every image.
const count = (images: detseg.Tensor) => images.shape[0];
const detector = () => ({
  detect: async (images: detseg.Tensor) => Array.from({ length: count(images) }, detections),
});
const segmenter = () => ({
  predict: async (images: detseg.Tensor) => ndarray(new Float32Array(count(images) * 256), [count(images), 16, 16]),
});
const locator = () => ({
  locate: async (images: detseg.Tensor) => ({
    labels: labels(count(images)),
    scores: scores(count(images)),
    boxes: ndarray(new Float32Array(4 * count(images)).fill(1), [count(images), 4]),
  }),
});

const instances = () => ({
  segment: async (images: detseg.Tensor) =>
    Array.from({ length: count(images) }, () => {
      const { boxes, labels, masks } = dataset().sample(0);
      return { boxes, labels, scores: scores(2), masks };
    }),
});
const panoptic = () => ({
  panoptic: async (images: detseg.Tensor) =>
    Array.from({ length: count(images) }, () => {
      const { panoptic, labels } = dataset().sample(0);
      return { panoptic, labels, scores: scores(2) };
    }),
});

/** Calls of what the room exports. */
export const calls: Call[] = [
  { name: 'fit', args: () => [fitOptions()], says: ['batch', 'loss', 'step 0', 'saveCheckpoint'] },
  { name: 'hasCheckpoint', args: () => [saved] },
  { name: 'saveCheckpoint', args: () => [join(folders, 'written'), { ...trained(), state: state() }] },
  {
    name: 'loadCheckpoint',
    before: save,
    args: () => [saved, { ...trained(), onNote: () => {} }],
  },
  {
    name: 'evaluateDetection',
    args: () => [detector(), dataset(), { batchSize: 2, overlaps: undefined, areaBorders: [4, 9] }],
    records: ['0', '1'],
    says: ['cocoMetrics'],
  },
  {
    name: 'evaluateInstances',
    args: () => [instances(), dataset(), { batchSize: 2, areaBorders: [4, 9] }],
    records: ['0', '1'],
    says: ['cocoMetrics', 'maskIou'],
  },
  {
    name: 'evaluatePanoptic',
    args: () => [panoptic(), dataset(), { batchSize: 2 }],
    records: ['0', '1'],
    says: ['panopticQuality'],
  },
  {
    name: 'evaluateSegmentation',
    args: () => [segmenter(), dataset(), { batchSize: 2 }],
    records: ['0', '1'],
    says: ['confusionMatrix'],
  },
  {
    name: 'evaluateSingleObject',
    args: () => [locator(), new Single(), { batchSize: 2 }],
    records: ['0', '1'],
  },
  { name: 'lossFigure', args: () => [history(), 'Losses'], records: ['0'] },
];
