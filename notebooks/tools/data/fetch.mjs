import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { download } from './download.mjs';
import { unpack } from './unpack.mjs';

/** What was fetched, beside the data: the checksums are those of the first time, for every time after. */
const pinFile = 'detseg-data.json';

/** One number for all files below a folder: SHA-256 of the lines `<SHA-256>  <path>`, in the order of the paths' characters. */
function contentsOf(folder) {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== pinFile)
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  const sum = createHash('sha256');
  const named = paths.map((path) => [path.slice(folder.length + 1).replaceAll('\\', '/'), path]);
  for (const [name, path] of named.sort(([one], [other]) => (one < other ? -1 : 1))) {
    sum.update(`${createHash('sha256').update(readFileSync(path)).digest('hex')}  ${name}\n`);
  }
  return sum.digest('hex');
}

/** @throws where a file is not the one that the catalog, or the first time, knows. */
function checkSums({ url, md5, sha256 }, found, pinned) {
  const wanted = { sha256, md5 };
  for (const kind of ['sha256', 'md5']) {
    if (wanted[kind] && wanted[kind] !== found[kind]) {
      throw new Error(
        `${url}: expected ${kind} ${wanted[kind]}, got ${found[kind]}: the file is damaged, or not the one that was asked for`,
      );
    }
  }
  const before = pinned?.files.find((file) => file.url === url);
  if (before && before.sha256 !== found.sha256) {
    throw new Error(`${url}: expected sha256 ${before.sha256} as before, got ${found.sha256}: the file has changed`);
  }
  if (wanted.sha256 ?? wanted.md5) return 'as expected';
  return before ? 'as before' : 'not checked, no checksum known; this one is kept for the next time';
}

/**
 * Fetches a data set of the catalog into `out/name`: under another name first, so that a folder is whole or not there.
 * @param options again: whether to fetch what is there already; log: takes lines of text.
 */
export async function fetchData(name, entry, out, { again = false, log = console.log } = {}) {
  const target = join(out, name);
  const there = existsSync(target);
  if (there && !again) {
    log(`${target} is there already; --again fetches it once more`);
    return;
  }
  const pinned =
    there && existsSync(join(target, pinFile)) ? JSON.parse(readFileSync(join(target, pinFile), 'utf8')) : null;
  log(`${entry.title}\nlicense: ${entry.license}\nfrom: ${entry.page}\n`);
  mkdirSync(out, { recursive: true });
  const mark = randomBytes(6).toString('hex');
  const work = join(out, `.${name}.${mark}.part`);
  mkdirSync(work);
  try {
    const archives = [];
    for (const [i, file] of entry.files.entries()) {
      const path = join(work, `archive${i}`);
      const found = await download(file, path, progress(file));
      const verdict = checkSums(file, found, pinned);
      log(`${file.url}\n  ${found.bytes} bytes\n  sha256 ${found.sha256}: ${verdict}`);
      if (file.note) log(`  ${file.note}`);
      archives.push({ ...file, path, found });
    }
    const folder = join(work, 'files');
    mkdirSync(folder);
    const count = await unpack(archives, folder, entry.take);
    const contents = contentsOf(folder);
    const files = archives.map(({ url, found }) => ({ url, ...found }));
    writeFileSync(
      join(folder, pinFile),
      `${JSON.stringify({ name, license: entry.license, files, contents }, null, 2)}\n`,
    );
    if (there) renameSync(target, join(work, 'old'));
    renameSync(folder, target);
    log(`${count} files, contents ${contents}${compared(entry, contents)}`);
    log(`\nconst dataset = ${entry.read.replaceAll('FOLDER', target.replaceAll('\\', '/'))};`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function compared({ contents: tested }, contents) {
  if (!tested) return '';
  return tested === contents
    ? ': as tested'
    : `\nattention: detseg was tested with other contents, ${tested}; what was fetched may be newer`;
}

/** A line that tells how far a download is, where somebody watches. */
function progress({ megabytes }) {
  if (!process.stderr.isTTY) return () => {};
  let shown = 0;
  return (bytes) => {
    if (performance.now() - shown < 200) return;
    shown = performance.now();
    process.stderr.write(`\r  ${(bytes / 1e6).toFixed(1)} of about ${megabytes} MB `);
  };
}
