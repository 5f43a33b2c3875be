import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../support/root';

const test = suite('course');

const folder = join(root, 'notebooks');
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.ipynb'))
  .sort();

/** The text cells of a notebook as one text. */
function prose(file: string): string {
  const { cells } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  return cells
    .filter((cell: { cell_type: string }) => cell.cell_type === 'markdown')
    .map((cell: { source: string | string[] }) => [cell.source].flat().join(''))
    .join('\n\n');
}

test('a notebook is named by part, place in it and slug, and says its number first', () => {
  const { parts } = JSON.parse(readFileSync(join(folder, '..', 'docs', 'course.json'), 'utf8'));
  const numbers = files.map((file) => {
    const [, number] = /^(\d{3})-[a-z][a-zA-Z0-9]*\.ipynb$/.exec(file) ?? [];
    assert.ok(number, `expected a name such as 302-boxIou.ipynb, got ${file}`);
    assert.match(prose(file), new RegExp(`^# ${number} · `), file);
    const part = Math.floor(Number(number) / 100);
    assert.ok(
      parts.some((row: { part: number }) => row.part === part),
      `${file}: docs/course.json has no part ${part}`,
    );
    return number;
  });
  assert.is(new Set(numbers).size, files.length, 'each number once');
});

test('each leads to the one before and the one after', () => {
  for (const [n, file] of files.entries()) {
    const text = prose(file);
    for (const [word, other] of [
      ['Before', files[n - 1]],
      ['Next', files[n + 1]],
    ]) {
      if (other)
        assert.match(text, new RegExp(`\\*\\*${word}:\\*\\*\\s+\\[[^\\]]+\\]\\(${other}\\)`), `${file}: ${word}`);
    }
  }
});

test('every file that a notebook links to exists', () => {
  for (const file of files) {
    for (const [, target] of prose(file).matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)) {
      assert.ok(existsSync(join(folder, target)), `${file}: ${target}`);
    }
  }
});

test('the readme lists every notebook', () => {
  const readme = readFileSync(join(folder, '..', 'README.md'), 'utf8');
  for (const file of files) assert.ok(readme.includes(`(notebooks/${file})`), file);
});

test.run();
