// What every command needs before it starts: a new enough Node, the dependencies, and the compiled library.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Stops with one clear sentence where Node is older than package.json's `engines` asks for. */
export function ensureNode(version = process.versions.node) {
  const wanted = /(\d+)\.(\d+)/.exec(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines.node);
  const [major, minor] = version.split('.').map(Number);
  if (major > Number(wanted[1]) || (major === Number(wanted[1]) && minor >= Number(wanted[2]))) return;
  console.error(
    `detseg needs Node.js ${wanted[1]}.${wanted[2]} or newer; this is ${version}. Install it from https://nodejs.org`,
  );
  process.exit(1);
}

/** Whether node_modules holds what the lock file asks for: compared by version, since times change with every checkout. */
function isInstalled() {
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return false;
  const packages = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
  const present = packages(installed);
  return Object.entries(packages(join(root, 'package-lock.json'))).every(([path, wanted]) => {
    if (!path.startsWith('node_modules/')) return true;
    const found = present[path];
    // Optional packages for other platforms are in the lock file alone.
    return found
      ? found.version === wanted.version
      : wanted.optional === true || wanted.devOptional === true || wanted.peer === true;
  });
}

/** Runs `npm ci` where node_modules is missing or does not match the lock file. */
export function ensureInstalled() {
  if (isInstalled()) return;
  console.log('Installing the dependencies (npm ci) …');
  const result = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) {
    console.error('npm ci failed; its message is above.');
    process.exit(result.status ?? 1);
  }
}

/** Everything above, then an incremental TypeScript build (about a second where nothing changed). */
export function ensureBuilt() {
  ensureNode();
  ensureInstalled();
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const result = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.json'], { cwd: root, stdio: 'inherit' });
  if (result.status !== 0) {
    console.error('The TypeScript build failed; its messages are above.');
    process.exit(result.status ?? 1);
  }
}
