// Models that draw a mask of each object, and one that gives every pixel a segment.
import detseg from '../../dist/src/index.js';
import { modelFor, train } from './recipe.mjs';

const { evaluateInstances, evaluatePanoptic, keepInMemory, shapes64 } = detseg;

/** Where small ends and large begins, as areas, px². */
const areaBorders = [18 ** 2, 24 ** 2];

/** Trains a model on the scenes of `shapes64`, and measures boxes, masks and, where it has them, panoptic maps. */
async function run(architecture, options, { seed, steps, split = process.env.DETSEG_SPLIT ?? 'test' }) {
  const described = modelFor(shapes64(), { architecture, options, seed });
  const { model } = described;
  const data = keepInMemory(shapes64({ split: 'train' }));
  // The time includes painting each of the 4000 scenes once.
  const { seconds } = await train(model, data, { seed, steps, rate: 5e-3, warmUp: 50 });
  const images = shapes64({ split });
  const { boxes, masks } = await evaluateInstances(model, images, { areaBorders });
  const metrics = {
    'box AP50': boxes.AP50,
    'box mAP': boxes.mAP,
    'mask AP50': masks.AP50,
    'mask mAP': masks.mAP,
    ...(described.task === 'panoptic' && panopticFigures(await evaluatePanoptic(model, images))),
  };
  return { parameters: model.parameterCount(), steps, seconds, metrics, described };
}

/** PQ, SQ and RQ over all classes, over things and over stuff. */
function panopticFigures({ PQ, SQ, RQ, things, stuff }) {
  const named = (name, scores) =>
    Object.fromEntries(['PQ', 'SQ', 'RQ'].map((figure) => [`${name} ${figure}`, scores[figure]]));
  return { PQ, SQ, RQ, ...named('things', things), ...named('stuff', stuff) };
}

const common = { pooled: 7, rpn: { positive: 0.6, limit: 30 } };

/** Training runs by name; each takes a seed. */
export default {
  maskRcnn: (seed) => run('mask-rcnn', common, { seed, steps: 2500 }),
  // Objects are small here: all regions are pooled from the finest map.
  panopticFpn: (seed) => run('panoptic-fpn', { ...common, pyramid: { canonicalSide: 64 } }, { seed, steps: 2000 }),
};
