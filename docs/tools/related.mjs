// What belongs to a file of the library: its kernels, test, notebooks and users.
import { launchesOf } from './launches.mjs';
import { importersOf } from './sources.mjs';

/**
 * `relatedTo(module)` gives `{ kernels, composed, tests, notebooks, users }`: paths of the kernels that it launches and of those of
 * the functions that it calls, of tests, notebooks that import one of its names, and the public files that are built on it.
 */
export function relations({ sources, modules, notebooks }) {
  const launches = launchesOf({ sources, modules });
  const isPublic = new Set(modules.map((module) => module.path));
  return ({ path, names }) => {
    const slug = path.replace(/^src\//, '').replace(/\.ts$/, '');
    const own = [path, ...insidesOf(path, sources)];
    const users = [...new Set(own.flatMap((file) => importersOf(file, sources)))];
    const { own: kernels, composed } = launches({ path, names });
    return {
      kernels,
      composed,
      tests: testsOf(slug, names, sources),
      notebooks: notebooks.filter(({ imports }) => names.some((name) => imports.has(name))),
      users: users.filter((file) => isPublic.has(file) && file !== path),
    };
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
