// `npm run bench`: the same work on detseg's back ends and on its peers, each engine in a process of its own, one after the other.
//   --python FILE   interpreter that can import torch (default: python3); PyTorch is left out where it cannot
//   --json FILE     write the figures there, too
//   --plot FILE     draw there, as a page, how time grows with batch, image side and channels
//   --quick         fewer repetitions, without the slowest peer
//   --networks      only the training steps of whole networks, beside PyTorch's
import { spawnSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, platform, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { commandLine } from '../../notebooks/tools/commandLine.mjs';
import { ensureBuilt, root } from '../../notebooks/tools/setup.mjs';
import { batch, layers, learningRate, side, stepData, stepFlops } from './convolutionStep.mjs';
import { networkSteps, networksData, networkWarmUps } from './networks.mjs';
import { nmsData, nmsEngines, nmsSides, nmsThreshold } from './nms.mjs';
import { twoStage, twoStageData, twoStageSteps, twoStageWarmUps } from './twoStage.mjs';

const { values: options } = commandLine(import.meta.url, {
  options: {
    python: { type: 'string', default: 'python3' },
    json: { type: 'string' },
    plot: { type: 'string' },
    quick: { type: 'boolean', default: false },
    networks: { type: 'boolean', default: false },
  },
});
const folder = join(root, 'test', 'bench');
const matmulFlops = 2 * 512 ** 3;

ensureBuilt();

function median(times) {
  const sorted = [...times].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function reason(stderr) {
  const lines = stderr.split('\n').map((line) => line.trim());
  return lines.find((line) => /^\w*Error: /.test(line)) ?? lines.filter(Boolean).at(-1) ?? 'no output';
}

function measure(engine, repetitions) {
  const child = spawnSync(process.execPath, [join(folder, 'engine.mjs'), engine, String(repetitions)], {
    cwd: root,
    encoding: 'utf8',
  });
  if (child.status !== 0) return { engine, skipped: reason(child.stderr) };
  return { engine, ...JSON.parse(child.stdout.trim().split('\n').at(-1)) };
}

function measurePython(script, data, ...counts) {
  const temporary = mkdtempSync(join(tmpdir(), 'detseg-bench-'));
  try {
    writeFileSync(join(temporary, 'data.json'), JSON.stringify(data));
    const child = spawnSync(
      options.python,
      [join(folder, script), join(temporary, 'data.json'), ...counts.map(String)],
      {
        encoding: 'utf8',
      },
    );
    if (child.error || child.status !== 0) return { skipped: child.error?.message ?? reason(child.stderr) };
    return { printed: JSON.parse(child.stdout.trim().split('\n').at(-1)) };
  } finally {
    rmSync(temporary, { recursive: true });
  }
}

function measurePyTorch() {
  const { images, labels, weights } = stepData();
  const data = {
    images: [...images],
    labels: [...labels],
    weights: weights.map((flat) => [...flat]),
    batch,
    side,
    layers,
    learningRate,
  };
  const { printed, skipped } = measurePython('pytorch.py', data, 20);
  if (skipped) return { engine: 'PyTorch', skipped };
  const { version, threads, losses, step, matmul } = printed;
  return {
    engine: `PyTorch ${version}, ${threads} threads`,
    result: { step: { times: step, losses }, matmul: { times: matmul } },
  };
}

function measureTorchvision() {
  const cases = Object.fromEntries(
    Object.entries(nmsSides).map(([name, width]) => {
      const { rows, scores } = nmsData(width);
      return [name, { rows, scores: [...scores] }];
    }),
  );
  const { printed, skipped } = measurePython('nms.py', { cases, threshold: nmsThreshold }, 10);
  if (skipped) return { engine: 'torchvision', skipped };
  return { engine: `torchvision ${printed.version}`, result: { nms: printed.figures } };
}

async function measureTwoStagePeer(kind) {
  const data = await twoStageData(kind);
  const { printed, skipped } = measurePython('twoStage.py', data, twoStageSteps, twoStageWarmUps);
  if (skipped) return { engine: 'PyTorch and torchvision', skipped };
  return { engine: `PyTorch ${printed.version} and torchvision`, result: { [kind]: printed } };
}

/** Training steps of whole networks beside their twins: medians of one run, and the first losses of both. */
async function compareNetworks() {
  const steps = options.quick ? Math.ceil(networkSteps / 4) : networkSteps;
  const warmUps = options.quick ? Math.ceil(networkWarmUps / 4) : networkWarmUps;
  process.stderr.write('measuring networks …\n');
  const { result, skipped } = measure('networks', steps);
  if (skipped) throw new Error(`networks: ${skipped}`);
  const { printed, skipped: withoutPeer } = measurePython('networks.py', await networksData(), steps, warmUps);
  const rows = { ...result.networks };
  const peers = { ...printed?.networks };
  for (const [kind, { name }] of Object.entries(twoStage)) {
    process.stderr.write(`measuring ${name} …\n`);
    rows[name] = measure(kind, options.quick ? steps : twoStageSteps).result?.[kind];
    peers[name] = (await measureTwoStagePeer(kind)).result?.[kind];
  }
  console.log('\ntraining steps, batch 4, 64×64, medians; first losses (those with regions draw their own in each)');
  const columns = ['detseg ms', 'PyTorch ms', 'ratio', 'detseg loss', 'PyTorch loss', 'runs on'];
  console.log(`${''.padEnd(18)}${columns.map((column) => column.padStart(15)).join('')}`);
  for (const [name, own] of Object.entries(rows)) {
    if (!own) continue;
    const [milliseconds, peer] = [median(own.times), peers[name]];
    const cells = [
      milliseconds.toFixed(1),
      peer ? median(peer.times).toFixed(1) : '',
      peer ? `${(milliseconds / median(peer.times)).toFixed(2)}×` : '',
      own.losses[0].toFixed(5),
      peer ? peer.losses[0].toFixed(5) : '',
      own.report?.executor ?? '',
    ];
    console.log(`${name.padEnd(18)}${cells.map((cell) => cell.padStart(15)).join('')}`);
  }
  if (withoutPeer) console.log(`skip: PyTorch: ${withoutPeer}`);
}

if (options.networks) {
  await compareNetworks();
  process.exit(0);
}

const plan = [
  ['detseg webgpu', 10],
  ['detseg webasm', 20],
  ['detseg webasm, 1 thread', 10],
  ['detseg cpu', 2],
  ['@jax-js/jax wasm', options.quick ? 1 : 3],
  ...(options.quick ? [] : [['@tensorflow/tfjs cpu', 1]]),
  ['ml-kmeans', 3],
];
const rows = [];
for (const [engine, repetitions] of plan) {
  process.stderr.write(`measuring ${engine} …\n`);
  rows.push(measure(engine, repetitions));
}
process.stderr.write('measuring PyTorch …\n');
rows.push(measurePyTorch());

process.stderr.write('measuring nms …\n');
const nmsRows = Object.keys(nmsEngines).map((name) => ({ ...measure(`nms ${name}`, 5), engine: name }));
nmsRows.push(measureTorchvision());

for (const [kind, { name }] of Object.entries(twoStage)) {
  process.stderr.write(`measuring ${name} …\n`);
  rows.push({ ...measure(kind, twoStageSteps), engine: 'detseg webasm' }, await measureTwoStagePeer(kind));
}

process.stderr.write('measuring models …\n');
const { result: modelResult, skipped: modelsSkipped } = measure('models', 20);
process.stderr.write('measuring growth …\n');
const { result: growthResult, skipped: growthSkipped } = measure('growth', 5);

function figures(name, flops) {
  const own = rows.find(({ engine, result }) => engine === 'detseg webasm' && result?.[name])?.result;
  return rows
    .filter(({ result }) => result?.[name])
    .map(({ engine, result }) => {
      const milliseconds = median(result[name].times);
      return {
        engine,
        milliseconds,
        gflops: flops ? flops / milliseconds / 1e6 : undefined,
        ratio: own ? milliseconds / median(own[name].times) : undefined,
        runs: result[name].times.length,
        losses: result[name].losses,
      };
    });
}
const tables = {
  'training step: four 3×3 convolutions, batch 8, 64×64, forward + backward + SGD': figures('step', stepFlops()),
  'matrix product 512×512×512': figures('matmul', matmulFlops),
  'k-means: 65,536 points, 5 dimensions, 8 clusters, 20 iterations': figures('kMeans'),
  ...Object.fromEntries(
    Object.entries(twoStage).map(([kind, { name }]) => [
      `training step of ${name}, batch 4, 64×64, proposals included`,
      figures(kind),
    ]),
  ),
};

console.log(
  `\n${cpus()[0]?.model.trim() ?? 'processor'} × ${cpus().length}, ${platform()}, Node ${process.versions.node}; medians`,
);
for (const [title, list] of Object.entries(tables)) {
  console.log(`\n${title}`);
  console.log(
    `${''.padEnd(30)}${'ms'.padStart(12)}${'GFLOP/s'.padStart(10)}${'time ÷ detseg webasm'.padStart(24)}${'runs'.padStart(6)}`,
  );
  for (const { engine, milliseconds, gflops, ratio, runs } of list) {
    console.log(
      `${engine.padEnd(30)}${milliseconds.toFixed(1).padStart(12)}${(gflops?.toFixed(2) ?? '').padStart(10)}${(ratio ? `${ratio.toFixed(2)}×` : '').padStart(24)}${String(runs).padStart(6)}`,
    );
  }
}
for (const name of Object.keys(nmsSides)) {
  console.log(`\nnon-maximum suppression of 10,000 boxes, ${name}, threshold ${nmsThreshold}`);
  console.log(`${''.padEnd(30)}${'ms'.padStart(12)}${'kept'.padStart(10)}${'more memory'.padStart(24)}`);
  for (const { engine, result } of nmsRows.filter(({ result }) => result)) {
    const { times, kept, memory, checksum } = result.nms[name];
    const same = checksum === nmsRows[0].result?.nms[name].checksum ? '' : ' (others)';
    console.log(
      `${engine.padEnd(30)}${median(times).toFixed(1).padStart(12)}${`${kept}${same}`.padStart(10)}${`${(memory / 1024).toFixed(1)} MB`.padStart(24)}`,
    );
  }
}
console.log('\ntraining steps of small networks on detseg webasm (all threads; shares of the kernels on one)');
for (const [name, model] of Object.entries(modelResult?.models ?? {})) {
  const milliseconds = median(model.times);
  const shares = model.shares.slice(0, 6).map(({ kernel, share }) => `${kernel} ${(100 * share).toFixed(0)} %`);
  console.log(
    `${name}: ${milliseconds.toFixed(1)} ms, ${(model.flops / milliseconds / 1e6).toFixed(1)} GFLOP/s, ${model.parameters} parameters, ${model.launches} launches, first step with compilation ${model.firstRun.toFixed(0)} ms, plan memory ${(model.memory / 2 ** 20).toFixed(0)} MB`,
  );
  console.log(`  ${shares.join(', ')}`);
  const { recording, copying, launches, other } = model.host;
  console.log(
    `  host: recording ${recording.toFixed(2)} ms, copying parameters ${copying.toFixed(2)} ms, other ${other.toFixed(2)} ms; launches ${launches.toFixed(2)} ms`,
  );
}
if (modelsSkipped) console.log(`skip: models: ${modelsSkipped}`);
console.log(
  '\ngrowth of a step of two convolutions (batch 8, 32×32, 32 channels, one of them varied; sides with batch 1)',
);
for (const [axis, list] of Object.entries(growthResult?.growth ?? {})) {
  const points = list.map(
    ({ value, milliseconds, gflops }) => `${value}: ${milliseconds.toFixed(1)} ms (${gflops.toFixed(0)})`,
  );
  console.log(`  ${axis.padEnd(9)}${points.join('   ')}`);
}
if (growthSkipped) console.log(`skip: growth: ${growthSkipped}`);

console.log('');
for (const { engine, result, memory, skipped } of [...rows, ...nmsRows]) {
  if (skipped) console.log(`skip: ${engine}: ${skipped}`);
  else if (result.report)
    console.log(
      `${engine}: ran ${result.report.executor} on ${result.report.description}; first step with compilation ${result.firstStep.toFixed(0)} ms; peak memory ${(memory / 1024).toFixed(0)} MB`,
    );
}
const losses = figures('step').map(({ engine, losses: [first] }) => `${engine} ${first.toFixed(5)}`);
console.log(`first loss: ${losses.join(', ')}`);

const features = rows.flatMap(({ engine, result }) =>
  result?.fasterRcnn ? [`${engine} ${result.fasterRcnn.meanFeature.toFixed(6)}`] : [],
);
console.log(`mean feature of Faster R-CNN before its first step: ${features.join(', ')}`);

if (options.json) {
  const temporary = join(dirname(options.json), `.bench-${process.pid}.json`);
  writeFileSync(
    temporary,
    `${JSON.stringify({ processor: cpus()[0]?.model, cores: cpus().length, node: process.versions.node, tables, nms: nmsRows, models: modelResult?.models, growth: growthResult?.growth }, null, 2)}\n`,
  );
  renameSync(temporary, options.json);
}

if (options.plot && growthResult) {
  const { default: detseg } = await import('../../dist/src/index.js');
  const series = Object.entries(growthResult.growth).map(([axis, list]) => ({
    name: axis,
    x: list.map(({ value }) => value),
    y: list.map(({ gflops }) => gflops),
  }));
  detseg.writeHtml(
    options.plot,
    detseg.lineFigure(series, { xTitle: 'batch, image side in px, or channels', yTitle: 'GFLOP/s' }),
  );
}
