// What every command needs before it starts: a new enough Node, the dependencies, and the compiled library.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
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

/** Runs `npm ci` where node_modules is missing or older than the lock file. */
export function ensureInstalled() {
  const marker = join(root, 'node_modules', '.package-lock.json');
  const lock = join(root, 'package-lock.json');
  if (existsSync(marker) && statSync(marker).mtimeMs >= statSync(lock).mtimeMs) return;
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
