import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  boxCiou,
  boxDiou,
  boxGiou,
  boxIou,
  ciouLoss,
  conv2d,
  createRandom,
  diouLoss,
  giouLoss,
  grabCut,
  gradients,
  kMeans,
  maxFlow,
  meanShift,
  measureReceptiveField,
  mixtureCosts,
  neighborWeights,
  nms,
  ones,
  precisionRecall,
  receptiveField,
  roiAlign,
  roiPool,
  type Tensor,
  tensor,
  yoloGrid,
} from '../../src/index';
import { root } from '../support/root';
import { tool } from './modules';

// Figures compute in plain JavaScript what the library computes: here both get the same numbers.

const test = suite('docs: figures that compute');
const range = (n: number) => [...Array(n).keys()];

function close(got: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number, message: string): void {
  assert.is(got.length, wanted.length, message);
  for (let i = 0; i < wanted.length; i++) {
    const isClose = Math.abs(got[i] - wanted[i]) <= tolerance * Math.max(1, Math.abs(wanted[i]));
    assert.ok(isClose, `${message}: expected ${wanted[i]} at ${i}, got ${got[i]}`);
  }
}

/** Boxes whose corners are whole numbers: equal edges, boxes inside others and boxes apart are among them. */
function pairsOfBoxes(count: number): { a: number[][]; b: number[][] } {
  const random = createRandom(302);
  const box = () => {
    const [x, y] = [random.integer(16), random.integer(16)];
    return [x, y, x + 1 + random.integer(10), y + 1 + random.integer(10)];
  };
  return { a: range(count).map(box), b: range(count).map(box) };
}

test('boxIou: the four overlaps', async () => {
  const { overlaps } = await tool('figures/boxIou.mjs');
  const { a, b } = pairsOfBoxes(300);
  // Apart, touching at a corner, equal, without area, two equal points.
  const edges = [
    [
      [0, 0, 2, 2],
      [5, 6, 9, 9],
    ],
    [
      [0, 0, 2, 2],
      [2, 2, 4, 4],
    ],
    [
      [1, 2, 3, 5],
      [1, 2, 3, 5],
    ],
    [
      [1, 1, 1, 4],
      [0, 0, 3, 3],
    ],
    [
      [2, 2, 2, 2],
      [2, 2, 2, 2],
    ],
  ];
  const [left, right] = [0, 1].map((side) => [...(side === 0 ? a : b), ...edges.map((pair) => pair[side])]);
  for (const [name, measure] of Object.entries({ IoU: boxIou, GIoU: boxGiou, DIoU: boxDiou, CIoU: boxCiou })) {
    const table = await measure(left, right).data();
    const wanted = left.map((_, i) => table[i * left.length + i]);
    close(
      left.map((box, i) => overlaps(box, right[i])[name]),
      wanted,
      2e-6,
      name,
    );
  }
});

test('boxIou: the gradients of the losses, also where edges are equal', async () => {
  const { lossGradient, overlaps } = await tool('figures/boxIou.mjs');
  const { a, b } = pairsOfBoxes(300);
  const losses: Record<string, (a: Tensor, b: Tensor) => Tensor> = {
    GIoU: (x, y) => giouLoss(x, y, { reduction: 'sum' }),
    DIoU: (x, y) => diouLoss(x, y, { reduction: 'sum' }),
    CIoU: (x, y) => ciouLoss(x, y, { reduction: 'sum' }),
  };
  for (const [name, loss] of Object.entries(losses)) {
    const x = tensor(a.flat(), [300, 4]);
    const wanted = await gradients(loss(x, tensor(b.flat(), [300, 4])), [x])[0].data();
    close(
      a.flatMap((box, i) => lossGradient(name, box, b[i])),
      wanted,
      2e-6,
      name,
    );
  }
  // The library has no loss of the plain IoU: differences instead, where no edges are equal.
  const free = a.map((box) => box.map((edge) => edge + 0.37));
  for (const [i, box] of free.entries()) {
    const slopes = range(4).map((edge) => {
      const at = (shift: number) =>
        overlaps(
          box.map((value, j) => value + (j === edge ? shift : 0)),
          b[i],
        ).IoU;
      return -(at(1e-5) - at(-1e-5)) / 2e-5;
    });
    close(lossGradient('IoU', box, b[i]), slopes, 1e-6, 'IoU');
  }
  assert.equal(lossGradient('IoU', [0, 0, 2, 2], [5, 6, 9, 9]).map(Math.abs), [0, 0, 0, 0]);
});

test('boxIou: steps along the arrows bring boxes that are apart together', async () => {
  const { descended, overlaps } = await tool('figures/boxIou.mjs');
  const truth = [186, 40, 316, 166];
  for (const measure of ['GIoU', 'DIoU', 'CIoU']) {
    let box = [36, 126, 150, 226];
    for (const _ of range(200)) box = descended(measure, box, truth, 2);
    assert.ok(overlaps(box, truth).IoU > 0.8, `${measure}: ${overlaps(box, truth).IoU}`);
  }
  assert.equal(descended('IoU', [0, 0, 2, 2], [5, 6, 9, 9], 4), [0, 0, 2, 2]);
});

test('kMeans: every assignment of a run, also where centers run empty', async () => {
  const { lloyd, points: shown, starts } = await tool('figures/kMeans.mjs');
  const random = createRandom(102);
  const cloud = (count: number) => range(count).map(() => [random.normal(), random.normal()].map(Math.fround));
  const one = cloud(40);
  const twice = cloud(6);
  const cases = [
    ...[1, 2, 3, 4, 5].map((k) => ({ points: one, init: one.slice(0, k) })),
    ...range(6).map(() => ({ points: cloud(30), init: cloud(4) })),
    // Centers that are nearest to no point.
    {
      points: one,
      init: [
        [0, 0],
        [50, 50],
        [60, 60],
      ],
    },
    // Fewer distinct points than centers; a center on every point.
    { points: [...twice, ...twice], init: [...twice, [9, 9], [8, 8]] },
    { points: twice, init: twice },
    {
      points: shown.map((point: number[]) => point.map(Math.fround)),
      init: starts[3],
    },
  ];
  for (const [i, { points, init }] of cases.entries()) {
    const wanted = await kMeans(points, { k: init.length, init });
    const frames = lloyd(points, init);
    assert.is(frames.length, wanted.history.length, `case ${i}`);
    assert.equal(frames.at(-1).labels, [...wanted.labels.data], `case ${i}`);
    close(
      frames.map(({ objective }: { objective: number }) => objective),
      wanted.history,
      1e-5,
      `case ${i}`,
    );
    for (const [t, { centers }] of frames.entries())
      close(centers.flat(), wanted.centersHistory[t].data, 1e-5, `case ${i}, frame ${t}`);
  }
});

test('kMeans: the starts of the figure end at different objectives', async () => {
  const { lloyd, points, starts } = await tool('figures/kMeans.mjs');
  const end = (centers: number[][]) => lloyd(points, centers).at(-1).objective;
  const random = createRandom(1);
  const others = range(20).map(() => end(range(3).map(() => points[random.integer(points.length)])));
  assert.ok(Math.max(...others, end(starts[3])) > 1.1 * Math.min(...others));
});

test('roiPool: what both read, also beyond the edge of the map and of regions without area', async () => {
  const figure = await tool('figures/roiPool.mjs');
  const random = createRandom(405);
  const map = { height: 7, width: 9, values: range(63).map(() => Math.fround(random.normal())) };
  const features = tensor(map.values, [1, 7, 9, 1]);
  const corner = () => [40 * random.integer(13) - 96, 24 * random.integer(13) - 40];
  const boxes = range(200).map(() => {
    const [x, y] = corner();
    return [x, y, x + random.integer(200), y + random.integer(150)];
  });
  boxes.push([16, 16, 16, 16], [48, 80, 48, 80], [-300, -300, -200, -200], [0, 0, 288, 224], [16, 48, 80, 112]);
  for (const size of [1, 2, 3]) {
    const regions = { boxes: tensor(boxes.flat(), [boxes.length, 4]), images: boxes.map(() => 0) };
    const pooled = await roiPool(features, regions, { size, stride: 32 }).data();
    const values = (read: (...args: any[]) => any, options = {}) =>
      boxes.flatMap((box) => read(map, box, { size, stride: 32, ...options }).bins.map((bin: any) => bin.value));
    close(values(figure.roiPool), pooled, 0, `RoI Pool, ${size} bins`);
    for (const samples of [1, 2, 3]) {
      const aligned = await roiAlign(features, regions, { size, stride: 32, samples }).data();
      close(values(figure.roiAlign, { samples }), aligned, 2e-6, `RoI Align, ${size} bins, ${samples} points`);
    }
  }
});

test('yoloGrid: the label of boxes, also of midpoints on lines and of several in one cell', async () => {
  const { yoloLabel } = await tool('figures/yoloGrid.mjs');
  const random = createRandom(501);
  let [dropped, onLines] = [0, 0];
  for (const cells of [3, 5, 7]) {
    const grid = yoloGrid({ cells, image: { height: 210, width: 420 }, classes: 3 });
    for (const count of [0, 1, 2, 9]) {
      for (const _ of range(20)) {
        const boxes = range(count).map(() => {
          const [x, y] = [20 * random.integer(22), 10 * random.integer(22)];
          const [right, down] = [2 + random.integer(80), 2 + random.integer(60)];
          onLines += x % (420 / cells) === 0 ? 1 : 0;
          return [x - right, y - down, x + right, y + down];
        });
        const labels = range(count).map(() => random.integer(3));
        const wanted = grid.encode(boxes, labels);
        const got = yoloLabel(boxes, labels, { cells, width: 420, height: 210, classes: 3 });
        close(got.label.flat(), wanted.label.data as Float32Array, 1e-6, `${cells} cells, ${count} boxes`);
        assert.equal(got.cares.flat(), [...wanted.cares.data]);
        assert.equal(got.slots, wanted.slots);
        dropped += wanted.dropped.length;
      }
    }
  }
  assert.ok(dropped > 50 && onLines > 20, `${dropped} dropped, ${onLines} on lines`);
});

test('receptiveField: sizes, and the pixels that an output depends on', async () => {
  const figure = await tool('figures/receptiveField.mjs');
  const random = createRandom(203);
  const pick = (values: number[]) => values[random.integer(values.length)];
  for (const _ of range(40)) {
    const layers = range(random.integer(4)).map(() => {
      const [size, stride, dilation] = [pick([1, 2, 3, 5]), pick([1, 2]), pick([1, 2, 4])];
      return { size, stride, dilation, padding: Math.floor((dilation * (size - 1)) / 2) };
    });
    const found = figure.fields(layers);
    for (const [i, field] of found.entries()) assert.equal(field, receptiveField(layers.slice(0, i)));
    const lengths = figure.outputLengths(layers, 31);
    const output = random.integer(lengths.at(-1));
    // With weights of 1 the gradient of an output counts the paths.
    const net = (x: Tensor) =>
      layers.reduce(
        (y, { size, stride, dilation, padding }) =>
          conv2d(y, ones([1, size, 1, 1]), { stride: [1, stride], dilation: [1, dilation], padding: [0, padding] }),
        x,
      );
    assert.equal(net(ones([1, 1, 31, 1])).shape, [1, 1, lengths.at(-1), 1]);
    const paths = figure.paths(output, layers, 31);
    assert.equal(
      paths.map((row: number[]) => row.length),
      lengths,
    );
    const options = { size: [1, 31] as const, at: [0, output] as const, channels: 1, samples: 1, random };
    const { map } = await measureReceptiveField(net, options);
    close(paths[0], map.data as Float32Array, 1e-6, JSON.stringify(layers));
  }
});

test('receptiveField: with dilation 2 everywhere every second pixel is never read', async () => {
  const { paths, fields } = await tool('figures/receptiveField.mjs');
  const layer = (size: number, stride: number) => ({ size, stride, dilation: 2, padding: size - 1 });
  const layers = [layer(3, 1), layer(2, 2), layer(3, 1)];
  const read = paths(7, layers, 31)[0].flatMap((n: number, i: number) => (n > 0 ? [i] : []));
  const { size } = fields(layers).at(-1);
  assert.equal(
    read,
    range((size + 1) / 2).map((i) => read[0] + 2 * i),
  );
});

test('meanShift: the ways of windows and their modes', async () => {
  const figure = await tool('figures/meanShift.mjs');
  const random = createRandom(103);
  for (const kernel of ['flat', 'gaussian'] as const) {
    for (const bandwidth of [0.3, 0.8, 2, 6]) {
      const points = range(60).map((i) => [random.normal() + 4 * (i % 3), random.normal()].map(Math.fround));
      const wanted = await meanShift(points, { bandwidth, kernel, trajectories: true });
      const ways = points.map((point) => figure.path(points, point, { bandwidth, kernel }));
      for (const [i, way] of ways.entries()) {
        const rows = wanted.trajectories[i];
        // Both end where a shift is no longer than a thousandth of h; rounding may decide about one more.
        const length = Math.min(way.length, rows.shape[0]);
        assert.ok(
          Math.abs(way.length - rows.shape[0]) <= 1,
          `${kernel}, ${bandwidth}: ${way.length}, ${rows.shape[0]}`,
        );
        close(
          way.slice(0, length).flat(),
          rows.data.subarray(0, 2 * length),
          2e-3 * bandwidth,
          `${kernel}, ${bandwidth}`,
        );
      }
      const modes = figure.modesOf(points, { bandwidth, kernel });
      assert.is(modes.length, wanted.modes.shape[0], `${kernel}, ${bandwidth}`);
      const [found, known] = [modes, range(modes.length).map((m) => [wanted.modes.get(m, 0), wanted.modes.get(m, 1)])];
      for (const [x, y] of known)
        assert.ok(
          found.some((mode: number[]) => Math.hypot(mode[0] - x, mode[1] - y) < 0.05 * bandwidth),
          `${x}, ${y}`,
        );
    }
  }
});

/** A picture of noise, or a disc before a ground. */
function scene(width: number, height: number, seed: number, noise: number) {
  const random = createRandom(seed);
  const isDisc = (i: number) => Math.hypot((i % width) - width / 2, Math.floor(i / width) - height / 2) < height / 3;
  const colors = range(width * height).flatMap((i) =>
    (isDisc(i) ? [0.8, 0.3, 0.2] : [0.3, 0.5, 0.7]).map((value) => Math.fround(value + noise * random.normal())),
  );
  const image = ndarray(Float32Array.from(colors), [height, width, 3]);
  return {
    image,
    truth: range(width * height).map(isDisc),
    small: { width, height, colors: Float64Array.from(colors) },
  };
}

test('grabCut: borders, costs and cuts', async () => {
  const figure = await tool('figures/cutout.mjs');
  const random = createRandom(104);
  for (const [width, height] of [
    [1, 5],
    [2, 4],
    [6, 5],
    [9, 8],
  ]) {
    const { image, small } = scene(width, height, width, 0.2);
    const { beta, edges, weights } = neighborWeights(image);
    const own = figure.borders(small, 50);
    close([own.beta], [beta], 1e-9, 'β');
    const pairs = range(weights.shape[0]).map((e) => [edges.get(e, 0), edges.get(e, 1)]);
    const total = own.weights.reduce((sum: number, weight: number) => sum + weight, 0);
    close([total / 2], [weights.data.reduce((sum, weight) => sum + weight, 0)], 1e-9, 'borders');
    const mixture = [
      figure.gaussian(0.3, [0.2, 0.3, 0.4], [0.02, 0.01, 0, 0.03, 0, 0.01]),
      figure.gaussian(0.7, [0.7, 0.5, 0.4], [0.04, 0, 0.01, 0.01, 0, 0.02]),
    ];
    const wanted = mixtureCosts(ndarray(Float32Array.from(small.colors), [width * height, 3]), {
      weights: ndarray(Float64Array.of(0.3, 0.7), [2]),
      means: ndarray(Float64Array.of(0.2, 0.3, 0.4, 0.7, 0.5, 0.4), [2, 3]),
      covariances: ndarray(
        Float64Array.of(0.02, 0.01, 0, 0.01, 0.03, 0, 0, 0, 0.01, 0.04, 0, 0.01, 0, 0.01, 0, 0.01, 0, 0.02),
        [2, 3, 3],
      ),
    });
    close(figure.costsOf(mixture, small.colors).costs, wanted.data, 1e-9, 'costs');
    // A cut of random arcs to the terminals.
    const nodes = width * height;
    const terminal = range(nodes).map(() => 60 * random.normal());
    const labels = figure.minimumCut(width, height, Float64Array.from(terminal), own.weights.slice());
    const ends = terminal.map((value, i) => (value > 0 ? [nodes, i] : [i, nodes + 1]));
    const both = [...pairs, ...pairs.map(([a, b]) => [b, a]), ...ends];
    const capacities = [...weights.data, ...weights.data, ...terminal.map(Math.abs)];
    const { sourceSide } = maxFlow(nodes + 2, both, capacities, { source: nodes, sink: nodes + 1 });
    assert.equal([...labels], [...sourceSide.data.subarray(0, nodes)], `${width}×${height}`);
  }
});

test('grabCut: the object of a rectangle as the library finds it, and strokes that stay', async () => {
  const figure = await tool('figures/cutout.mjs');
  const [width, height] = [40, 32];
  const { image, small } = scene(width, height, 3, 0.08);
  const rectangle = [6, 3, 35, 29];
  const inside = (i: number) =>
    i % width >= 6 && i % width < 35 && Math.floor(i / width) >= 3 && Math.floor(i / width) < 29;
  const certain = Int8Array.from(range(width * height), (i) => (inside(i) ? 0 : -1));
  const { labels, energies } = figure.grabCut(small, certain, { gamma: 50 });
  const wanted = (await grabCut(image, { rectangle })).mask.data;
  const [both, either] = [0, 1].map(
    (least) => range(width * height).filter((i) => labels[i] + wanted[i] > 1 - least).length,
  );
  assert.ok(both / either > 0.99, `IoU ${both / either}`);
  for (const i of range(energies.length - 1)) assert.ok(energies[i + 1] <= energies[i] + 1e-6 * Math.abs(energies[i]));
  certain[16 * width + 20] = -1;
  certain[4 * width + 8] = 1;
  const again = figure.grabCut(small, certain, { gamma: 50 });
  assert.equal([again.labels[16 * width + 20], again.labels[4 * width + 8]], [0, 1]);
});

test('meanShift: an empty window stays, and a shift goes up the density', async () => {
  const { shifted, path, density } = await tool('figures/meanShift.mjs');
  const points = [
    [0, 0],
    [1, 0],
    [0, 2],
  ];
  const flat = { bandwidth: 3, kernel: 'flat' };
  assert.equal(shifted(points, [50, 50], flat), { mean: [50, 50], weight: 0 });
  assert.equal(path(points, [50, 50], flat), [
    [50, 50],
    [50, 50],
  ]);
  assert.equal(shifted(points, [0, 0], flat), { mean: [1 / 3, 2 / 3], weight: 3 });
  for (const kernel of ['flat', 'gaussian']) {
    const heights = path(points, [2, 2], { bandwidth: 2, kernel }).map((place: number[]) =>
      density(points, place, { bandwidth: 2, kernel }),
    );
    for (const [i, height] of heights.entries()) assert.ok(i === 0 || height >= heights[i - 1] - 1e-12, kernel);
  }
});

interface Scene {
  truths: number[][];
  detections: number[][];
}

/** Scenes whose boxes have corners at whole numbers, so that overlaps reach thresholds exactly. */
function scenesOf(count: number): Scene[] {
  const random = createRandom(304);
  const box = () => {
    const [x, y] = [random.integer(30), random.integer(30)];
    return [x, y, x + 4 + random.integer(12), y + 4 + random.integer(12), random.integer(2)];
  };
  return range(count).map((i) => {
    const truths = range(i % 4).map(box);
    const near = ([x1, y1, x2, y2, label]: number[]) => {
      const [dx, dy] = [random.integer(4), random.integer(4)];
      return [x1 + dx, y1 + dy, x2 + dx, y2 + dy, random.integer(5) === 0 ? 1 - label : label];
    };
    const boxes = [...truths.flatMap((truth) => [near(truth), near(truth), truth]), ...range(i % 3).map(box)];
    return { truths, detections: boxes.map((row) => [...row, Math.fround(random.uniform())]) };
  });
}

test('thresholds: suppression, matches and counts, of made-up scenes and of the committed predictions', async () => {
  const { suppressed, ranked, counts } = await tool('figures/thresholds.mjs');
  const committed: Scene[] = JSON.parse(readFileSync(join(root, 'docs', 'figures', 'thresholds.json'), 'utf8')).images;
  const listOf = (rows: number[][]) => ({
    boxes: ndarray(Float32Array.from(rows.flatMap((row) => row.slice(0, 4))), [rows.length, 4]),
    labels: ndarray(
      Int32Array.from(rows, (row) => row[4]),
      [rows.length],
    ),
    scores: ndarray(
      Float32Array.from(rows, (row) => row[5]),
      [rows.length],
    ),
  });
  for (const scenes of [scenesOf(60), committed, [{ truths: [[0, 0, 4, 4, 0]], detections: [] }]]) {
    const objects = scenes.reduce((sum, { truths }) => sum + truths.length, 0);
    for (const [nmsAt, match] of [
      [0.5, 0.5],
      [0.3, 0.75],
      [0.95, 0.25],
      [0.05, 0.9],
    ]) {
      const kept = scenes.map(({ detections }) => {
        const { boxes, labels, scores } = listOf(detections);
        const rows = nms(boxes, { scores, labels, iouThreshold: nmsAt }).map((i) => detections[i]);
        assert.equal(suppressed(detections, nmsAt), rows);
        return rows;
      });
      const list = ranked(scenes, { nms: nmsAt, match });
      const truths = scenes.map((scene) => listOf(scene.truths));
      const curves = range(3).map((label) => precisionRecall(kept.map(listOf), truths, { label, iouThreshold: match }));
      for (const score of [0, 0.2, 0.51, 0.83, 1]) {
        let [accepted, right] = [0, 0];
        for (const curve of curves) {
          const first = curve.scores.filter((one) => one >= score).length;
          accepted += first;
          right += curve.correct.slice(0, first).filter(Boolean).length;
        }
        const got = counts(list, objects, score);
        assert.equal(
          [got.accepted, got.right, got.wrong, got.missed],
          [accepted, right, accepted - right, objects - right],
          `${nmsAt}, ${match}, ${score}`,
        );
        assert.is(got.precision, accepted === 0 ? null : right / accepted);
      }
    }
  }
});

test('thresholds: the committed predictions are small, many, and not suppressed yet', async () => {
  const { suppressed } = await tool('figures/thresholds.mjs');
  const file = join(root, 'docs', 'figures', 'thresholds.json');
  assert.ok(statSync(file).size < 60_000);
  const { images, names } = JSON.parse(readFileSync(file, 'utf8'));
  for (const { image, truths, detections } of images) {
    assert.match(image, /^data:image\/jpeg;base64,/);
    assert.ok(truths.length > 1 && detections.length > suppressed(detections, 0.5).length);
    for (const row of detections) assert.ok(row.length === 6 && names[row[4]] && row[5] >= 0.05 && row[5] <= 1);
  }
});

test('every figure has its place below a heading of its lecture, and only there', async () => {
  const { places, withFigures } = await tool('figures/places.mjs');
  const { readNotebooks } = await tool('tools/notebook.mjs');
  const { notebookPage } = await tool('tools/notebookPage.mjs');
  for (const notebook of readNotebooks(join(root, 'notebooks'))) {
    const { markdown } = notebookPage(notebook, { minutes: 5, exercises: 0, needs: [] });
    const found = [...markdown.matchAll(/^<ComputingFigure name="(\w+)" \/>$/gm)].map(([, name]: string[]) => name);
    const wanted = Object.keys(places).filter((name) => places[name].notebook === notebook.slug);
    assert.equal(found.sort(), wanted.sort(), notebook.slug);
  }
  const { notebook, heading } = places.boxIou;
  assert.throws(
    () => withFigures(notebook, `## ${heading}\n\nOne block.\n\n## Next`),
    /figure boxIou: expected \d blocks of text below/,
  );
  assert.is(withFigures('001-start', `## ${heading}\n\nOne block.`), `## ${heading}\n\nOne block.`);
});

test('every figure says in its title what to do, and computes nothing before it is opened', async () => {
  const { places } = await tool('figures/places.mjs');
  for (const [name, { title, caption }] of Object.entries<any>(places)) {
    assert.type((await tool(`figures/${name}.mjs`)).default, 'function', name);
    assert.match(title, /^[A-Z].*\.$/, name);
    assert.ok(caption.length > 60 && caption.length < 330, `${name}: ${caption.length} characters`);
  }
});

test.run();
