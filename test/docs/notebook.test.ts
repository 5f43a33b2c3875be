import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../support/temporaryFolder';
import { tool } from './modules';

const test = suite('docs: notebooks');
const folder = temporaryFolder('detseg-docs-');

const figure = { data: [{ type: 'bar', y: [1] }], layout: { height: 340.4, title: { text: 'Counts <b>now</b>' } } };
const opening = {
  cell_type: 'markdown',
  metadata: {},
  source: '# 107 · Seven\n\n**What is\nseven?**\n\nA number, $7$.',
};
const code = {
  cell_type: 'code',
  execution_count: 1,
  metadata: {},
  source: ["import { type Figure, nms } from 'detseg';\n", 'const [a, sum] = [1, 2];\n', 'console.log(`</pre>`);'],
  outputs: [
    { output_type: 'stream', name: 'stdout', text: ['\x1b[33m</pre>{{ 1 }}\x1b[39m\n'] },
    {
      output_type: 'display_data',
      metadata: {},
      data: { 'application/vnd.plotly.v1+json': figure, 'text/html': ['<b>old</b>'] },
    },
    { output_type: 'display_data', metadata: {}, data: { 'text/html': ['<i>step 3</i>'], 'text/plain': ['step 3'] } },
  ],
};

async function read(cells: object[]): Promise<any> {
  const { readLecture } = await tool('tools/notebook.mjs');
  const file = join(folder, '107-seven.ipynb');
  writeFileSync(file, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells }));
  return readLecture(file, '107-seven.ipynb');
}

async function refused(cells: object[]): Promise<string> {
  try {
    await read(cells);
  } catch (error) {
    return (error as Error).message;
  }
  return 'accepted';
}

test('a notebook tells its title, its question, and what it imports and declares', async () => {
  const lecture = await read([opening, code]);
  assert.equal(
    [lecture.slug, lecture.number, lecture.title, lecture.question],
    ['107-seven', '107', 'Seven', 'What is seven?'],
  );
  assert.equal([...lecture.imports], ['Figure', 'nms']);
  assert.equal([...lecture.declared], ['a', 'sum']);
});

test('a cell that was never executed stops the build', async () => {
  const text = await refused([opening, code, { ...code, execution_count: null, outputs: [] }]);
  assert.is(
    text,
    '107-seven.ipynb: cell 3: expected outputs, got a cell that was never executed; execute it with npm run notebooks',
  );
});

test('a notebook without any output stops the build', async () => {
  assert.match(await refused([opening, { ...code, outputs: [] }]), '107-seven.ipynb: expected outputs, got none');
});

test('an error among the outputs, a missing title and a missing question stop the build', async () => {
  const failed = { ...code, outputs: [{ output_type: 'error', ename: 'Error', evalue: 'no', traceback: [] }] };
  assert.is(await refused([opening, failed]), '107-seven.ipynb: cell 2: expected an output, got an error');
  assert.match(await refused([{ ...opening, source: 'Seven' }, code]), 'expected to begin with a title');
  assert.match(
    await refused([{ ...opening, source: '# 107 · Seven\n\nA number.' }, code]),
    'expected a question in bold',
  );
});

const facts = { minutes: 15, exercises: 1, needs: [{ slug: '106-six', number: '106', title: 'Six' }] };

test('the page has the code, what it printed without colors, and each figure as a file of its own', async () => {
  const { notebookPage } = await tool('tools/notebookPage.mjs');
  const { markdown, figures } = notebookPage(await read([opening, code]), facts);
  assert.match(markdown, 'title: "107 · Seven"\ndescription: "What is seven?"');
  assert.match(markdown, "```ts\nimport { type Figure, nms } from 'detseg';");
  assert.match(markdown, '<pre class="output prose" v-pre>&lt;/pre&gt;{{ 1 }}</pre>');
  assert.match(markdown, '<PlotlyFigure name="107-seven-0" :height="340" label="Counts now" />');
  assert.match(markdown, '<div class="output" v-pre><i>step 3</i></div>');
  assert.not.match(markdown, 'old');
  assert.match(markdown, '15 minutes to read · 1 exercise · builds on [106 Six](/notebooks/106-six)');
  assert.match(markdown, '<LectureDone slug="107-seven" />');
  assert.equal(
    [...figures].map(([name, json]: [string, string]) => [name, JSON.parse(json)]),
    [['107-seven-0', figure]],
  );
});

test('the code of a cell that only draws is folded, that of others is not', async () => {
  const { notebookPage } = await tool('tools/notebookPage.mjs');
  const tagged = { ...code, metadata: { jupyter: { source_hidden: true }, tags: ['figure'] } };
  const { markdown } = notebookPage(await read([opening, code, tagged]), facts);
  assert.match(markdown, '<LiveCell :cell="0">\n\n```ts');
  assert.match(markdown, '<LiveCell :cell="1" folded>\n\n```ts');
});

test('how long a lecture takes to read, its exercises, and what it builds on', async () => {
  const { lectureFacts, readingMinutes } = await tool('tools/lectureFacts.mjs');
  const words = (count: number) => ({ markdown: Array(count).fill('word').join(' ') });
  const lines = (count: number) => ({ code: Array(count).fill('line();').join('\n\n') });
  assert.is(readingMinutes([words(1800), lines(125)]), 15);
  assert.is(readingMinutes([words(1800), { ...lines(125), onlyDraws: true }]), 10);
  assert.is(readingMinutes([{ markdown: `<details>${words(9000).markdown}</details>` }]), 5);
  const lecture = { number: '107', slug: '107-seven', cells: [words(1), { code: '', solved: 'x' }] };
  const before = { number: '106', slug: '106-six', title: 'Six' };
  assert.equal(lectureFacts(lecture, { 107: ['106'] }, [before, lecture]), {
    minutes: 5,
    exercises: 1,
    needs: [{ ...before }],
  });
  assert.equal(lectureFacts(lecture, {}, [lecture]).needs, []);
  assert.throws(
    () => lectureFacts(lecture, { 107: ['999'] }, [lecture]),
    'docs/course.json: needs of 107-seven: expected the number of a lecture, got 999',
  );
});

test('an old address leads to the new one, and may not hide a page', async () => {
  const { writeRedirects } = await tool('tools/redirects.mjs');
  const moved = { '/notebooks/07-seven': '/notebooks/107-seven' };
  writeRedirects(folder, '/course/', moved);
  const page = readFileSync(join(folder, 'notebooks', '07-seven.html'), 'utf8');
  assert.match(page, '<a href="/course/notebooks/107-seven.html">');
  assert.match(page, 'content="0; url=/course/notebooks/107-seven.html"');
  assert.throws(
    () => writeRedirects(folder, '/', moved),
    'docs/redirects.json: expected no page at the old address /notebooks/07-seven, found one',
  );
});

test('code that holds a fence cannot end its own', async () => {
  const { fence } = await tool('tools/notebookPage.mjs');
  assert.is(fence('ts', '// ```\n'), '````ts\n// ```\n````');
});

test('a notebook finds its part of the course by its number, and one without a part stops the build', async () => {
  const { coursePlan } = await tool('tools/course.mjs');
  const lecture = await read([opening, code]);
  const parts = [
    { title: 'Low', text: '', part: 0 },
    { title: 'High', text: '', part: 1 },
  ];
  const [part, ...others] = coursePlan(parts, [lecture], new Map([[lecture.slug, facts]]));
  const [{ address, minutes, exercises }] = part.lectures;
  assert.equal([part.title, address, others.length], ['High', '/notebooks/107-seven', 0]);
  assert.equal([minutes, exercises], [15, 1]);
  assert.throws(
    () => coursePlan(parts.slice(0, 1), [lecture], new Map()),
    'docs/course.json: expected a part for 107-seven, got none',
  );
});

test.run();
