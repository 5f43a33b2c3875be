// Non-maximum suppression of 10,000 boxes: detseg's, TensorFlow.js' and, in nms.py, torchvision's.
import detseg from '../../dist/src/index.js';

export const nmsThreshold = 0.5;
const count = 10_000;

/** Boxes of 30–90 px: crowded on a side of 300 px, where about one in ten is kept, and sparse on 1000 px, where two of three are. */
export function nmsData(side) {
  let state = side;
  const draw = () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 8) / 16777216;
  };
  const rows = Array.from({ length: count }, () => {
    const [x, y] = [side * draw(), side * draw()];
    return [x, y, x + 30 + 60 * draw(), y + 30 + 60 * draw()].map(Math.fround);
  });
  return { rows, scores: Float32Array.from({ length: count }, draw) };
}

export const nmsSides = { crowded: 300, sparse: 1000 };

/** Each of these takes boxes and scores, and returns a function that gives the kept rows. */
export const nmsEngines = {
  detseg: async ({ rows, scores }) => {
    const boxes = await detseg.tensor(rows).toNdarray();
    return async () => detseg.nms(boxes, { scores, iouThreshold: nmsThreshold });
  },
  '@tensorflow/tfjs cpu': async ({ rows, scores }) => {
    const { default: tf } = await import('@tensorflow/tfjs');
    await tf.setBackend('cpu');
    await tf.ready();
    const [boxes, list] = [tf.tensor2d(rows.flat(), [count, 4]), tf.tensor1d(scores)];
    return async () => {
      const kept = await tf.image.nonMaxSuppressionAsync(boxes, list, count, nmsThreshold);
      const data = await kept.data();
      kept.dispose();
      return [...data];
    };
  },
};

/** What one engine takes, and how much memory beyond what it had; `kept` begins with the best rows. */
export async function measureNms(engine, repetitions) {
  const figures = {};
  for (const [name, side] of Object.entries(nmsSides)) {
    const run = await nmsEngines[engine](nmsData(side));
    const before = process.resourceUsage().maxRSS;
    const kept = await run();
    const times = [];
    for (let i = 0; i < repetitions; i++) {
      const started = performance.now();
      await run();
      times.push(performance.now() - started);
    }
    const memory = process.resourceUsage().maxRSS - before;
    figures[name] = {
      times,
      memory,
      kept: kept.length,
      checksum: kept.reduce((total, row, i) => total + row * (i + 1), 0),
    };
  }
  return figures;
}
