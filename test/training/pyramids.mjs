// Detectors of one stage on several maps, and Faster R-CNN on a feature pyramid.
import detseg from '../../dist/src/index.js';
import { modelFor, train } from './recipe.mjs';

const { evaluateDetection, keepInMemory, scales128, shapes64 } = detseg;

/** Where small ends and large begins, as areas, px²: the presets have objects of 12–32 and of 8–64 px. */
const borders = new Map([
  [shapes64, [18 ** 2, 24 ** 2]],
  [scales128, [16 ** 2, 32 ** 2]],
]);

/** Trains a detector on the scenes of a preset and measures it on images it has not seen. */
function run(architecture, options, { scenes = shapes64, steps, rate = 1e-2 }) {
  return async (seed) => {
    const data = keepInMemory(scenes({ split: 'train' }));
    const described = modelFor(data, { architecture, options, seed });
    const { model } = described;
    const { seconds } = await train(model, data, { seed, steps, rate, warmUp: 50 });
    const { AP50, mAP, APs, APm, APl } = await evaluateDetection(
      model,
      scenes({ split: process.env.DETSEG_SPLIT ?? 'test' }),
      { areaBorders: borders.get(scenes) },
    );
    const metrics = { 'mAP@.5': AP50, mAP, small: APs, medium: APm, large: APl };
    return { parameters: model.parameterCount(), steps, seconds, metrics, described };
  };
}

const squares = (...levels) => levels.map((sizes) => sizes.map((size) => [size, size]));
const wide = squares([9, 12.7], [18, 25.5], [36, 51]);

/** One scale: the backbone is cut at a stride, and all six anchors are at each of its cells. */
const oneScale = (stages, finest) => ({ stages, finest, channels: 48, shapes: [wide.flat()] });

const scales = (architecture, options, training) => run(architecture, options, { scenes: scales128, ...training });
const yoloScales = (options) => scales('yolo-fpn', options, { steps: 4000 });
const [fineAnchors, coarseAnchors] = squares([9, 13, 19], [27, 38, 54]);

/** From 3 to 6 strides on each level, for objects of 8 to 64 px. */
const ranges = [
  [0, 12],
  [12, 24],
  [24, 1e4],
];

/** The two-stage detector on a pyramid: each object of 24 px and more is on the second level. */
const fasterRcnn = (options) =>
  scales(
    'faster-rcnn',
    { rpn: { positive: 0.6, levels: wide }, pyramid: { canonicalSide: 24 }, ...options },
    { steps: 2000, rate: 5e-3 },
  );
const ssd = (options) => scales('ssd', { shapes: wide, ...options }, { steps: 2000, rate: 5e-3 });

/** Training runs by name; each takes a seed. */
export default {
  ssd: run('ssd', {}, { steps: 2500, rate: 5e-3 }),
  retinaNet: run('retinanet', {}, { steps: 3000 }),
  retinaNetGamma0: run('retinanet', { gamma: 0, alpha: null }, { steps: 3000 }),
  // The class loss begins as large beside the box loss as that with γ = 2.
  retinaNetGamma0Scaled: run('retinanet', { gamma: 0, alpha: null, classWeight: 0.08 }, { steps: 3000 }),
  fcos: run('fcos', {}, { steps: 3000 }),
  yoloFpn: run('yolo-fpn', { shapes: squares([14, 17], [20, 24], [28, 34]) }, { steps: 3000 }),
  retinaNetScales: scales('retinanet', { shapes: wide }, { steps: 900 }),
  retinaNetStride8: scales('retinanet', oneScale([16, 32], 8), { steps: 1700 }),
  retinaNetStride16: scales('retinanet', oneScale([16, 32, 64], 16), { steps: 2660 }),
  ssdScales: ssd({}),
  fcosScales: scales('fcos', { ranges }, { steps: 900 }),
  yoloStride8: yoloScales({
    stages: [16, 32],
    finest: 8,
    channels: 64,
    shapes: [[...fineAnchors, ...coarseAnchors]],
  }),
  yoloStrides4And8: yoloScales({ stages: [16, 32], channels: 48, shapes: [fineAnchors, coarseAnchors] }),
  // Anchors that overlap an object without being its own have the target "no object".
  yoloNothingIgnored: yoloScales({
    stages: [16, 32],
    channels: 48,
    shapes: [fineAnchors, coarseAnchors],
    ignore: 1,
  }),
  yoloStrides8And16: yoloScales({
    stages: [16, 32, 64],
    finest: 8,
    channels: 48,
    shapes: [fineAnchors, coarseAnchors],
  }),
  fasterRcnnScales: fasterRcnn({}),
  // Backbones of half as many channels.
  fasterRcnnScalesNarrow: fasterRcnn({ width: 0.5 }),
  ssdScalesNarrow: ssd({ width: 0.5 }),
};
