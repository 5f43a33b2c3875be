// Detectors of one stage on several maps, and Faster R-CNN on a feature pyramid.
import detseg from '../../dist/src/index.js';
import { train } from './recipe.mjs';

const { createRandom, evaluateDetection, FasterRcnn, Fcos, keepInMemory } = detseg;
const { RetinaNet, scales128, shapes64, Ssd, YoloFpn } = detseg;

/** Where small ends and large begins, as areas, px²: the presets have objects of 12–32 and of 8–64 px. */
const borders = new Map([
  [shapes64, [18 ** 2, 24 ** 2]],
  [scales128, [16 ** 2, 32 ** 2]],
]);

/** Trains a detector on the scenes of a preset and measures it on images it has not seen. */
async function run(model, scenes, { seed, steps, rate = 1e-2, split = process.env.DETSEG_SPLIT ?? 'test' }) {
  const data = keepInMemory(scenes({ split: 'train' }));
  const { seconds } = await train(model, data, { seed, steps, rate, warmUp: 50 });
  const { AP50, mAP, APs, APm, APl } = await evaluateDetection(model, scenes({ split }), {
    areaBorders: borders.get(scenes),
  });
  const metrics = { 'mAP@.5': AP50, mAP, small: APs, medium: APm, large: APl };
  return { parameters: model.parameterCount(), steps, seconds, metrics };
}

const squares = (...levels) => levels.map((sizes) => sizes.map((size) => [size, size]));
const wide = squares([9, 12.7], [18, 25.5], [36, 51]);
const common = (seed) => ({ classes: 3, random: createRandom(seed) });

/** One scale: the backbone is cut at a stride, and all six anchors are at each of its cells. */
const oneScale = (seed, stages, finest) =>
  new RetinaNet({ ...common(seed), stages, finest, channels: 48, shapes: [wide.flat()] });

/** RetinaNet on shapes64 with another focal loss; the class loss's weight keeps its size beside the box loss. */
const focal = (settings) => (seed) =>
  run(new RetinaNet({ ...common(seed), ...settings }), shapes64, { seed, steps: 3000 });

/** Training runs by name; each takes a seed. */
export default {
  ssd: (seed) => run(new Ssd(common(seed)), shapes64, { seed, steps: 2500, rate: 5e-3 }),
  retinaNet: focal({}),
  retinaNetGamma0: focal({ gamma: 0, alpha: null }),
  fcos: (seed) => run(new Fcos(common(seed)), shapes64, { seed, steps: 3000 }),
  retinaNetScales: (seed) => run(new RetinaNet({ ...common(seed), shapes: wide }), scales128, { seed, steps: 900 }),
  retinaNetStride8: (seed) => run(oneScale(seed, [16, 32], 8), scales128, { seed, steps: 1700 }),
  retinaNetStride16: (seed) => run(oneScale(seed, [16, 32, 64], 16), scales128, { seed, steps: 2660 }),
  ssdScales: (seed) => run(new Ssd({ ...common(seed), shapes: wide }), scales128, { seed, steps: 2000, rate: 5e-3 }),
  fcosScales: (seed) =>
    run(
      new Fcos({
        ...common(seed),
        ranges: [
          [0, 12],
          [12, 24],
          [24, 1e4],
        ],
      }),
      scales128,
      { seed, steps: 900 },
    ),
  yoloStride8: (seed) =>
    run(
      new YoloFpn({
        ...common(seed),
        stages: [16, 32],
        finest: 8,
        channels: 64,
        shapes: squares([9, 13, 19, 27, 38, 54]),
      }),
      scales128,
      { seed, steps: 4000 },
    ),
  yoloStrides4And8: (seed) =>
    run(
      new YoloFpn({ ...common(seed), stages: [16, 32], channels: 48, shapes: squares([9, 13, 19], [27, 38, 54]) }),
      scales128,
      { seed, steps: 4000 },
    ),
  yoloStrides8And16: (seed) =>
    run(
      new YoloFpn({
        ...common(seed),
        stages: [16, 32, 64],
        finest: 8,
        channels: 48,
        shapes: squares([9, 13, 19], [27, 38, 54]),
      }),
      scales128,
      { seed, steps: 4000 },
    ),
  fasterRcnnScales: (seed) => {
    const rpn = { positive: 0.6, levels: wide };
    const pyramid = { canonicalSide: 24 };
    return run(new FasterRcnn({ ...common(seed), rpn, pyramid }), scales128, { seed, steps: 2000, rate: 5e-3 });
  },
};
