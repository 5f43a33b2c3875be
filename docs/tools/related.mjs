// What belongs to a file of the library: its kernels, test, notebooks and users.
import { importersOf } from './sources.mjs';

/**
 * `{ kernels, tests, notebooks, users }`: paths of kernels and tests, notebooks that import one of the names, and the public files that
 * are built on this one.
 */
export function relatedTo({ path, names }, { sources, modules, notebooks }) {
  const slug = path.replace(/^src\//, '').replace(/\.ts$/, '');
  const own = [path, ...insidesOf(path, sources)];
  const among = (folder) =>
    [...new Set(own.flatMap((file) => sources.get(file)?.imports ?? []))].filter((file) => file.startsWith(folder));
  const users = [...new Set(own.flatMap((file) => importersOf(file, sources)))];
  const isPublic = new Set(modules.map((module) => module.path));
  return {
    kernels: among('kernels/').filter((file) => file !== 'kernels/thread.ts'),
    tests: testsOf(slug, names, sources),
    notebooks: notebooks.filter(({ imports }) => names.some((name) => imports.has(name))),
    users: users.filter((file) => isPublic.has(file) && file !== path),
  };
}

/** Files that no public name comes from but that only this file is made of: `ops/conv2dLaunches.ts` of `ops/conv2d.ts`. */
function insidesOf(path, sources) {
  return (sources.get(path)?.imports ?? []).filter((file) => {
    const importers = importersOf(file, sources).filter((importer) => importer.startsWith('src/'));
    return file.startsWith('src/') && importers.length === 1;
  });
}

/** Its own test, `test/ops/conv2d.test.ts`, or else the two that say its names most often: small things are tested together. */
function testsOf(slug, names, sources) {
  const own = `test/${slug}.test.ts`;
  if (sources.has(own)) return [own];
  const word = new RegExp(`\\b(?:${names.map((name) => name.replace(/\W/g, '\\$&')).join('|')})\\b`, 'g');
  return [...sources.values()]
    .filter(({ path }) => path.endsWith('.test.ts'))
    .map(({ path, text }) => ({ path, mentions: text.match(word)?.length ?? 0 }))
    .filter(({ mentions }) => mentions > 1)
    .sort((one, other) => other.mentions - one.mentions || (one.path < other.path ? -1 : 1))
    .slice(0, 2)
    .map(({ path }) => path);
}
