import type { ProcessIdentity } from '../processIdentity';

/** Nobody but the page itself has its files. */
export function thisProcess(): ProcessIdentity {
  return { pid: 0, started: null, namespace: null, host: 'browser', machine: null, boot: null };
}

export function hasEnded(_identity: ProcessIdentity): boolean {
  return false;
}
