import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The data sets that come with detseg. */
export const ownCatalog = fileURLToPath(new URL('catalog.json', import.meta.url));

const isText = (value) => typeof value === 'string' && value !== '';
const kinds = ['zip', 'tar', 'tar.gz'];

/** What is wrong with an entry, or nothing. */
function problemOf(name, entry) {
  if (!/^[A-Za-z][\w-]*$/.test(name)) return 'expected a name of letters and digits';
  const texts = ['title', 'page', 'license', 'read'].filter((part) => !isText(entry?.[part]));
  if (texts.length > 0) return `expected ${texts.join(', ')}`;
  if (!Array.isArray(entry.files) || entry.files.length === 0) return 'expected files';
  for (const { url, megabytes, unpack, md5, sha256 } of entry.files) {
    if (!isText(url) || !URL.canParse(url)) return `expected a url, got ${url}`;
    const { protocol, hostname } = new URL(url);
    // Unencrypted from this very machine alone: a test's server, for instance.
    if (protocol !== 'https:' && !(protocol === 'http:' && hostname === '127.0.0.1'))
      return `expected https, got ${url}`;
    if (!(megabytes > 0)) return `expected megabytes above 0, got ${megabytes}`;
    if (!kinds.includes(unpack)) return `expected unpack ${kinds.join(', ')}, got ${unpack}`;
    if (md5 !== undefined && !/^[0-9a-f]{32}$/.test(md5)) return `expected md5 in hexadecimal, got ${md5}`;
    if (sha256 !== undefined && !/^[0-9a-f]{64}$/.test(sha256)) return `expected sha256 in hexadecimal, got ${sha256}`;
  }
  if (!Array.isArray(entry.take) || !entry.take.every(({ from, to }) => isText(from) && isText(to)))
    return 'expected take';
  return undefined;
}

/** Reads a list of data sets, by name. */
export function readCatalog(path = ownCatalog) {
  const entries = new Map(Object.entries(JSON.parse(readFileSync(path, 'utf8'))));
  for (const [name, entry] of entries) {
    const problem = problemOf(name, entry);
    if (problem) throw new Error(`${path}: ${name}: ${problem}`);
  }
  return entries;
}

/** What a fetched copy is compared with. */
function checkOf(files, contents) {
  const sums = files.map(({ sha256, md5 }) => (sha256 ? 'SHA-256' : md5 ? 'MD5' : undefined));
  const known = [...new Set(sums.filter(Boolean))].join(', ');
  if (contents) return `checksum: ${known || 'none known'}; its contents are compared with a tested copy`;
  if (known === '') return 'no checksum known: contents are not checked';
  return sums.every(Boolean)
    ? `checksum: ${known}`
    : `checksum: ${known}, but of some files none is known: they are not checked`;
}

/** The list as text: what each is, its license and size, and how far its files can be checked. */
export function listing(entries) {
  const lines = [...entries].map(([name, { title, page, license, files, contents }]) => {
    const size = files.reduce((sum, { megabytes }) => sum + megabytes, 0);
    return `${name}\n  ${title}\n  ${page}\n  license: ${license}\n  size: about ${size} MB    ${checkOf(files, contents)}`;
  });
  return `${lines.join('\n\n')}\n\nnpm run data -- NAME [--out FOLDER]    fetches one into FOLDER/NAME (data/NAME)\n`;
}
