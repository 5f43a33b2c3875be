// `npm test`: install and build whatever is missing, run the compiled test files, each in its own process (two at a time),
// and end with one line `N passed, N failed`. A file in which no test ran counts as a failure.
//   npm test                        all but the slow files, which slow.txt lists
//   npm test -- --slow              the slow files
//   npm test -- --all               both
//   npm test -- conv2d boxes        the files whose path contains one of the words, slow or not
//   npm test -- --slow --within=20  begins no file after 20 minutes; what is left out is named
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { commandLine, endOf, within } from '../notebooks/tools/commandLine.mjs';
import { ensureBuilt, root } from '../notebooks/tools/setup.mjs';

// Only what hangs is ended: a busy machine must not fail a test.
const timeLimitMs = 900_000;

/** The files of slow.txt, the slowest first. Throws where it lists a file that is not there. */
function slowFiles(sources) {
  const lines = readFileSync(join(root, 'test', 'slow.txt'), 'utf8').split('\n');
  const names = lines.map((line) => line.replace(/#.*/, '').trim()).filter(Boolean);
  const unknown = names.filter((name) => !sources.includes(name));
  if (unknown.length > 0) throw new Error(`test/slow.txt: expected names of test files, got ${unknown.join(', ')}`);
  return names;
}

function testFiles(words, { slow, all }) {
  const sources = readdirSync(join(root, 'test'), { recursive: true })
    .map((name) => String(name).replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.test.ts'))
    .sort();
  const listed = slowFiles(sources);
  const quick = sources.filter((name) => !listed.includes(name));
  const wanted = words.length > 0 || all ? [...listed, ...quick] : slow ? listed : quick;
  return wanted
    .filter((name) => words.length === 0 || words.some((word) => name.includes(word)))
    .map((name) => join(root, 'dist', 'test', name.replace(/\.ts$/, '.js')));
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

const { values, positionals } = commandLine(import.meta.url, {
  allowPositionals: true,
  options: { slow: { type: 'boolean' }, all: { type: 'boolean' }, within },
});
const lastStart = endOf('test', values.within);
ensureBuilt();
const files = testFiles(positionals, values);
const missing = files.filter((file) => !existsSync(file));
let passed = 0;
let failed = missing.length;
for (const file of missing) console.log(`not compiled: ${relative(root, file)}`);

const queue = files.filter((file) => existsSync(file));
async function worker() {
  for (let file = queue.shift(); file; file = queue.shift()) {
    if (performance.now() > lastStart) {
      console.log(`skip: ${relative(join(root, 'dist', 'test'), file)}: ${values.within} minutes are over`);
      continue;
    }
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
