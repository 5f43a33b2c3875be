// `npm run diagrams`: draws every diagram of docs/diagrams into notebooks/images, where the notebooks show it.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { commandLine } from '../../notebooks/tools/commandLine.mjs';

const folder = dirname(fileURLToPath(import.meta.url));
const notDiagrams = ['draw.mjs', 'run.mjs'];

/** Every diagram by name, as SVG. */
export async function drawDiagrams() {
  const files = readdirSync(folder).filter((name) => name.endsWith('.mjs') && !notDiagrams.includes(name));
  const drawn = new Map();
  for (const file of files.sort()) {
    const module = await import(pathToFileURL(join(folder, file)));
    drawn.set(file.replace('.mjs', ''), module.default());
  }
  return drawn;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  commandLine(import.meta.url, { options: {} });
  const images = join(folder, '..', '..', 'notebooks', 'images');
  mkdirSync(images, { recursive: true });
  const drawn = await drawDiagrams();
  for (const [name, svg] of drawn) writeFileSync(join(images, `${name}.svg`), svg);
  console.log(`${drawn.size} diagrams in notebooks/images`);
}
