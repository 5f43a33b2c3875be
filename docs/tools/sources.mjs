// The repository's TypeScript files, what each imports, and so who uses whom.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/** `[{ path: 'src/boxes/nms.ts', text, imports: ['src/shape/shape.ts', …] }]` of the folders kernels, src and test, by path. */
export function readSources(root) {
  const sources = new Map();
  for (const folder of ['kernels', 'src', 'test']) {
    if (!existsSync(join(root, folder))) continue;
    for (const entry of readdirSync(join(root, folder), { recursive: true })) {
      const path = `${folder}/${String(entry).replaceAll('\\', '/')}`;
      if (!path.endsWith('.ts')) continue;
      const text = readFileSync(join(root, path), 'utf8').replaceAll('\r\n', '\n');
      sources.set(path, { path, text, imports: [] });
    }
  }
  for (const source of sources.values()) source.imports = importsOf(source, sources);
  return sources;
}

function importsOf({ path, text }, sources) {
  const targets = [...text.matchAll(/^(?:import|export)\b[^;'"]*?from '(\.[^']*)'/gms)].map(([, target]) => target);
  const files = targets.map((target) => {
    const base = posix.join(posix.dirname(path), target);
    return [`${base}.ts`, `${base}/index.ts`].find((file) => sources.has(file));
  });
  return [...new Set(files.filter(Boolean))];
}

/** Who imports this file, by path. */
export function importersOf(path, sources) {
  return [...sources.values()]
    .filter(({ imports }) => imports.includes(path))
    .map((source) => source.path)
    .sort();
}
