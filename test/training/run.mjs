// `npm run train`: trains the library's models from scratch and measures them on images they have not seen.
//   npm run train                     all models, seeds 1, 2 and 3
//   npm run train -- uNet fcn8        these models
//   --seeds 1,2                       these seeds
//   --json FILE                       write the figures there, too
//   --save FOLDER                     write the weights of the first seed to a folder there, named like the run, in half precision
// Each run has a process of its own; the table gives the mean and the standard deviation over the seeds.
import { spawnSync } from 'node:child_process';
import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { commandLine } from '../../notebooks/tools/commandLine.mjs';
import { ensureBuilt, root } from '../../notebooks/tools/setup.mjs';

const folder = join(root, 'test', 'training');
const self = fileURLToPath(import.meta.url);

/** All training runs of this folder by name; files without any are what runs share. */
async function recipes() {
  const files = readdirSync(folder).filter((name) => name.endsWith('.mjs') && name !== 'run.mjs');
  const parts = await Promise.all(files.map((name) => import(pathToFileURL(join(folder, name)).href)));
  return Object.assign({}, ...parts.map((part) => part.default ?? {}));
}

/** Writes a trained model and, beside it, how it was trained. What else the machine did meanwhile makes its seconds worthless to others. */
async function save(folder, described, { seconds: _, ...training }) {
  const { default: detseg } = await import('../../dist/src/index.js');
  await detseg.saveModel(folder, described, { precision: 'half' });
  const machine = { processor: cpus()[0]?.model, node: process.version };
  detseg.writeFile(join(folder, 'training.json'), `${JSON.stringify({ ...training, ...machine }, null, 1)}\n`);
}

function spread(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: values.length > 1 ? Math.sqrt(square / (values.length - 1)) : 0 };
}

function shown(values, digits) {
  const { mean, deviation } = spread(values);
  return values.length > 1 ? `${mean.toFixed(digits)} ± ${deviation.toFixed(digits)}` : mean.toFixed(digits);
}

async function main() {
  const { values: options, positionals } = commandLine(import.meta.url, {
    allowPositionals: true,
    options: { seeds: { type: 'string', default: '1,2,3' }, json: { type: 'string' }, save: { type: 'string' } },
  });
  ensureBuilt();
  const known = Object.keys(await recipes());
  const names = positionals.length > 0 ? positionals : known;
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`train: expected ${known.join(', ')}, got ${unknown.join(', ')}`);
  const seeds = options.seeds.split(',').map(Number);
  if (!seeds.every((seed) => Number.isSafeInteger(seed))) {
    throw new Error(`train: expected whole numbers as seeds, got ${options.seeds}`);
  }

  const results = {};
  for (const name of names) {
    results[name] = [];
    for (const seed of seeds) {
      const folders = options.save && seed === seeds[0] ? [resolve(options.save, name)] : [];
      const child = spawnSync(process.execPath, [self, '--one', name, String(seed), ...folders], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
        maxBuffer: 2 ** 26,
      });
      if (child.status !== 0) throw new Error(`train: ${name}, seed ${seed}: ended with code ${child.status}`);
      const result = JSON.parse(child.stdout.trim().split('\n').at(-1));
      results[name].push({ seed, ...result });
      const figures = Object.entries(result.metrics).map(([metric, value]) => `${metric} ${value.toFixed(4)}`);
      console.log(`${name}, seed ${seed}: ${figures.join(', ')}, ${result.seconds.toFixed(1)} s`);
    }
    const runs = results[name];
    const metrics = Object.keys(runs[0].metrics).map((metric) => {
      return `${metric} ${shown(
        runs.map((run) => run.metrics[metric]),
        3,
      )}`;
    });
    const seconds = shown(
      runs.map((run) => run.seconds),
      0,
    );
    const { parameters, steps } = runs[0];
    console.log(`${name}: ${metrics.join(', ')}; ${parameters} parameters, ${steps} steps in ${seconds} s`);
  }
  if (options.json) {
    const temporary = `${options.json}.tmp`;
    writeFileSync(
      temporary,
      `${JSON.stringify({ processor: cpus()[0]?.model, node: process.version, results }, null, 1)}\n`,
    );
    renameSync(temporary, options.json);
  }
}

if (process.argv[2] === '--one') {
  const [, , , name, seed, folder] = process.argv;
  const { described, ...result } = await (await recipes())[name](Number(seed));
  if (folder && !described) console.error(`note: ${name} is no model that can be described: its weights are not saved`);
  else if (folder) await save(folder, described, { run: name, seed: Number(seed), ...result });
  console.log(JSON.stringify(result));
  process.exit(0);
} else {
  await main().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
