// `npm run data`: lists labelled photographs that can be fetched, with their licences; nothing is fetched unless it is asked for.
//   npm run data -- bccd              fetches one into data/bccd
//   --out FOLDER                      into FOLDER/bccd
//   --again                           fetches it once more, and compares it with what was fetched before
//   --catalogue FILE                  takes the list from FILE, of the form of catalogue.json
import { join, resolve } from 'node:path';
import { commandLine } from '../commandLine.mjs';
import { root } from '../setup.mjs';
import { listing, readCatalogue } from './catalogue.mjs';
import { fetchData } from './fetch.mjs';

async function main() {
  const { values, positionals } = commandLine(import.meta.url, {
    allowPositionals: true,
    options: { out: { type: 'string' }, again: { type: 'boolean', default: false }, catalogue: { type: 'string' } },
  });
  // `npm run` starts in the root; a relative path is meant from where it was typed.
  const from = process.env.INIT_CWD ?? process.cwd();
  const entries = readCatalogue(values.catalogue && resolve(from, values.catalogue));
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
