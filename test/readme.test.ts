import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const root = resolve(__dirname, '..', '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const test = suite('readme');

test('the script in the readme runs, and its loss falls', () => {
  const [, script] = /```ts\n([\s\S]*?)```/.exec(readme)!;
  const file = join(root, 'dist', `readme-${process.pid}.mjs`);
  writeFileSync(file, script);
  try {
    const { status, stdout, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8' });
    assert.is(status, 0, stderr);
    const losses = [...stdout.matchAll(/^\d+ (\d\.\d+)$/gm)].map(([, loss]) => Number(loss));
    assert.is(losses.length, 5, stdout);
    assert.ok(losses[4] < losses[0] / 2, `losses ${losses}`);
  } finally {
    rmSync(file);
  }
});

test('every file that the readme links to or shows is there', () => {
  const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path]) => path);
  assert.ok(links.length >= 5);
  assert.equal(
    links.filter((path) => !existsSync(join(root, path))),
    [],
  );
});

test.run();
