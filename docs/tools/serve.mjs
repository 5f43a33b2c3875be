// `npm run docs:serve [-- --port 4173]`: shows the finished site, on this machine alone.
import { existsSync } from 'node:fs';
import { commandLine } from '../../notebooks/tools/commandLine.mjs';
import { site } from './places.mjs';
import { serveFolder } from './server.mjs';

const { values } = commandLine(import.meta.url, { options: { port: { type: 'string', default: '4173' } } });
const port = Number(values.port);
if (!(Number.isInteger(port) && port >= 0 && port < 65536)) {
  console.error(`docs:serve: expected a port from 0 to 65535, got ${values.port}`);
  process.exitCode = 2;
} else if (!existsSync(site)) {
  console.error('docs:serve: expected the site in docs/.site, got none; build it with npm run docs');
  process.exitCode = 1;
} else {
  try {
    const { url } = await serveFolder(site, { base: process.env.DETSEG_DOCS_BASE || '/', port });
    console.log(`${url}  (Ctrl-C ends it)`);
  } catch (error) {
    console.error(
      `docs:serve: ${error.code === 'EADDRINUSE' ? `port ${port} is taken; choose another with -- --port` : error.message}`,
    );
    process.exitCode = 1;
  }
}
