import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runInThisContext } from 'node:vm';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../support/root';
import { tool } from './modules';

const test = suite('docs: cells of live pages');

/** Runs cells one after the other, as the kernel does. Gives the value of the last. */
async function runCells(...sources: string[]): Promise<unknown> {
  const { compileCell } = await tool('live/cell.mjs');
  const constants = new Set<string>();
  (globalThis as any).__import = (name: string) => ({ default: `all of ${name}`, part: `part of ${name}` });
  let value: unknown;
  const declared = new Set<string>();
  for (const [i, source] of sources.entries()) {
    const { code, names, parameters } = compileCell(source, `cell${i + 1}.ts`, [...constants]);
    value = await runInThisContext(code)(...parameters.map((name: string) => (globalThis as any)[name]));
    for (const [name, kind] of names) {
      declared.add(name);
      if (kind === 'const') constants.add(name);
      else constants.delete(name);
    }
  }
  for (const name of declared) delete (globalThis as any)[name];
  return value;
}

test('the last expression is the value, also behind types, await and without a semicolon', async () => {
  assert.is(await runCells('1 + 1'), 2);
  assert.is(await runCells('const a: number = 3; a * 2;'), 6);
  assert.is(
    await runCells('interface P { x: number }\nconst p: P = { x: await Promise.resolve(4) };\np.x // the end'),
    4,
  );
  assert.is(await runCells('const a = 1;'), undefined);
  assert.is(await runCells('// nothing'), undefined);
  assert.equal(await runCells('({ a: 1 })'), { a: 1 });
});

test('later cells see what earlier cells declare, change it, and declare it again', async () => {
  assert.is(await runCells('let n = 1;', 'n += 2;', 'n'), 3);
  assert.is(await runCells('const n = 1;', 'const n = "two";', 'n'), 'two');
  assert.is(await runCells('const n = 1;', 'let n = 5; n++;', 'n'), 6);
  assert.is(await runCells('let n = 1; const read = () => n;', 'n = 9;', 'read()'), 9);
  assert.is(await runCells('function twice(x: number) { return 2 * x; }', 'twice(4)'), 8);
  assert.is(await runCells('class Cat { constructor(readonly name: string) {} }', 'new Cat("Tom").name'), 'Tom');
  assert.is(await runCells('enum Color { Red, Green }', 'Color[1]'), 'Green');
  assert.equal(
    await runCells('const { a, b: [c, ...rest], d = 4 } = { a: 1, b: [2, 3, 4] } as any;', '[a, c, rest, d]'),
    [1, 2, [3, 4], 4],
  );
  assert.is(await runCells('export const shared = 7;', 'shared'), 7);
  assert.is(await runCells('const name = "cell", status = 2;', 'name + status'), 'cell2');
});

test('a constant of an earlier cell is handed over, unless the cell declares the name itself', async () => {
  const { compileCell } = await tool('live/cell.mjs');
  assert.equal(compileCell('for (const x of many) x + $other;', 'cell2.ts', ['many', '$other', 'unused']).parameters, [
    'many',
    '$other',
  ]);
  assert.equal(compileCell('const many = 2; many', 'cell2.ts', ['many']).parameters, []);
});

test('imports are asked for by name', async () => {
  assert.is(
    await runCells("import d, { part as p, type Kind } from 'm';\nimport * as all from 'n';\n[d, p, all.part].join()"),
    'all of m,part of m,part of n',
  );
  assert.is(await runCells("import { part } from 'm';", 'part'), 'part of m');
  assert.is(await runCells("import 'm';\n3"), 3);
});

test('errors name the line of the cell, at run time and in the text', async () => {
  const { compileCell } = await tool('live/cell.mjs');
  const place = async (source: string) => {
    try {
      await runCells('1', source);
    } catch (error) {
      return /cell2\.ts:(\d+)/.exec((error as Error).stack!)?.[1];
    }
    return 'none';
  };
  assert.is(
    await place(
      'import {\n  part,\n} from "m";\n\ninterface A {\n  b: number;\n}\nconst f = () => {\n  throw new Error("x");\n};\nf();',
    ),
    '9',
  );
  assert.is(await place('const a = 1;\nawait Promise.reject(new Error("late"));'), '2');
  for (const [source, line] of [
    ['const a = 1;\nconst = 2;', 2],
    ['let a = 1;\nlet a = 2;', 2],
    ['f(;', 1],
    ['const text = `open', 1],
  ] as const) {
    let caught: any;
    try {
      compileCell(source, 'cell1.ts');
    } catch (error) {
      caught = error;
    }
    assert.is(caught?.name, 'SyntaxError', source);
    assert.is(caught.line, line, source);
    assert.ok(caught.column >= 1);
  }
});

test('every cell of every notebook compiles', async () => {
  const { compileCell } = await tool('live/cell.mjs');
  const { readNotebooks } = await tool('tools/notebook.mjs');
  let cells = 0;
  for (const { cells: all, slug } of readNotebooks(join(root, 'notebooks'))) {
    for (const { code } of all) {
      if (code === undefined) continue;
      assert.ok(compileCell(code, 'cell1.ts').code.includes('async'), slug);
      cells++;
    }
  }
  assert.ok(cells > 400);
});

test('what a browser prints is compared without times and machines', async () => {
  const { differences } = await tool('tools/liveText.mjs');
  const outputs = [
    { text: 'mAP 0.964\nerror 1.1e-12\n3.2 s, 91 ms, 12,000 images/s\nruns on webasm: WebAssembly SIMD\n' },
    { figure: {} },
  ];
  const live = { text: 'mAP 0.964\nerror 9e-13\n7 s, 1.5 ms, 9 images/s\nruns on cpu: JavaScript\n', figures: 1 };
  assert.equal(differences(outputs, live), []);
  assert.is(differences(outputs, { ...live, text: live.text.replace('0.964', '0.963') }).length, 1);
  assert.is(differences(outputs, { ...live, text: `${live.text}more\n` }).length, 1);
  assert.is(differences(outputs, { ...live, figures: 0 }).length, 1);
  const estimate = (text: string) => [{ text: `every box, ${text}\n` }];
  assert.equal(
    differences(estimate('30 s, 2.1 hours'), { text: 'every box, 1.2 minutes, 40 minutes\n', figures: 0 }),
    [],
  );
  assert.is(differences(estimate('30 s'), { text: 'no box, 30 s\n', figures: 0 }).length, 1);
  const other = { ...live, text: live.text.replace('0.964', '0.95') };
  assert.is(differences(outputs, other, { trains: true }).length, 0);
  assert.is(differences(outputs, { ...live, text: live.text.replace('0.964', '0.5') }, { trains: true }).length, 1);
});

test('the assertions of pages hold and fail where those of Node do', async () => {
  const { default: page } = await import(pathToFileURL(join(root, 'docs', 'live', 'assert.mjs')).href);
  const { default: node } = await import('node:assert/strict');
  const calls: [string, (a: any) => unknown][] = [
    ['ok', (a) => a.ok(1)],
    ['ok 0', (a) => a.ok(0)],
    ['call', (a) => a(Number.NaN)],
    ['equal', (a) => a.equal(1, 1)],
    ['NaN', (a) => a.equal(Number.NaN, Number.NaN)],
    ['loose', (a) => a.equal(1, '1')],
    ['notEqual', (a) => a.notEqual(1, 1)],
    ['deep', (a) => a.deepEqual({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] })],
    ['deep typed', (a) => a.deepEqual(new Float32Array([1]), [1])],
    ['deep other', (a) => a.deepEqual([1, 2], [1, 3])],
    ['not deep', (a) => a.notDeepEqual([1], [1])],
    [
      'throws',
      (a) =>
        a.throws(() => {
          throw new TypeError('no');
        }),
    ],
    [
      'throws text',
      (a) =>
        a.throws(() => {
          throw new TypeError('no');
        }, /other/),
    ],
    [
      'throws kind',
      (a) =>
        a.throws(() => {
          throw new TypeError('no');
        }, TypeError),
    ],
    [
      'throws shape',
      (a) =>
        a.throws(
          () => {
            throw new TypeError('no');
          },
          { name: 'TypeError', message: /n/ },
        ),
    ],
    ['does not throw', (a) => a.throws(() => {})],
    ['match', (a) => a.match('abc', /b/)],
    ['no match', (a) => a.match('abc', /d/)],
    ['fail', (a) => a.fail('x')],
    ['strictEqual', (a) => a.strictEqual(2, 2)],
  ];
  for (const [name, call] of calls) {
    const throws = (library: unknown) => {
      try {
        call(library);
        return false;
      } catch {
        return true;
      }
    };
    assert.is(throws(page), throws(node), name);
  }
  let rejected = false;
  await page.rejects(async () => {
    rejected = true;
    throw new Error('late');
  }, /late/);
  assert.ok(rejected);
});

test.run();
