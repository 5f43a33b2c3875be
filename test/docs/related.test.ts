import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../support/root';
import { tool } from './modules';

const test = suite('docs: what belongs to a file');

async function repository() {
  const { readSources } = await tool('tools/sources.mjs');
  const { publicModules } = await tool('tools/publicApi.mjs');
  const { relations } = await tool('tools/related.mjs');
  const [sources, modules] = [readSources(root), publicModules(root)];
  const relatedTo = relations({ sources, modules, notebooks: [] });
  return { modules, related: (path: string) => relatedTo(modules.find((module: any) => module.path === path)) };
}

test('a page names the kernels behind helpers that several files share, and those of what it calls', async () => {
  const { related } = await repository();
  const [conv2d, grouped, layout] = ['kernels/conv2d.ts', 'kernels/conv2dGrouped.ts', 'kernels/layout.ts'];
  for (const path of ['src/ops/conv2d.ts', 'src/ops/convTranspose2d.ts']) {
    assert.equal(related(path).kernels, [conv2d, grouped], path);
    assert.ok(related(path).composed.includes('kernels/elementwise.ts'), path);
  }
  for (const path of ['src/ops/conv1d.ts', 'src/ops/conv3d.ts', 'src/nn/conv2d.ts']) {
    assert.equal(related(path).kernels, [], path);
    for (const kernel of [conv2d, grouped, layout]) assert.ok(related(path).composed.includes(kernel), path);
  }
  // Types and shapes come from files that launch, and launch nothing.
  assert.not.ok(related('src/ops/maxUnpool2d.ts').composed.includes('kernels/pool2d.ts'));
});

test('the page of every operation names a kernel, and the page of the kernel is among the links', async () => {
  const { apiPage } = await tool('tools/apiPage.mjs');
  const { modules, related } = await repository();
  // They compute on the host, or change the shape alone.
  const without = ['convGeometry', 'convMatrix', 'padding', 'recurrence', 'regions', 'reshape'].map(
    (name) => `src/ops/${name}.ts`,
  );
  const ops = modules.filter(({ path }: any) => path.startsWith('src/ops/'));
  assert.ok(ops.length > 25);
  const bare = ops
    .map(({ path }: any) => path)
    .filter((path: string) => related(path).kernels.length + related(path).composed.length === 0);
  assert.equal(bare, without);
  for (const path of without) assert.not.match(readFileSync(join(root, path), 'utf8'), 'applyKernel');
  const page = (path: string) => apiPage({ path, names: [] }, '', related(path));
  assert.match(page('src/ops/conv2d.ts'), '**Kernels** [`kernels/conv2d.ts`](/source/kernels/conv2d)');
  assert.match(page('src/ops/conv3d.ts'), '**Indirectly** [`kernels/conv2d.ts`](/source/kernels/conv2d)');
});

test.run();
