// `npm test`: install and build whatever is missing, run every compiled test file in its own process (two at a time),
// and end with one line `N passed, N failed`. A file in which no test ran counts as a failure.
//   npm test                  all tests
//   npm test -- conv2d boxes  only files whose path contains one of the words
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { ensureBuilt, root } from '../notebooks/tools/setup.mjs';

// Only what hangs is ended: a busy machine must not fail a test.
const timeLimitMs = 900_000;

function testFiles(words) {
  const folder = join(root, 'dist', 'test');
  const sources = readdirSync(join(root, 'test'), { recursive: true })
    .map((name) => String(name).replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.test.ts'));
  return sources
    .filter((name) => words.length === 0 || words.some((word) => name.includes(word)))
    .map((name) => join(folder, name.replace(/\.ts$/, '.js')))
    .sort();
}

function runFile(file) {
  return new Promise((resolve) => {
    const started = performance.now();
    const child = spawn(process.execPath, ['--enable-source-maps', file], {
      cwd: root,
      env: { ...process.env, FORCE_COLOR: '0' },
    });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    const timer = setTimeout(() => {
      output += `\ntimed out after ${timeLimitMs / 1000} s`;
      child.kill('SIGKILL');
    }, timeLimitMs);
    child.on('close', (code) => {
      clearTimeout(timer);
      // uvu prints one summary per process: "Total: 3", "Passed: 3", "Skipped: 0".
      const count = (label) => Number(new RegExp(`${label}:\\s+(\\d+)`).exec(output)?.[1] ?? 0);
      const total = count('Total');
      const passed = count('Passed');
      const skipped = count('Skipped');
      let failed = total - passed - skipped;
      if (failed === 0 && (code !== 0 || passed + skipped === 0)) failed = 1;
      resolve({
        name: relative(join(root, 'dist', 'test'), file),
        passed,
        failed,
        output,
        seconds: (performance.now() - started) / 1000,
      });
    });
  });
}

ensureBuilt();
const files = testFiles(process.argv.slice(2));
const missing = files.filter((file) => !existsSync(file));
let passed = 0;
let failed = missing.length;
for (const file of missing) console.log(`not compiled: ${relative(root, file)}`);

const queue = files.filter((file) => existsSync(file));
async function worker() {
  for (let file = queue.shift(); file; file = queue.shift()) {
    const result = await runFile(file);
    passed += result.passed;
    failed += result.failed;
    const mark = result.failed ? 'FAIL' : 'ok  ';
    console.log(
      `${mark} ${result.name.padEnd(44)} ${String(result.passed).padStart(4)} passed ${result.seconds.toFixed(1).padStart(6)} s`,
    );
    for (const line of result.output.split('\n')) if (/^(skip|note):/.test(line)) console.log(`     ${line}`);
    if (result.failed) console.log(result.output.replace(/^/gm, '     '));
  }
}
await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, worker));
if (files.length === 0) failed = 1;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
