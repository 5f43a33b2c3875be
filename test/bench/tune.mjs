// `node test/bench/tune.mjs`: times every register tile of convolutions, their weight gradients and matrix products by shape class, on one
// thread, all tiles of a class in turn, and compares the tile that src/tiled/source.ts chooses with the fastest.
//   --table FILE    write the table there, with the machine's description and every tile's time in ms
//   --rounds N      measurements of each tile (default 60); their tenth percentiles are compared
import { renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { commandLine } from '../../notebooks/tools/commandLine.mjs';
import { ensureBuilt } from '../../notebooks/tools/setup.mjs';

const { values: options } = commandLine(import.meta.url, {
  options: { table: { type: 'string' }, rounds: { type: 'string', default: '60' } },
});

ensureBuilt();
const require = createRequire(import.meta.url);
const gpujs = require('gpu.js');
const detseg = require('../../dist/src/index.js');
const source = require('../../dist/src/tiled/source.js');
const { lower } = require('../../dist/src/tiled/lower.js');
const { FusedPlan } = require('../../dist/src/device/fusedPlan.js');
const convolutions = require('../../dist/kernels/conv2d.js');
const { matmul } = require('../../dist/kernels/matmul.js');

const rounds = Number(options.rounds);

const batch = 4;
// Images of the U-Net and the two-stage detector of models.mjs, and larger ones: [output channels, input channels, window, width].
const images = [
  [8, 3, 5, 32],
  [8, 8, 3, 32],
  [8, 24, 3, 32],
  [16, 8, 3, 16],
  [16, 16, 3, 16],
  [16, 48, 3, 16],
  [32, 16, 3, 8],
  [32, 32, 3, 8],
  [32, 96, 3, 8],
  [64, 32, 3, 4],
  [32, 32, 3, 16],
  [12, 32, 1, 16],
  [32, 32, 3, 32],
  [64, 64, 3, 14],
  [64, 16, 1, 28],
  [16, 16, 3, 15],
  [16, 16, 3, 12],
  [16, 16, 3, 20],
  [32, 32, 3, 24],
  [32, 32, 3, 20],
  [32, 24, 1, 40],
  [24, 24, 3, 16],
  [48, 32, 1, 10],
];
// [columns, rows, inner length]
const products = [
  [64, 32, 800],
  [64, 32, 64],
  [16, 32, 64],
  [512, 512, 512],
  [64, 30, 128],
];

function convolution([outChannels, inChannels, size, side]) {
  const window = { kernelHeight: size, kernelWidth: size, strideY: 1, strideX: 1, padY: size >> 1, padX: size >> 1 };
  const sizes = { batch, height: side, width: side, inChannels, outHeight: side, outWidth: side, outChannels };
  const constants = { ...sizes, ...window, dilationY: 1, dilationX: 1 };
  const leafSizes = [batch * side * side * inChannels, size * size * inChannels * outChannels];
  const step = {
    kernel: convolutions.conv2d,
    grid: [outChannels, side, batch * side],
    constants,
    scalars: {},
    inputs: [~0, ~1],
  };
  return { description: { leafSizes, steps: [step], pauses: [], outputs: [0] }, tiled: 'conv2dTiled' };
}

function weightGradient([outChannels, inChannels, size, side]) {
  const { constants } = convolution([outChannels, inChannels, size, side]).description.steps[0];
  const blockRows = Array.from({ length: side }, (_, i) => i + 1)
    .filter((rows) => side % rows === 0)
    .reduce((best, rows) => (Math.abs(Math.log(rows / 16)) < Math.abs(Math.log(best / 16)) ? rows : best));
  const step = {
    kernel: convolutions.conv2dWeightGradient,
    grid: [outChannels, inChannels, ((batch * side) / blockRows) * size * size],
    constants: { ...constants, blockRows },
    scalars: {},
    inputs: [~0, ~1],
  };
  const leafSizes = [inChannels, outChannels].map((channels) => batch * side * side * channels);
  return { description: { leafSizes, steps: [step], pauses: [], outputs: [0] }, tiled: 'conv2dWeightGradientTiled' };
}

function product([columns, rows, length]) {
  const constants = { length, aRow: length, aColumn: 1, aBatch: 0, bRow: columns, bColumn: 1, bBatch: 0 };
  const step = { kernel: matmul, grid: [columns, rows, 1], constants, scalars: {}, inputs: [~0, ~1] };
  return {
    description: { leafSizes: [rows * length, length * columns], steps: [step], pauses: [], outputs: [0] },
    tiled: 'matmulTiled',
  };
}

const ruleOf = source.chooseSumTile;

/** Lowers a description, with a tile in place of the rule's where one is given; also says what the rule was asked and answered. */
function lowerWith(tile, { description, tiled }) {
  const asked = {};
  source.chooseSumTile = (...question) => {
    Object.assign(asked, { question, own: ruleOf(...question) });
    return tile ?? asked.own;
  };
  try {
    const lowered = lower(description);
    return { lowered, ...asked, index: lowered.steps.findIndex(({ kernel }) => kernel.name === tiled) };
  } finally {
    source.chooseSumTile = ruleOf;
  }
}

function candidates([channels, cells]) {
  const tiles = [];
  for (let quads = 1; quads <= 4; quads++) {
    for (let rows = 1; rows <= 8; rows++) {
      if ((channels / 4) % quads === 0 && cells % rows === 0 && quads * rows <= 12) tiles.push({ quads, rows });
    }
  }
  return tiles;
}

const gpu = new gpujs.GPU({ mode: 'webasm' });

/** A function that runs the launch of the tile alone, `count` times. */
async function prepare(tile, task) {
  const { lowered, index } = lowerWith(tile, task);
  let pipeline = null;
  const original = gpu.createPipeline;
  gpu.createPipeline = (...settings) => {
    pipeline = original.apply(gpu, settings);
    return pipeline;
  };
  const plan = new FusedPlan(gpu, lowered, { threads: 1 });
  gpu.createPipeline = original;
  await plan.run(task.description.leafSizes.map((size) => Float32Array.from({ length: size }, (_, i) => Math.sin(i))));
  const { run, runSimd, cells, sizeX } = pipeline.pipeline._executor._stepRuns[index];
  return {
    launch: (count) => {
      for (let i = 0; i < count; i++) gpujs.WebAssemblyKernel.dispatchSpans(run, runSimd, cells, sizeX, 0);
    },
    destroy: () => plan.destroy(),
  };
}

/** The tenth percentile: other programs on the machine only add time. */
const typical = (times) => [...times].sort((a, b) => a - b)[Math.floor(times.length / 10)];
const show = ({ quads, rows }) => `${4 * quads}×${rows}`;

async function measure(kind, shape, task) {
  const { question, own } = lowerWith(null, task);
  const runs = [];
  for (const tile of candidates(question)) runs.push({ tile, times: [], ...(await prepare(tile, task)) });
  // Long enough for the clock, and warm.
  let count = 1;
  for (const { launch } of runs) launch(30);
  const started = performance.now();
  runs[0].launch(10);
  count = Math.max(1, Math.ceil(10 / (performance.now() - started)));
  for (let round = 0; round < rounds; round++) {
    for (const { launch, times } of runs) {
      const before = performance.now();
      launch(count);
      times.push((performance.now() - before) / count);
    }
  }
  for (const { destroy } of runs) await destroy();
  const timed = runs.map(({ tile, times }) => ({ tile, milliseconds: typical(times) }));
  timed.sort((a, b) => a.milliseconds - b.milliseconds);
  const chosen = timed.find(({ tile }) => tile.quads === own.quads && tile.rows === own.rows);
  const ratio = chosen.milliseconds / timed[0].milliseconds;
  console.log(
    `${kind.padEnd(16)}${`[${shape}]`.padEnd(18)}rule ${show(own).padEnd(7)}${chosen.milliseconds.toFixed(3)} ms   fastest ${show(timed[0].tile).padEnd(7)}${timed[0].milliseconds.toFixed(3)} ms   ${ratio.toFixed(2)}`,
  );
  return {
    kind,
    shape,
    rule: show(own),
    fastest: show(timed[0].tile),
    ratio: Number(ratio.toFixed(3)),
    tiles: Object.fromEntries(timed.map(({ tile, milliseconds }) => [show(tile), Number(milliseconds.toFixed(4))])),
  };
}

await detseg.useDevice('webasm', { threads: 1 });
const table = [];
for (const shape of images) table.push(await measure('convolution', shape, convolution(shape)));
for (const shape of images) table.push(await measure('weight gradient', shape, weightGradient(shape)));
for (const shape of products) table.push(await measure('product', shape, product(shape)));
/** How much slower each tile is than the best, as the geometric mean over classes that have both: class and tile factors in turn. */
function rank(rows) {
  const [ofClass, ofTile] = [new Map(), new Map()];
  const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;
  const entries = rows.flatMap(({ tiles }, i) =>
    Object.entries(tiles).map(([tile, time]) => [i, tile, Math.log(time)]),
  );
  for (let iteration = 0; iteration < 50; iteration++) {
    for (const [i] of entries) {
      ofClass.set(
        i,
        mean(entries.filter(([own]) => own === i).map(([, tile, time]) => time - (ofTile.get(tile) ?? 0))),
      );
    }
    for (const tile of new Set(entries.map(([, name]) => name))) {
      ofTile.set(tile, mean(entries.filter(([, own]) => own === tile).map(([i, , time]) => time - ofClass.get(i))));
    }
  }
  const least = Math.min(...ofTile.values());
  const ranked = [...ofTile].map(([tile, factor]) => [tile, Number(Math.exp(factor - least).toFixed(3))]);
  return Object.fromEntries(ranked.sort(([, a], [, b]) => a - b));
}

const ranking = rank(table);
const order = Object.entries(ranking)
  .map(([tile, factor]) => `${tile} ${factor}`)
  .join(', ');
console.log(`tiles by time: ${order}`);
const worst = Math.max(...table.map(({ ratio }) => ratio));
const mean = Math.exp(table.reduce((sum, { ratio }) => sum + Math.log(ratio), 0) / table.length);
console.log(
  `the rule's tile takes ${mean.toFixed(3)} times the fastest one's time on the mean, ${worst.toFixed(2)} at worst`,
);

if (options.table) {
  const temporary = join(dirname(options.table), `.tiles-${process.pid}.txt`);
  const lines = [
    `${cpus()[0]?.model.trim()}, Node ${process.versions.node}, one thread, batch ${batch}; rule ÷ fastest: ${mean.toFixed(3)} on the mean`,
    `tiles by time: ${order}`,
    ...table.map(({ kind, shape, ratio, rule, tiles }) => {
      const times = Object.entries(tiles).map(([tile, time]) => `${tile} ${time}`);
      return `${kind} [${shape}], rule ${rule} (${ratio}): ${times.join(', ')}`;
    }),
  ];
  writeFileSync(temporary, `${lines.join('\n')}\n`);
  renameSync(temporary, options.table);
}
process.exit(0);
