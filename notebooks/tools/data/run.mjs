// `npm run data`: lists labeled photographs that can be fetched, with their licenses; nothing is fetched unless it is asked for.
//   npm run data -- bccd              fetches one into data/bccd
//   --out FOLDER                      into FOLDER/bccd
//   --again                           fetches it once more, and compares it with what was fetched before
//   --catalog FILE                  takes the list from FILE, of the form of catalog.json
import { join, resolve } from 'node:path';
import { commandLine } from '../commandLine.mjs';
import { root } from '../setup.mjs';
import { listing, readCatalog } from './catalog.mjs';
import { fetchData } from './fetch.mjs';

async function main() {
  const { values, positionals } = commandLine(import.meta.url, {
    allowPositionals: true,
    options: { out: { type: 'string' }, again: { type: 'boolean', default: false }, catalog: { type: 'string' } },
  });
  // `npm run` starts in the root; a relative path is meant from where it was typed.
  const from = process.env.INIT_CWD ?? process.cwd();
  const entries = readCatalog(values.catalog && resolve(from, values.catalog));
  if (positionals.length === 0) {
    process.stdout.write(listing(entries));
    return;
  }
  const unknown = positionals.find((name) => !entries.has(name));
  if (unknown) throw new Error(`expected one of ${[...entries.keys()].join(', ')}, got ${unknown}`);
  const out = values.out ? resolve(from, values.out) : join(root, 'data');
  for (const name of positionals) await fetchData(name, entries.get(name), out, { again: values.again });
}

main().catch((error) => {
  console.error(`data: ${error.message}`);
  process.exitCode = 1;
});
