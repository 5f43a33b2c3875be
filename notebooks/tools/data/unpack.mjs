import { createReadStream, createWriteStream, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import tar from 'tar-stream';
import yauzl from 'yauzl';

/** What an archive may hold at most. */
const limits = { files: 200_000, bytes: 4e9, path: 255 };

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unsafe = /[\u0000-\u001f\\:]/;

/**
 * Where an entry of an archive goes, by the rules of the catalog; null where none of them wants it.
 * @throws on a name that would lead out of the folder, whether it is wanted or not.
 */
function targetOf(name, take) {
  const steps = name.replace(/\/$/, '').split('/');
  const hostile =
    name === '' || unsafe.test(name) || name.startsWith('/') || steps.includes('..') || name.length > limits.path;
  if (hostile) throw new Error(`expected a path inside the archive, got ${JSON.stringify(name)}`);
  // What macOS leaves beside files.
  if (steps.some((step) => step.startsWith('._') || step === '__MACOSX' || step === '.DS_Store')) return null;
  for (const { from, to } of take) {
    const pattern = new RegExp(from);
    if (!pattern.test(name)) continue;
    const target = name.replace(pattern, to);
    if (target.split('/').some((step) => step === '..' || step === '' || step === '.')) {
      throw new Error(`expected a path inside the folder, got ${JSON.stringify(target)}`);
    }
    return target;
  }
  return null;
}

/** Writes entries below a folder, and keeps count of them. */
function writer(folder, take) {
  const seen = new Set();
  let [files, bytes] = [0, 0];
  return {
    /** Where the entry goes, or null. */
    target(name) {
      const target = targetOf(name, take);
      if (target === null) return null;
      // Two names that some file systems cannot tell apart would overwrite each other.
      const key = target.toLowerCase();
      if (seen.has(key)) throw new Error(`expected each file once, got ${JSON.stringify(target)} twice`);
      seen.add(key);
      if (++files > limits.files) throw new Error(`expected at most ${limits.files} files, got more`);
      return target;
    },
    /** Folders are made where files need them; a hostile name is an error all the same. */
    folder(name) {
      targetOf(name, []);
      return null;
    },
    async write(target, stream) {
      const path = join(folder, ...target.split('/'));
      mkdirSync(dirname(path), { recursive: true });
      const count = new Transform({
        transform(chunk, _, done) {
          bytes += chunk.length;
          done(bytes > limits.bytes ? new Error(`expected at most ${limits.bytes} bytes, got more`) : null, chunk);
        },
      });
      await pipeline(stream, count, createWriteStream(path, { flags: 'wx' }));
    },
    files: () => files,
  };
}

async function unpackTar(stream, out) {
  const extract = tar.extract();
  const done = pipeline(stream, extract);
  const entries = (async () => {
    for await (const entry of extract) {
      const { name, type } = entry.header;
      if (type !== 'file' && type !== 'directory')
        throw new Error(`expected files and folders, got a ${type}: ${JSON.stringify(name)}`);
      const target = type === 'file' ? out.target(name) : out.folder(name);
      if (target === null) entry.resume();
      else await out.write(target, entry);
    }
  })();
  await Promise.all([
    done,
    entries.catch((error) => {
      extract.destroy(error);
      throw error;
    }),
  ]);
}

async function unpackZip(path, out) {
  const zip = await new Promise((resolve, reject) => {
    yauzl.open(
      path,
      { lazyEntries: true, autoClose: false, validateEntrySizes: true, strictFileNames: true },
      (error, file) => (error ? reject(error) : resolve(file)),
    );
  });
  try {
    await new Promise((resolve, reject) => {
      zip.on('error', reject);
      zip.on('end', resolve);
      zip.on('entry', (entry) => {
        extract(entry).then(() => zip.readEntry(), reject);
      });
      zip.readEntry();
    });
  } finally {
    zip.close();
  }

  async function extract(entry) {
    const name = entry.fileName;
    // The upper half holds the kind of file on Unix: a link would be followed by whatever comes after it.
    const kind = (entry.externalFileAttributes >>> 16) & 0o170000;
    if (kind !== 0 && kind !== 0o100000 && kind !== 0o040000) {
      throw new Error(`expected files and folders, got another kind: ${JSON.stringify(name)}`);
    }
    const target = name.endsWith('/') ? out.folder(name) : out.target(name);
    if (target === null) return;
    const stream = await new Promise((resolve, reject) => {
      zip.openReadStream(entry, (error, opened) => (error ? reject(error) : resolve(opened)));
    });
    await out.write(target, stream);
  }
}

/**
 * Unpacks the wanted files of archives into a folder: plain files alone, none outside of it, none twice.
 * @param archives [{ path, unpack }]
 * @returns how many files there are.
 */
export async function unpack(archives, folder, take) {
  const out = writer(folder, take);
  for (const { path, unpack: kind, url } of archives) {
    try {
      if (kind === 'zip') await unpackZip(path, out);
      else if (kind === 'tar') await unpackTar(createReadStream(path), out);
      else {
        const gunzip = createGunzip();
        await Promise.all([pipeline(createReadStream(path), gunzip), unpackTar(gunzip, out)]);
      }
    } catch (error) {
      throw new Error(`${url}: ${error.message}`, { cause: error });
    }
  }
  if (out.files() === 0) throw new Error('expected files of the data set in its archives, got none');
  return out.files();
}
