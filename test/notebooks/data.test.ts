import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { crc32, gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readVoc } from '../../src/formats/readVoc';
import { vocFolder } from '../support/labeledFolders';
import { root } from '../support/root';
import { type Files, inFolder } from '../support/temporaryFolder';

const test = suite('npm run data');

const tools = join(root, 'notebooks', 'tools', 'data');

/** The tools are ECMAScript modules. */
const imported = (file: string) => import(pathToFileURL(join(tools, file)).href);

/** A ZIP of files that are not compressed; the upper half of the attributes is the kind of file on Unix. */
function zipOf(files: Files, kind = 0o100644): Buffer {
  const [parts, directory]: [Buffer[], Buffer[]] = [[], []];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const [path, data] = [Buffer.from(name), Buffer.from(content as Uint8Array)];
    const sizes = Buffer.alloc(16);
    sizes.writeUInt32LE(crc32(data), 0);
    sizes.writeUInt32LE(data.length, 4);
    sizes.writeUInt32LE(data.length, 8);
    sizes.writeUInt16LE(path.length, 12);
    // Version 2.0, names in UTF-8, stored.
    const common = Buffer.from([20, 0, 0, 8, 0, 0, 0, 0, 0x21, 0]);
    parts.push(Buffer.concat([Buffer.from('PK\x03\x04'), common, sizes, path, data]));
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE((kind << 16) >>> 0, 6);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 3]), common, sizes, rest, path]));
    offset += parts[parts.length - 1].length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, list, end]);
}

// Its types on the registry are not those of the TypeScript that notebooks are written in.
const { pack } = require('tar-stream') as {
  pack(): AsyncIterable<Buffer> & { entry(header: object, content: Buffer): void; finalize(): void };
};

type TarEntry = { name: string; type?: 'symlink' | 'link' | 'fifo'; linkname?: string; content?: string | Uint8Array };

async function tarOf(entries: readonly TarEntry[]): Promise<Buffer> {
  const stream = pack();
  for (const { content, ...header } of entries) stream.entry(header, Buffer.from((content ?? '') as Uint8Array));
  stream.finalize();
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

const prefixed = (files: Files, prefix: string): Files =>
  Object.fromEntries(Object.entries(files).map(([name, content]) => [prefix + name, content]));

/** Serves files by their path, and anything that a function of the request says. */
async function serving<Result>(files: Record<string, Buffer>, body: (url: string) => Promise<Result>): Promise<Result> {
  const server: Server = createServer((request, response) => {
    const file = files[request.url!.slice(1)];
    if (request.url === '/elsewhere') response.writeHead(302, { location: '/pets.zip' }).end();
    else if (request.url === '/cut')
      response.writeHead(200, { 'content-length': 5000 }).end(Buffer.alloc(100), () => response.destroy());
    else if (file) response.end(file);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await body(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

interface Result {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** The command, in a process of its own. */
function run(args: readonly string[], cwd: string): Promise<Result> {
  const { INIT_CWD: _, ...env } = process.env;
  const child = spawn(process.execPath, [join(tools, 'run.mjs'), ...args], { cwd, env });
  const result: Result = { status: null, stdout: '', stderr: '' };
  child.stdout.on('data', (text) => {
    result.stdout += text;
  });
  child.stderr.on('data', (text) => {
    result.stderr += text;
  });
  return new Promise((resolve) => child.on('close', (status) => resolve({ ...result, status })));
}

interface Served {
  path: string;
  unpack: string;
  md5?: string;
  sha256?: string;
  megabytes?: number;
}

type Fetch = (options?: { again?: boolean }) => Promise<Result>;

/** Fetches the data set `pets` from a server of these files into the folder `out` of a new folder. */
function fetching(
  served: Record<string, Buffer>,
  files: readonly Served[],
  body: (result: Result, folder: string, fetch: Fetch, catalog: string) => unknown,
  more: Record<string, unknown> = {},
): Promise<void> {
  return serving(served, (url) =>
    inFolder({}, async (folder) => {
      const entry = {
        title: 'Two images',
        page: 'https://example.org',
        license: 'CC0',
        files: files.map(({ path, megabytes = 1, ...rest }) => ({ url: `${url}/${path}`, megabytes, ...rest })),
        take: [{ from: '^pets-main/(.+)$', to: '$1' }],
        read: "readVoc('FOLDER')",
        ...more,
      };
      const catalog = join(folder, 'catalog.json');
      writeFileSync(catalog, JSON.stringify({ pets: entry }));
      const { fetchData } = await imported('fetch.mjs');
      const { readCatalog } = await imported('catalog.mjs');
      // As the command does it, but in this process: there are many.
      const fetch: Fetch = async ({ again = false } = {}) => {
        const lines: string[] = [];
        const log = (line: string) => lines.push(line);
        try {
          await fetchData('pets', readCatalog(catalog).get('pets'), join(folder, 'out'), { again, log });
          return { status: 0, stdout: lines.join('\n'), stderr: '' };
        } catch (error) {
          return { status: 1, stdout: lines.join('\n'), stderr: (error as Error).message };
        }
      };
      await body(await fetch(), folder, fetch, catalog);
    }),
  );
}

const archive = zipOf(prefixed({ ...vocFolder(), '__MACOSX/x': 'no', '._one.png': 'no' }, 'pets-main/'));
const sha256 = createHash('sha256').update(archive).digest('hex');
const md5 = createHash('md5').update(archive).digest('hex');

/** What is left in the folder that data sets are fetched into. */
const left = (folder: string) => (existsSync(join(folder, 'out')) ? readdirSync(join(folder, 'out')) : []);

test('without a name it lists, with license and size, and fetches nothing', () =>
  inFolder({}, async (folder) => {
    const { status, stdout } = await run([], folder);
    assert.is(status, 0);
    for (const part of [
      'bccd\n',
      'pennFudan\n',
      'pets\n',
      'voc2007\n',
      'license: MIT',
      'about 911 MB',
      'checksum: MD5\n',
    ]) {
      assert.ok(stdout.includes(part), part);
    }
    const unchecked = stdout
      .split('\n\n')
      .filter((entry) => entry.includes('no checksum known: contents are not checked'));
    assert.equal(
      unchecked.map((entry) => entry.split('\n')[0]),
      ['pennFudan'],
    );
    assert.match(stdout, 'checksum: none known; its contents are compared with a tested copy');
    assert.equal(readdirSync(folder), []);
  }));

test('a list says of which files no checksum is known', async () => {
  const { listing } = await imported('catalog.mjs');
  const check = (files: object[], more = {}) => {
    const sized = files.map((file) => ({ megabytes: 1, ...file }));
    const text: string = listing(new Map([['a', { title: 'a', page: 'a', license: 'a', files: sized, ...more }]]));
    return /MB {4}(.*)/.exec(text)![1];
  };
  assert.is(check([{}]), 'no checksum known: contents are not checked');
  assert.is(check([{}], { contents: 'c' }), 'checksum: none known; its contents are compared with a tested copy');
  assert.is(check([{ md5: 'm' }, { sha256: 's' }]), 'checksum: MD5, SHA-256');
  assert.is(check([{ md5: 'm' }, {}]), 'checksum: MD5, but of some files none is known: they are not checked');
});

test('a data set is fetched, checked, unpacked, and can be read', () =>
  fetching(
    { 'pets.zip': archive },
    [{ path: 'elsewhere', unpack: 'zip', sha256, md5 }],
    async (result, folder, fetch) => {
      assert.is(result.status, 0, result.stderr);
      assert.match(result.stdout, `sha256 ${sha256}: as expected`);
      assert.match(result.stdout, 'license: CC0');
      assert.equal(left(folder), ['pets']);
      const target = join(folder, 'out', 'pets');
      assert.match(result.stdout, `readVoc('${target}')`);
      const dataset = readVoc(target);
      assert.is(dataset.length, 2);
      assert.equal(dataset.sample(1).image.shape, [8, 12, 3]);
      assert.equal(readdirSync(target).sort(), [
        'Annotations',
        'ImageSets',
        'JPEGImages',
        'SegmentationClass',
        'SegmentationObject',
        'detseg-data.json',
      ]);
      // It is not fetched twice unless it is asked for.
      const second = await fetch();
      assert.match(second.stdout, 'is there already');
      const third = await fetch({ again: true });
      assert.is(third.status, 0, third.stderr);
      assert.equal(left(folder), ['pets']);
    },
  ));

test('where no checksum is known, that of the first time is kept, and compared with the next', () => {
  const served = { 'pets.zip': archive };
  return fetching(served, [{ path: 'pets.zip', unpack: 'zip' }], async (result, folder, fetch) => {
    assert.is(result.status, 0, result.stderr);
    assert.match(result.stdout, `sha256 ${sha256}: not checked, no checksum known; this one is kept for the next time`);
    const pin = JSON.parse(readFileSync(join(folder, 'out', 'pets', 'detseg-data.json'), 'utf8'));
    assert.is(pin.files[0].sha256, sha256);
    assert.is(pin.files[0].md5, md5);
    assert.match((await fetch({ again: true })).stdout, `sha256 ${sha256}: as before`);
    served['pets.zip'] = zipOf(prefixed({ ...vocFolder(), 'new.txt': 'more' }, 'pets-main/'));
    const changed = await fetch({ again: true });
    assert.is(changed.status, 1);
    assert.match(changed.stderr, `expected sha256 ${sha256} as before, got `);
    // What was there stays.
    assert.equal(left(folder), ['pets']);
    assert.is(readVoc(join(folder, 'out', 'pets')).length, 2);
  });
});

test('contents are compared with those that were tested', async () => {
  const lines = Object.entries(vocFolder())
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, content]) => `${createHash('sha256').update(content).digest('hex')}  ${name}\n`);
  const contents = createHash('sha256').update(lines.join('')).digest('hex');
  const files = [{ path: 'pets.zip', unpack: 'zip' }];
  const served = { 'pets.zip': archive };
  await fetching(served, files, ({ stdout }) => assert.match(stdout, `contents ${contents}: as tested`), { contents });
  const other = '0'.repeat(64);
  await fetching(
    served,
    files,
    ({ status, stdout }) => {
      assert.is(status, 0);
      assert.match(stdout, `detseg was tested with other contents, ${other}`);
    },
    { contents: other },
  );
});

/** Asserts that a fetch fails with a text, and leaves nothing. */
const refuses = (served: Record<string, Buffer>, file: Served, text: string) =>
  fetching(served, [file], ({ status, stderr }, folder) => {
    assert.is(status, 1);
    assert.ok(stderr.includes(text), stderr);
    assert.equal(left(folder), []);
    assert.equal(
      readdirSync(folder).filter((name) => name !== 'out'),
      ['catalog.json'],
    );
  });

test('a file that is missing, cut off, larger than announced or another one', async () => {
  await refuses({}, { path: 'none.zip', unpack: 'zip' }, '/none.zip: the server answered 404 Not Found');
  await refuses({}, { path: 'cut', unpack: 'zip' }, '/cut: ');
  const large = Buffer.alloc(3_100_000);
  await refuses({ large }, { path: 'large', unpack: 'zip' }, 'expected about 1 MB, got more than 3000000 bytes');
  const wrong = 'f'.repeat(32);
  await refuses(
    { 'pets.zip': archive },
    { path: 'pets.zip', unpack: 'zip', md5: wrong },
    `expected md5 ${wrong}, got ${md5}`,
  );
  await refuses({ 'pets.zip': archive.subarray(0, 900) }, { path: 'pets.zip', unpack: 'zip' }, '/pets.zip: ');
  await refuses(
    { 'pets.zip': zipOf({ 'other/x': 'x' }) },
    { path: 'pets.zip', unpack: 'zip' },
    'expected files of the data set in its archives, got none',
  );
});

test('an archive that would write elsewhere is refused', async () => {
  const zip = (files: Files, text: string, kind?: number) =>
    refuses(
      { 'pets.zip': zipOf({ 'pets-main/a.txt': 'a', ...files }, kind) },
      { path: 'pets.zip', unpack: 'zip' },
      text,
    );
  await zip({ 'pets-main/../../evil.txt': 'x' }, 'pets.zip: ');
  await zip({ '/evil.txt': 'x' }, 'pets.zip: ');
  await zip({ 'pets-main\\..\\..\\evil.txt': 'x' }, 'pets.zip: ');
  await zip({ 'pets-main/A.txt': 'x' }, 'expected each file once, got "A.txt" twice');
  await zip({ 'pets-main/link': '/etc' }, 'expected files and folders, got another kind', 0o120777);
  const tar = async (entries: readonly TarEntry[], text: string) => {
    const bytes = await tarOf([{ name: 'pets-main/a.txt', content: 'a' }, ...entries]);
    await refuses({ 'pets.tar': bytes }, { path: 'pets.tar', unpack: 'tar' }, text);
    await refuses({ 'pets.tgz': gzipSync(bytes) }, { path: 'pets.tgz', unpack: 'tar.gz' }, text);
  };
  await tar([{ name: 'pets-main/../../evil.txt', content: 'x' }], 'expected a path inside the archive');
  await tar([{ name: '/evil.txt', content: 'x' }], 'expected a path inside the archive');
  await tar([{ name: 'pets-main/link', type: 'symlink', linkname: '/etc' }], 'got a symlink: "pets-main/link"');
  await tar([{ name: 'pets-main/link', type: 'link', linkname: 'pets-main/a.txt' }], 'got a link: "pets-main/link"');
  await tar([{ name: 'pets-main/a.txt', content: 'again' }], 'expected each file once, got "a.txt" twice');
});

test('several archives of a kind each make one folder', async () => {
  const { 'JPEGImages/one.png': one, 'JPEGImages/two.jpg': two, ...rest } = vocFolder();
  const images = await tarOf([
    { name: 'pets-main/JPEGImages/one.png', content: one },
    { name: 'pets-main/JPEGImages/two.jpg', content: two },
  ]);
  const labels = await tarOf(Object.entries(rest).map(([name, content]) => ({ name: `pets-main/${name}`, content })));
  await fetching(
    { 'images.tar': images, 'labels.tgz': gzipSync(labels) },
    [
      { path: 'images.tar', unpack: 'tar' },
      { path: 'labels.tgz', unpack: 'tar.gz' },
    ],
    ({ status, stderr }, folder) => {
      assert.is(status, 0, stderr);
      assert.is(readVoc(join(folder, 'out', 'pets')).sample(1).labels.size, 1);
    },
  );
});

test('the command does the same', () =>
  fetching({ 'pets.zip': archive }, [{ path: 'pets.zip', unpack: 'zip', md5 }], async (_, folder, __, catalog) => {
    const { status, stdout, stderr } = await run(['pets', '--catalog', catalog, '--out', 'other'], folder);
    assert.is(status, 0, stderr);
    assert.match(stdout, `sha256 ${sha256}: as expected`);
    assert.is(readVoc(join(folder, 'other', 'pets')).length, 2);
  }));

test('settings that make no sense', () =>
  inFolder(
    {
      'http.json': JSON.stringify({
        a: {
          title: 'a',
          page: 'a',
          license: 'a',
          read: 'a',
          files: [{ url: 'http://example.org/a', megabytes: 1, unpack: 'zip' }],
          take: [],
        },
      }),
    },
    async (folder) => {
      const unknown = await run(['cats'], folder);
      assert.is(unknown.status, 1);
      assert.match(unknown.stderr, 'data: expected one of bccd, pennFudan, pets, voc2007, got cats');
      const plain = await run(['a', '--catalog', 'http.json'], folder);
      assert.is(plain.status, 1);
      assert.match(plain.stderr, 'a: expected https, got http://example.org/a');
    },
  ));

test.run();
