import { resolve } from 'node:path';

/** The repository's root; compiled, this file lies in dist/test/support. */
export const root = resolve(__dirname, '..', '..', '..');
