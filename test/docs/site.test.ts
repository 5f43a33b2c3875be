import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../support/root';
import { temporaryFolder, writeFiles } from '../support/temporaryFolder';
import { tool } from './modules';

const test = suite('docs: links, code, figures of speed, architecture');

test('links of the repository become links of the site', async () => {
  const { pageOf } = await tool('.vitepress/markdown/repositoryLinks.mjs');
  const site = { documented: ['src/boxes/nms.ts'], announced: ['99-last'] };
  assert.is(pageOf('notebooks/303-nms.ipynb', site), '/notebooks/303-nms');
  assert.is(pageOf('src/boxes/nms.ts', site), '/api/boxes/nms');
  assert.is(pageOf('src/boxes/rows.ts', site), '/source/src/boxes/rows');
  assert.is(pageOf('test/boxes/nms.test.ts', site), '/source/test/boxes/nms-test');
  assert.is(pageOf('src/index.ts', site), '/api/');
  assert.is(pageOf('notebooks/99-last.ipynb', site), undefined);
});

test('code is colored, and only the name itself is a link', async () => {
  const { highlight } = await tool('.vitepress/markdown/highlight.mjs');
  const target = (name: string) => (['nms', 'kernels.boxIou'].includes(name) ? `/${name}` : undefined);
  const html = highlight('// nms\nconst a = nms("nms", { nms: x.nms, k: kernels.boxIou });\n', 'ts', {
    target,
    anchors: true,
  });
  assert.is(html.match(/href="\/nms"/g)?.length, 1);
  assert.match(html, '<a class="name function" href="/nms">nms</a>(<span class="string">&quot;nms&quot;</span>');
  assert.match(html, 'href="/kernels.boxIou">boxIou</a>');
  assert.match(html, '<span class="line" id="L1"><span class="comment">// nms</span></span>');
  const plain = (kind: string) => `<pre class="${kind}" v-pre><code><span class="line">a &lt; b</span></code></pre>`;
  assert.is(highlight('a < b', 'sh'), plain('code'));
  // Lines of programs and of help go on below where they are too long.
  assert.is(highlight('a < b', 'txt'), plain('code hanging'));
});

test('highlighting changes no letter of the code', async () => {
  const { highlight } = await tool('.vitepress/markdown/highlight.mjs');
  const code =
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the code that is highlighted holds templates
    '/** a\n * b */\nexport const f = <T,>(x: T) => `a ${x} ${`b\n${1}`}`;\n/* c */ const r = /[/"]/g; // d\nclass A<B> { #c = 1n; get d() { return this.#c; } }';
  const text = highlight(code, 'ts')
    .replace(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
  assert.is(text, code);
});

test('the tables of speed are made from the figures of the bench', async () => {
  const { benchTables } = await tool('tools/benchPage.mjs');
  const tables = { 'a step': [{ engine: 'detseg cpu', milliseconds: 1518.04, gflops: 0.52, ratio: 88.77 }] };
  const text = benchTables({ processor: 'a processor', cores: 2, node: '20.20.2', tables });
  assert.match(text, 'Measured on a processor (2 cores), Node.js 20.20.2; medians.');
  assert.match(text, '### A step');
  assert.match(text, '| detseg cpu | 1,518 | 0.5 | 88.77× |');
  assert.throws(
    () => benchTables({}),
    'docs/bench.json: expected processor, cores, node and tables, got another object',
  );
  const wrong = { processor: 'p', cores: 1, node: '20', tables: { t: [{ engine: 'e' }] } };
  assert.throws(() => benchTables(wrong), 'docs/bench.json: t: row 0: expected milliseconds above 0, got undefined');
});

test('a written page shows a kernel as it stands in its file', async () => {
  const { kernelText } = await tool('tools/sourcePage.mjs');
  const { readSources } = await tool('tools/sources.mjs');
  const kernels = [...readSources(root).values()].filter(({ path }: any) => path.startsWith('kernels/'));
  const text: string = kernelText('boxIou', kernels);
  const code = text.replace(/^```ts\n|\n```$/g, '');
  assert.ok(kernels.some(({ text: file }: any) => file.includes(`\n${code}\n`)));
  assert.match(code, /^export function boxIou\(this: KernelThread, [\s\S]*\n}$/);
  assert.is(code.match(/^export function/gm)!.length, 1);
  assert.throws(() => kernelText('boxIo', kernels), 'expected the name of a kernel, got boxIo');
  assert.match(readFileSync(join(root, 'docs', 'pages', 'architecture.md'), 'utf8'), '<!-- kernel:boxIou -->');
});

test('the image of the architecture stands on the imports, and a circle among them is an error', async () => {
  const { architectureImage, importGraph } = await tool('tools/architecture.mjs');
  const sources = (imports: Record<string, string[]>) =>
    new Map(Object.entries(imports).map(([path, list]) => [path, { path, imports: list }]));
  const graph = importGraph(
    sources({
      'src/nn/a.ts': ['src/ops/b.ts', 'src/shape/types.ts', 'src/tensor/c.ts'],
      'src/ops/b.ts': ['src/tensor/c.ts'],
      'src/tensor/c.ts': [],
      'src/shape/types.ts': [],
      'test/a.ts': ['src/nn/a.ts'],
    }),
  );
  assert.equal([...graph.keys()], ['nn', 'ops', 'tensor']);
  const image = architectureImage(graph);
  // nn → tensor follows from nn → ops → tensor.
  assert.is(image.match(/class="arrow"/g).length, 2);
  const circle = importGraph(sources({ 'src/nn/a.ts': ['src/ops/b.ts'], 'src/ops/b.ts': ['src/nn/a.ts'] }));
  assert.throws(() => architectureImage(circle), 'architecture: expected imports that go one way, got a circle at nn');
});

test('the server gives files of its folder alone', async () => {
  const { serveFolder } = await tool('tools/server.mjs');
  const folder = temporaryFolder();
  writeFiles(folder, { 'secret.txt': 'no', 'site/index.html': 'yes', 'site/hidden.txt': 'no' });
  const { url, close } = await serveFolder(join(folder, 'site'), { base: '/base/' });
  try {
    const get = async (path: string) => {
      const response = await fetch(url.replace('/base/', '') + path);
      return [response.status, await response.text()];
    };
    assert.equal(await get('/base/'), [200, 'yes']);
    assert.equal((await get('/'))[0], 404);
    assert.equal((await get('/base/%2e%2e%2fsecret.txt'))[0], 404);
    assert.equal((await get('/base/..%2fsecret.txt'))[0], 404);
    assert.equal((await get('/base/%ff'))[0], 404);
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const response = await fetch(url, { method });
      assert.equal([response.status, response.headers.get('allow')], [405, 'GET, HEAD'], method);
    }
    const head = await fetch(url, { method: 'HEAD' });
    assert.equal([head.status, await head.text()], [200, '']);
    // Root may read everything.
    chmodSync(join(folder, 'site', 'hidden.txt'), 0o000);
    if (process.getuid?.() !== 0) assert.equal((await get('/base/hidden.txt'))[0], 404);
    // A file that goes while it is asked for.
    rmSync(join(folder, 'site', 'index.html'));
    assert.equal(await get('/base/'), [404, '404']);
    writeFiles(folder, { 'site/404.html': 'none' });
    assert.equal(await get('/base/'), [404, 'none']);
  } finally {
    await close();
  }
});

test.run();
