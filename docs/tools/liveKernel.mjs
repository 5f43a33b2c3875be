// The kernel of the live pages as one file: the library, the compiler of cells, and what they need.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from './places.mjs';

/**
 * Notebooks print kernels: they stay as the compiler of TypeScript wrote them, because esbuild writes `0` for `0.0` and renames.
 * A kernel's file asks for nothing, so that its text can be a function of its exports.
 */
const verbatimKernels = {
  name: 'verbatim-kernels',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]dist[\\/]kernels[\\/]\w+\.js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8').replace(/^\/\/# sourceMappingURL=.*$/m, '');
      if (/\brequire\(/.test(text)) throw new Error(`${path}: expected a kernel that imports nothing`);
      return { contents: `(0, eval)(${JSON.stringify(`(function (exports) {${text}\n})`)})(exports);`, loader: 'js' };
    });
  },
};

/** `{ name, text }`: the file, named by its content, so that a browser never takes an older one. */
export async function liveKernel() {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'docs', 'live', 'kernel.mjs')],
    ...{ bundle: true, platform: 'browser', format: 'esm', minify: true, legalComments: 'none', write: false },
    plugins: [verbatimKernels],
    logLevel: 'error',
  });
  const { text } = outputFiles[0];
  return { name: `kernel-${createHash('sha256').update(text).digest('hex').slice(0, 12)}.js`, text };
}
