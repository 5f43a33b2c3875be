import type { Thread, ThreadListener } from '../threads';

/** gpu.js starts Web Workers by itself, where the page may share memory with them. */
export function startThread(_source: string, _listener: ThreadListener): Thread {
  throw new Error('a page leaves threads to gpu.js');
}
