import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** What tells one process from every other, also after it has ended. Null is what the system does not tell. */
export interface ProcessIdentity {
  pid: number;
  /** When it was started, in ticks of the kernel: numbers of processes are given out again. */
  started: string | null;
  /** The world of process numbers that it lives in: each container has one of its own. */
  namespace: string | null;
  /** The machine, and which start of it. */
  host: string;
  machine: string | null;
  boot: string | null;
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}

/** When a process was started (proc(5), field 22 of its stat), or null where there is none. */
function startOf(pid: number): string | null {
  const text = textOf(`/proc/${pid}/stat`);
  // The name, in brackets, may itself hold brackets and spaces; field 3 follows it.
  return text === null ? null : (text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null);
}

function namespaceOf(): string | null {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return null;
  }
}

/** This process. */
export function thisProcess(): ProcessIdentity {
  return {
    pid: process.pid,
    started: startOf(process.pid),
    namespace: namespaceOf(),
    host: hostname(),
    machine: textOf('/etc/machine-id'),
    boot: textOf('/proc/sys/kernel/random/boot_id'),
  };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/**
 * Whether a process has certainly ended. False where that cannot be known: it may run on another machine, or in another container, whose
 * processes are not seen from here.
 */
export function hasEnded({ pid, started, namespace, host, machine, boot }: ProcessIdentity): boolean {
  const here = thisProcess();
  if (host !== here.host || machine !== here.machine) return false;
  // This machine has been started again since then.
  if (boot !== here.boot) return boot !== null && here.boot !== null;
  if (namespace !== here.namespace) return false;
  if (!isRunning(pid)) return true;
  return started !== null && here.started !== null && startOf(pid) !== started;
}
