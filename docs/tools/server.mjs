// A server for the finished site: static files below its base, on this machine alone.
import { existsSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

const types = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.webp': 'image/webp',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Starts it, on any free port where `port` is 0; gives `{ url, close }`. */
export async function serveFolder(folder, { base = '/', port = 0 } = {}) {
  async function answer(request, response) {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end('405');
      return;
    }
    const path = fileOf(folder, base, request.url);
    // What may not be read is not there.
    const file = path && (await open(path).catch(() => undefined));
    const missing = file ? undefined : await open(join(folder, '404.html')).catch(() => undefined);
    const type = file ? (types[extname(path)] ?? 'application/octet-stream') : types['.html'];
    response.writeHead(file ? 200 : 404, { 'content-type': type });
    const content = file ?? missing;
    if (!content || request.method === 'HEAD') {
      await content?.close();
      response.end(content ? undefined : '404');
      return;
    }
    // Also closes the file, and the connection where reading fails half-way.
    await pipeline(content.createReadStream(), response);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const close = () => new Promise((resolve) => server.close(resolve).closeAllConnections());
  return { url: `http://127.0.0.1:${server.address().port}${base}`, close };
}

/** The file that an address means, inside the folder; undefined where there is none. */
function fileOf(folder, base, url) {
  let path;
  try {
    path = decodeURIComponent(new URL(url, 'http://site').pathname);
  } catch {
    return undefined;
  }
  if (!path.startsWith(base)) return undefined;
  const inside = normalize(path.slice(base.length)).replaceAll('\\', '/');
  if (inside.startsWith('..') || inside.includes('\0')) return undefined;
  const file = join(folder, ...inside.split('/').filter((part) => part !== '.'));
  if (file !== folder && !file.startsWith(folder + sep)) return undefined;
  const found = [file, join(file, 'index.html'), `${file}.html`].find(
    (candidate) => existsSync(candidate) && statSync(candidate).isFile(),
  );
  return found;
}
