import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../support/root';
import { type NotebookCell, rules } from './rules';

const test = suite('notebooks: cells that a student can read');

/** Notebooks that are not in shape yet, and the rules that they break. One that keeps a rule is taken off the list: it only shrinks. */
const toCome: Record<string, readonly string[]> = JSON.parse(
  readFileSync(join(root, 'test', 'notebooks', 'rules.json'), 'utf8'),
);

const folder = join(root, 'notebooks');
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.ipynb'))
  .sort();

/** The cells of a notebook, with their text in one piece. */
function cellsOf(file: string): NotebookCell[] {
  const { cells } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  return cells.map(({ cell_type, source, metadata }: any) => ({
    isCode: cell_type === 'code',
    text: [source].flat().join(''),
    tags: metadata.tags ?? [],
    isHidden: metadata.jupyter?.source_hidden === true,
  }));
}

const code = (text: string, more: Partial<NotebookCell> = {}): NotebookCell => {
  return { isCode: true, text, tags: [], isHidden: false, ...more };
};
const figure = { tags: ['figure'], isHidden: true };

test('each rule finds what breaks it, names cell and line, and leaves the rest alone', () => {
  const found = (rule: string, ...cells: NotebookCell[]) => rules[rule](cells);
  assert.equal(found('lines', code('a;\n'.repeat(25)), code('a;\n'.repeat(26))), ['cell 2: 26 lines, 25 at most']);
  assert.equal(found('width', code(`${'a'.repeat(84)}\n${'a'.repeat(85)}`)), [
    'cell 1, line 2: 85 characters, 84 at most',
  ]);
  assert.equal(
    found('shorthand', code('const a = 1, b = 2;'), code('f({ a: a, b });\nconst g = (a: number) => ({ a });')),
    ['cell 2, line 1: write b: b'],
  );
  const prose = (text: string) => ({ ...code(text), isCode: false });
  const many = Array.from({ length: 26 }, () => prose('text'));
  assert.equal(found('cells', ...many), ['26 cells before the exercises, 25 at most']);
  assert.equal(found('cells', ...many.slice(2), prose('text\n\n## Exercises'), ...many), []);
  assert.equal(
    found('imports', code("import { a } from 'a';\na;"), prose('text'), code("b;\nimport { b } from 'b';")),
    ['cell 1, line 2: the first cell of code only imports', 'cell 3, line 2: imports stand in the first cell of code'],
  );
  assert.equal(found('any', code('const any = (x: number) => x; // any\n{ any }\nconst a: any[] = [];')), [
    'cell 1, line 3: any',
  ]);
  assert.equal(found('figures', code('show(f);'), code('show(f); console.log(1);'), code('show(f); assert.ok(f);')), [
    'cell 1: only draws, and is not tagged "figure"',
  ]);
  assert.equal(found('figures', code('show(f);', figure), code('show(f);', { tags: ['figure'] }), code('a;', figure)), [
    'cell 2: is tagged "figure", and its code is not hidden',
    'cell 3: is tagged "figure", and shows none',
  ]);
  assert.equal(
    found(
      'figures',
      code('const { a, b: [c] } = f();\nshow(a);', figure),
      code('const b = 1; function d() { return { b }.a + c; }'),
    ),
    ['cell 2 needs c, which cell 1, a figure, declares'],
  );
});

for (const file of files) {
  const name = file.slice(0, 3);
  test(file, () => {
    const cells = cellsOf(file);
    const broken = Object.fromEntries(Object.entries(rules).map(([rule, check]) => [rule, check(cells)]));
    const listed = toCome[name] ?? [];
    const wrong = Object.entries(broken).flatMap(([rule, places]) => (listed.includes(rule) ? [] : places));
    assert.equal(wrong, [], file);
    const kept = listed.filter((rule) => broken[rule].length === 0);
    assert.equal(kept, [], `${file} keeps these rules now: take them off test/notebooks/rules.json`);
  });
}

test('the list names notebooks and rules that exist', () => {
  const known = new Set(files.map((file) => file.slice(0, 3)));
  for (const [name, listed] of Object.entries(toCome)) {
    assert.ok(known.has(name), name);
    assert.ok(listed.length > 0, `${name} is in shape: take it off`);
    for (const rule of listed) assert.ok(rule in rules, `${name}: ${rule}`);
  }
});

test('cells of code are TypeScript', () => {
  for (const file of files) {
    for (const [i, { isCode, text }] of cellsOf(file).entries()) {
      if (!isCode) continue;
      const { parseDiagnostics } = ts.createSourceFile('cell.ts', text, ts.ScriptTarget.ES2022, true) as any;
      assert.equal(parseDiagnostics, [], `${file}: cell ${i + 1}`);
    }
  }
});

test.run();
