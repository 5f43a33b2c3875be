import { printable } from '../checks/printable';
import { isRecord } from '../checks/record';
import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeSync } from './files';
import { randomDigits } from './identifiers';
import { onExit } from './interrupts';
import { hasEnded, type ProcessIdentity, thisProcess } from './processIdentity';
import { readText } from './textFile';

/** Who holds a lock, as its file says. */
interface Holder extends ProcessIdentity {
  /** Of this lock alone. */
  id: string;
  /** When it was taken, ISO 8601; for people. */
  since: string;
}

/** Bytes of a lock at most. */
const maximumBytes = 4096;

const isText = (value: unknown) => typeof value === 'string';
const isTextOrNull = (value: unknown) => value === null || isText(value);

/** Who holds a lock; null where its file says nothing that can be understood, undefined where there is none. */
function holderOf(path: string): Holder | null | undefined {
  try {
    const value: unknown = JSON.parse(readText(path, maximumBytes));
    if (!isRecord(value) || !/^[0-9a-f]{12}$/.test(String(value.id)) || !Number.isSafeInteger(value.pid)) return null;
    const texts = [value.host, value.since].every(isText);
    return texts && [value.started, value.namespace, value.machine, value.boot].every(isTextOrNull)
      ? (value as unknown as Holder)
      : null;
  } catch (error) {
    return (error as Error).message === 'no such file' ? undefined : null;
  }
}

/** Writes a new file, on to the disk. */
function create(path: string, content: string): void {
  const file = openSync(path, 'wx');
  try {
    writeSync(file, content);
    fsyncSync(file);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

/** Gives a file a second name unless there is a file of that name. @returns whether it has the name now. */
function linked(file: string, path: string, content: string): boolean {
  try {
    linkSync(file, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
  }
  // A file system without links: whoever reads the lock before it is written sees one that says nothing, and does not take it.
  try {
    create(path, content);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Another process has the lock. */
export class LockedError extends Error {}

function inUse(path: string, holder: Holder | null): LockedError {
  const advice = `if no training uses the folder, remove ${path}`;
  if (!holder) return new LockedError(`locked by ${path}, which does not say by whom; ${advice}`);
  const { pid, host, since } = holder;
  return new LockedError(`in use by process ${pid} on ${printable(host)}, since ${printable(since)}; ${advice}`);
}

/**
 * Makes the name of a lock point to this process's file, or throws where another process holds it.
 *
 * A lock whose process has ended is replaced, by one process alone: by the one that holds a second lock, named after the first one's id. An
 * id is never used again, so that whoever comes late finds another lock than the one that it wanted to replace, and leaves it alone.
 */
function point(path: string, file: string, content: string): void {
  for (;;) {
    if (linked(file, path, content)) return;
    const holder = holderOf(path);
    if (holder === undefined) continue;
    if (holder === null || !hasEnded(holder)) throw inUse(path, holder);
    const right = `${path}.${holder.id}.tmp`;
    point(right, file, content);
    try {
      if (holderOf(path)?.id !== holder.id) continue;
      const copy = `${path}.${randomDigits(12)}.tmp`;
      create(copy, content);
      renameSync(copy, path);
      return;
    } finally {
      rmSync(right, { force: true });
    }
  }
}

/**
 * Takes a lock for this process alone: of any number of processes that want it, on one machine or several, in containers or not, one gets
 * it. A lock that a process left behind which has certainly ended is taken over. It is given back when the process exits.
 *
 * The file is written under another name and then linked, so that it is never seen without its content, and it is on the disk before.
 * @returns gives the lock back.
 * @throws a {@link LockedError} where another process holds it, with its number, its machine, and what to do if it is none; and where the file cannot be written.
 */
export function takeLock(path: string): () => void {
  const id = randomDigits(12);
  const content = `${JSON.stringify({ id, ...thisProcess(), since: new Date().toISOString() })}\n`;
  const file = `${path}.${id}.tmp`;
  create(file, content);
  try {
    point(path, file, content);
  } finally {
    rmSync(file, { force: true });
  }
  const release = () => {
    // Not what somebody else holds by now, after the file was removed by hand.
    if (holderOf(path)?.id === id) rmSync(path, { force: true });
  };
  const forget = onExit(release);
  return () => {
    forget();
    release();
  };
}
