// `npm run pack [-- FOLDER]`: the package as it is published, detseg-VERSION.tgz.
//
// gpu.js names two packages of native code among those that it needs: webgpu, 130 MB, and the optional gl, which compiles for minutes. detseg
// uses neither; its own optional peer is a newer webgpu. Overrides count in the root package alone, so that everybody who installs detseg
// would get them. The package therefore holds a copy of gpu.js, unchanged but for these two lines of its package.json, as a bundled
// dependency (bundleDependencies): `require('gpu.js')` finds it, and gpu.js's license lies beside it.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));
const writeJson = (path, content) => writeFileSync(path, `${JSON.stringify(content, null, 2)}\n`);

/** What of gpu.js is packed: its source, which Node runs, and its bundle for browsers. */
const parts = ['LICENSE', 'README.md', 'src', 'dist/gpu-browser.js'];

/** What gpu.js needs and detseg does not. */
const unused = ['webgpu', 'gl'];

/** Where a package lies that gpu.js needs. */
const folderOf = (name) =>
  dirname(createRequire(join(root, 'node_modules', 'gpu.js', 'package.json')).resolve(`${name}/package.json`));

/** Puts the package together in a folder. */
function stage(folder) {
  const { devDependencies, scripts, overrides, ...manifest } = readJson(join(root, 'package.json'));
  for (const name of [...manifest.files, 'README.md', 'LICENSE']) {
    cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  writeJson(join(folder, 'package.json'), { ...manifest, bundleDependencies: ['gpu.js'] });
  const [from, to] = [root, folder].map((place) => join(place, 'node_modules', 'gpu.js'));
  for (const part of parts) {
    mkdirSync(dirname(join(to, part)), { recursive: true });
    cpSync(join(from, part), join(to, part), { recursive: true });
  }
  const { optionalDependencies, devDependencies: _, scripts: __, ...own } = readJson(join(from, 'package.json'));
  const needed = Object.entries(own.dependencies).filter(([name]) => !unused.includes(name));
  writeJson(join(to, 'package.json'), { ...own, dependencies: Object.fromEntries(needed) });
  // npm installs nothing for a package that comes bundled: what it needs comes with it.
  for (const [name] of needed) cpSync(folderOf(name), join(to, 'node_modules', name), { recursive: true });
}

const folder = mkdtempSync(join(tmpdir(), 'detseg-pack-'));
try {
  stage(folder);
  const target = process.argv[2] ?? root;
  const words = ['pack', folder, '--ignore-scripts', '--pack-destination', target];
  const { status } = spawnSync('npm', words, { stdio: 'inherit', shell: process.platform === 'win32' });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
