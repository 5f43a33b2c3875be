import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../support/root';
import { isAlive, skip, start, tool, workspace, writeNotebook } from './workspace';

const test = suite('npm run notebooks');
const folder = workspace();
const path = (name: string) => join(folder, `${name}.ipynb`);
const run = (...args: string[]) => start([tool('run.mjs'), '--no-build', ...args]).ended;

test('writes the outputs of a good notebook, keeps a failing one as it is, and goes on after it', async () => {
  const good = writeNotebook(path('good'), [
    'const numbers: number[] = [1, 2, 3];\nnumbers.map((x) => x * 2)',
    // More messages than the ZeroMQ addon sends at once, and a display that is overwritten.
    "import { newDisplay } from 'tslab';\nconst d = newDisplay();\nd.html('first');\nfor (let i = 0; i < 1500; i++) console.log(i);\nd.html('<b>\\nlast');",
    { source: "throw new Error('on purpose');", tags: ['raises-exception'] },
    "console.error('a warning is no failure');\nprocess.cwd()",
    '',
  ]);
  const bad = writeNotebook(path('bad'), [
    "console.log('before');",
    "const size = 3;\nthrow new Error('boom ' + size);",
    "console.log('never');",
  ]);
  const before = readFileSync(bad, 'utf8');

  const { status, output } = await run(bad, good);

  assert.is(status, 1);
  assert.match(output, /FAIL .*bad\.ipynb/);
  assert.match(
    output,
    /cell 3 of 4 \(In \[2\]\): failed\n {4}\| const size = 3;\n {4}\| throw new Error\('boom ' \+ size\);\n/,
  );
  // The sentence first, then the reader's own line, and nothing of the kernel.
  assert.match(output, /stderr:\n {4}\| Error: boom 3\n {4}\| {5}at throw new Error\('boom ' \+ size\);\n(?! {4}\|)/);
  assert.match(output, /ok {3}.*good\.ipynb +[\d.]+ s +[\d.]+ kB/);
  assert.match(output, /\n1 executed, 1 failed\n$/);
  assert.is(readFileSync(bad, 'utf8'), before);

  const text = readFileSync(good, 'utf8');
  assert.ok(
    text.startsWith('{\n "cells": [\n  {\n   "cell_type": "markdown",\n   "id": "title",'),
    'sorted keys, one space',
  );
  assert.ok(text.endsWith('\n}\n'));
  const notebook = JSON.parse(text);
  const code = notebook.cells.slice(1);
  assert.equal(notebook.cells[0].source, ['# Title\n', '\n', 'Text.']);
  assert.equal(
    code.map((cell: any) => cell.execution_count),
    [1, 2, 3, 4, null],
  );
  assert.equal(code[0].outputs, [{ name: 'stdout', output_type: 'stream', text: ['[ 2, 4, 6 ]\n'] }]);
  assert.equal(code[1].outputs[0], {
    data: { 'text/html': ['<b>\n', 'last'] },
    metadata: {},
    output_type: 'display_data',
  });
  assert.equal(
    code[1].outputs[1].text,
    Array.from({ length: 1500 }, (_, i) => `${i}\n`),
  );
  assert.is(code[2].outputs[0].name, 'stderr');
  assert.ok(code[2].outputs[0].text.includes('Error: on purpose\n'));
  assert.not.match(code[2].outputs[0].text.join(''), /node:|tslab/);
  // The kernel runs in the notebook's folder, and the checkout's own path stays out of the file.
  assert.is(code[3].outputs.at(-1).text[0], `${folder.slice(root.length + 1)}\n`);
  assert.not.ok(text.includes(root));
  assert.is(notebook.metadata.language_info.name, 'typescript');
  assert.equal(
    readdirSync(folder).filter((name) => name.endsWith('.tmp')),
    [],
  );

  // A second execution changes nothing.
  assert.is((await run(good)).status, 0);
  assert.is(readFileSync(good, 'utf8'), text);
});

test('--check executes and writes nothing', async () => {
  const file = writeNotebook(path('check'), ['1 + 1']);
  const before = readFileSync(file, 'utf8');
  const { status, output } = await run('--check', file);
  assert.is(status, 0);
  assert.match(output, /\n1 executed, 0 failed\n$/);
  assert.is(readFileSync(file, 'utf8'), before);
});

test('finds the failures that the kernel reports as success, and those that end it', async () => {
  const files = [
    writeNotebook(path('unhandled'), ["Promise.reject(new Error('nobody waits'));", '1']),
    writeNotebook(path('types'), ["const a: number = 'x';"]),
    writeNotebook(path('module'), ["/** @module part */\nexport const a: number = 'x';"]),
    writeNotebook(path('untagged'), [{ source: '1', tags: ['raises-exception'] }]),
    writeNotebook(path('exits'), ['process.exit(3)']),
    writeNotebook(path('python'), ['1'], 'python3'),
    path('json'),
    path('old'),
  ];
  writeFileSync(path('json'), '{');
  writeFileSync(path('old'), '{"nbformat": 3, "worksheets": []}');
  const { status, output } = await run(...files);
  assert.is(status, 1);
  assert.match(output, /cell 2 of 3 \(In \[1\]\): left an error unhandled\n(.*\n)*.*nobody waits/);
  assert.match(output, /types\.ipynb.*\n.*: failed\n(.*\n){2}.*Type 'string' is not assignable to type 'number'/);
  assert.match(output, /module\.ipynb.*\n.*: does not compile/);
  assert.match(output, /is tagged raises-exception and did not fail/);
  assert.match(output, /the kernel died \(exit code 3\)/);
  assert.match(output, /python\.ipynb: expected kernel "tslab", got "python3"/);
  assert.match(output, /json\.ipynb: expected JSON, got /);
  assert.match(output, /old\.ipynb: expected nbformat 4, got 3/);
  assert.match(output, /\n0 executed, 8 failed\n$/);
});

test('the time limit ends a cell that never returns, and its kernel', async () => {
  const file = writeNotebook(path('endless'), [
    "require('fs').writeFileSync('pid', String(process.pid));\nwhile (true) {}",
  ]);
  const { status, output } = await run('--timeout=2.5', file);
  assert.is(status, 1);
  assert.match(output, /cell 2 of 2 \(In \[1\]\): still running after 2\.5 s/);
  assert.not.ok(isAlive(Number(readFileSync(join(folder, 'pid'), 'utf8'))));
});

test('where the time for all is over, the notebook at hand is neither right nor wrong, and the others are named', async () => {
  const files = [writeNotebook(path('long'), ['while (true) {}']), writeNotebook(path('later'), ['1'])];
  const { status, output } = await run('--within=0.05', ...files);
  assert.is(status, 0);
  assert.match(output, /skip .*long\.ipynb .* 0\.05 minutes are over\nskip .*later\.ipynb: 0\.05 minutes are over\n/);
  assert.match(output, /\n0 executed, 0 failed\n$/);
});

/** An exercise, and the text that holds its solution. */
const exercise = (marked: string, solution: string) => [
  `const three = 3;\n${marked}\nconsole.log(answer === three ** 2 ? 'right' : \`not yet: \${answer}\`);`,
  {
    markdown: true,
    source: `<details>\n<summary>Solution</summary>\n\nA square.\n\n\`\`\`ts\n${solution}\n\`\`\`\n\n</details>`,
  },
];

test('the solutions of exercises are run, and leave nothing in the file', async () => {
  const file = writeNotebook(path('exercises'), [
    ...exercise(
      'const answer = 0; // change this line',
      'const square = (x: number) => x * x;\nconst answer = square(three);',
    ),
    ...exercise('const a = 1; // change these lines\nconst answer = a;', 'const a = 9;\nconst answer = a;'),
  ]);
  const { status, output } = await run(file);
  assert.is(status, 0, output);
  const { cells } = JSON.parse(readFileSync(file, 'utf8'));
  assert.equal(cells[1].outputs[0].text, ['not yet: 0\n']);
  assert.is(cells[1].source[1], 'const answer = 0; // change this line\n');
});

test('a solution that is wrong or missing is a failure', async () => {
  const wrong = writeNotebook(path('wrong'), exercise('const answer = 0; // change this line', 'const answer = 8;'));
  const broken = writeNotebook(
    path('broken'),
    exercise('const answer = 0; // change this line', 'const answer = eight;'),
  );
  const missing = writeNotebook(path('missing'), exercise('const answer = 0; // change this line', '').slice(0, 1));
  const { status, output } = await run('--check', wrong, broken, missing);
  assert.is(status, 1);
  assert.match(
    output,
    /cell 2 of 3, solved: expected right, got not yet: 8\n {4}\| const three = 3;\n {4}\| const answer = 8;/,
  );
  assert.match(output, /cell 2 of 3, solved: failed\n(.*\n)*.*Cannot find name 'eight'/);
  assert.match(output, /cell 2: expected a folded solution in the next cell, found none/);
  assert.match(output, /\n0 executed, 3 failed\n$/);
});

test('ended by a signal it leaves no kernel and the file unchanged', async () => {
  if (process.platform === 'win32') return skip('signals need POSIX');
  const file = writeNotebook(path('signal'), [
    "console.log('in'); require('fs').writeFileSync('signal-pid', String(process.pid));\nwhile (true) {}",
  ]);
  const before = readFileSync(file, 'utf8');
  const { child, ended } = start([tool('run.mjs'), '--no-build', file]);
  while (!readdirSync(folder).includes('signal-pid')) await new Promise((resolve) => setTimeout(resolve, 50));
  child.kill('SIGINT');
  const { status, output } = await ended;
  assert.is(status, 130);
  assert.match(output, /interrupted; the notebook at hand is unchanged/);
  const pid = Number(readFileSync(join(folder, 'signal-pid'), 'utf8'));
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.not.ok(isAlive(pid));
  assert.is(readFileSync(file, 'utf8'), before);
});

test('--help tells what the head of the file says; an unknown option is refused in one line', async () => {
  const help = await run('--help');
  assert.is(help.status, 0);
  assert.match(
    help.output,
    /^`npm run notebooks`: executes the notebooks [\s\S]*\n {2}npm run notebooks -- --check {2}/,
  );
  assert.not.match(help.output, /^\/\/|^import/m);
  const wrong = await run('--chek');
  assert.is(wrong.status, 2);
  assert.is(wrong.output, "Unknown option '--chek'; --help lists what there is\n");
});

test('refuses a word that names no notebook, and a time limit that is none', async () => {
  const word = await run('no-such-slug');
  assert.is(word.status, 1);
  assert.is(word.output, 'notebooks: expected the slug of a notebook, got "no-such-slug"\n');
  const limit = await run('--timeout=soon');
  assert.is(limit.status, 1);
  assert.match(limit.output, /notebooks: expected --timeout in seconds, got "soon"/);
});

test.run();
