import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A server that is silent for so long is given up, ms. */
const patience = 60_000;

/**
 * Fetches a file to `path`.
 * @returns { bytes, md5, sha256 }
 * @throws where the server does not answer with the file, and where that has more than twice the megabytes announced (and 1 MB).
 */
export async function download({ url, megabytes }, path, report = () => {}) {
  const most = Math.ceil((2 * megabytes + 1) * 1e6);
  const stop = new AbortController();
  let timer;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => stop.abort(new Error(`the server was silent for ${patience / 1000} s`)), patience);
  };
  wait();
  try {
    const response = await fetch(url, { signal: stop.signal, redirect: 'follow' });
    if (!response.ok || !response.body)
      throw new Error(`the server answered ${response.status} ${response.statusText}`);
    if (new URL(url).protocol === 'https:' && new URL(response.url).protocol !== 'https:') {
      throw new Error(`expected https, was sent on to ${response.url}`);
    }
    const [md5, sha256] = [createHash('md5'), createHash('sha256')];
    let bytes = 0;
    const count = new Transform({
      transform(chunk, _, done) {
        wait();
        bytes += chunk.length;
        md5.update(chunk);
        sha256.update(chunk);
        report(bytes);
        done(bytes > most ? new Error(`expected about ${megabytes} MB, got more than ${most} bytes`) : null, chunk);
      },
    });
    await pipeline(Readable.fromWeb(response.body), count, createWriteStream(path, { flags: 'wx' }), {
      signal: stop.signal,
    });
    const promised = response.headers.get('content-encoding') ? null : response.headers.get('content-length');
    if (promised !== null && Number(promised) !== bytes) throw new Error(`expected ${promised} bytes, got ${bytes}`);
    return { bytes, md5: md5.digest('hex'), sha256: sha256.digest('hex') };
  } catch (error) {
    const reason = error.cause?.message ?? error.message;
    throw new Error(`${url}: ${stop.signal.aborted ? stop.signal.reason.message : reason}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
