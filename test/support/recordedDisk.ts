import fs from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** One call that changes a disk. Paths are relative to the folder that is watched. */
export type DiskCall =
  | { call: 'create' | 'remove' | 'makeFolder' | 'syncFile' | 'syncFolder'; path: string }
  | { call: 'write'; path: string; bytes: Uint8Array }
  | { call: 'rename'; path: string; to: string };

/** The calls in words, writes of one file taken together: `create a.tmp`, `write a.tmp`, `syncFile a.tmp`, `rename a.tmp a`. */
export function inWords(calls: readonly DiskCall[]): string[] {
  const words = calls.map((call) => [call.call, call.path, ...(call.call === 'rename' ? [call.to] : [])].join(' '));
  return words.filter((text, i) => text !== words[i - 1]).map((text) => text.replace(/\.[0-9a-f]{12}\.tmp/g, '.tmp'));
}

/** Runs the body, and tells what it asked of the file system inside a folder, in order. */
export async function recordDisk(folder: string, body: () => unknown): Promise<DiskCall[]> {
  const calls: DiskCall[] = [];
  const root = resolve(folder);
  const inside = (path: unknown) => {
    const name = relative(root, resolve(String(path)));
    return name.startsWith('..') ? null : name;
  };
  const open = new Map<number, string>();
  const kept = { ...fs };
  const record = (call: DiskCall['call'], path: string | null | undefined, more: object = {}) => {
    if (path !== null && path !== undefined) calls.push({ call, path, ...more } as DiskCall);
  };
  const watched = {
    openSync(path: string, flags: string, ...rest: unknown[]) {
      const isNew = !kept.existsSync(path);
      const file = (kept.openSync as any)(path, flags, ...rest);
      const name = inside(path);
      if (name !== null) open.set(file, name);
      if (isNew) record('create', name);
      return file;
    },
    closeSync(file: number) {
      open.delete(file);
      kept.closeSync(file);
    },
    writeSync(file: number, bytes: Uint8Array, offset = 0, ...rest: unknown[]) {
      const count = (kept.writeSync as any)(file, bytes, offset, ...rest);
      record('write', open.get(file), { bytes: Uint8Array.from(bytes.subarray(offset, offset + count)) });
      return count;
    },
    fsyncSync(file: number) {
      const isFolder = kept.fstatSync(file).isDirectory();
      kept.fsyncSync(file);
      record(isFolder ? 'syncFolder' : 'syncFile', open.get(file));
    },
    renameSync(from: string, to: string) {
      kept.renameSync(from, to);
      record('rename', inside(from), { to: inside(to) });
    },
    rmSync(path: string, options: unknown) {
      const isThere = kept.existsSync(path);
      (kept.rmSync as any)(path, options);
      if (isThere) record('remove', inside(path));
    },
    mkdirSync(path: string, options: unknown) {
      (kept.mkdirSync as any)(path, options);
      record('makeFolder', inside(path));
    },
  };
  Object.assign(fs, watched);
  try {
    await body();
  } finally {
    Object.assign(fs, Object.fromEntries(Object.keys(watched).map((name) => [name, (kept as any)[name]])));
  }
  return calls;
}

/** What a file holds: as programs see it, and as far as it is certain to be on the disk. */
interface Content {
  seen: Uint8Array;
  synced: Uint8Array;
}

/** A change of a folder's entries that may or may not have reached the disk. */
interface Change {
  folder: string;
  apply: (entries: Map<string, Content | 'folder'>) => void;
}

/**
 * What a disk may hold after the power failed behind a call. What was synced is there. Of a file that was not, nothing is; of changes of
 * a folder that was not, any part may have come through, in any order.
 * @returns each state once: contents by path.
 */
export function statesAfter(calls: readonly DiskCall[]): Map<string, Uint8Array | 'folder'>[] {
  const seen = new Map<string, Content | 'folder'>();
  const certain = new Map<string, Content | 'folder'>();
  let pending: Change[] = [];
  const change = (path: string, apply: Change['apply']) => {
    apply(seen);
    pending.push({ folder: dirname(path), apply });
  };
  for (const call of calls) {
    const { path } = call;
    const file = seen.get(path) as Content;
    if (call.call === 'create') {
      const content: Content = { seen: new Uint8Array(), synced: new Uint8Array() };
      change(path, (entries) => void entries.set(path, content));
    } else if (call.call === 'write') file.seen = Buffer.concat([file.seen, call.bytes]);
    else if (call.call === 'syncFile') file.synced = file.seen;
    else if (call.call === 'makeFolder') change(path, (entries) => void entries.set(path, 'folder'));
    else if (call.call === 'remove') change(path, (entries) => void entries.delete(path));
    else if (call.call === 'rename') {
      change(path, (entries) => {
        entries.delete(path);
        entries.set(call.to, file);
      });
    } else {
      for (const { folder, apply } of pending) if (join(folder) === join(path)) apply(certain);
      pending = pending.filter(({ folder }) => join(folder) !== join(path));
    }
  }
  const states = new Map<string, Map<string, Uint8Array | 'folder'>>();
  for (let subset = 0; subset < 2 ** pending.length; subset++) {
    const entries = new Map(certain);
    for (const [i, { apply }] of pending.entries()) if (subset & (2 ** i)) apply(entries);
    const state = new Map(
      [...entries].map(([path, content]) => [path, content === 'folder' ? content : content.synced]),
    );
    const key = [...state].map(([path, content]) => `${path}:${content.length}`).sort();
    states.set(key.join(), state);
  }
  return [...states.values()];
}
