// Paths as the system writes them. In a browser, browser/paths.ts writes them with slashes.

export { basename, dirname, extname, isAbsolute, join, resolve, sep } from 'node:path';
