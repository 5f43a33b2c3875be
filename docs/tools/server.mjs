// A server for the finished site: static files below its base, on this machine alone.
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';

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
  const server = createServer((request, response) => {
    const file = fileOf(folder, base, request.url);
    if (!file) {
      response.writeHead(404, { 'content-type': types['.html'] });
      const missing = join(folder, '404.html');
      if (existsSync(missing)) createReadStream(missing).pipe(response);
      else response.end('404');
      return;
    }
    response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(response);
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
