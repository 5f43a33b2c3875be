import { dirname, resolve } from './paths';

// A file system in the memory of the page, with the calls and the error codes of node:fs. It is empty when the page is opened, and gone
// with it; `writeFile` fills it. There are no links to folders, and nobody else writes in it.

/** A file; `bytes` may be longer than what is written of it. */
interface File {
  bytes: Uint8Array;
  size: number;
}

interface Opened {
  file: File;
  position: number;
}

const files = new Map<string, File>();
const folders = new Set<string>(['/']);
const opened = new Map<number, Opened>();
let descriptors = 2;

const reasons = {
  ENOENT: 'no such file or directory',
  EEXIST: 'file already exists',
  EISDIR: 'illegal operation on a directory',
  ENOTDIR: 'not a directory',
  EBADF: 'bad file descriptor',
} as const;

function failure(code: keyof typeof reasons, call: string, path?: string): Error {
  const place = path === undefined ? call : `${call} '${path}'`;
  return Object.assign(new Error(`${code}: ${reasons[code]}, ${place}`), { code, syscall: call, path });
}

/** The path of a name that may be new: what it is to lie in must be there. */
function placeFor(call: string, path: string): string {
  const full = resolve(path);
  if (!folders.has(dirname(full))) throw failure(files.has(dirname(full)) ? 'ENOTDIR' : 'ENOENT', call, path);
  return full;
}

function openedAt(call: string, descriptor: number): Opened {
  const found = opened.get(descriptor);
  if (!found) throw failure('EBADF', call);
  return found;
}

export function existsSync(path: string): boolean {
  const full = resolve(path);
  return files.has(full) || folders.has(full);
}

/** What is told of a file or a folder. */
export interface Stats {
  size: number;
  isFile(): boolean;
  isDirectory(): boolean;
}

const statsOf = (file: File | undefined): Stats => ({
  size: file?.size ?? 0,
  isFile: () => file !== undefined,
  isDirectory: () => file === undefined,
});

export function statSync(path: string): Stats;
export function statSync(path: string, options: { throwIfNoEntry: false }): Stats | undefined;
export function statSync(path: string, { throwIfNoEntry = true } = {}): Stats | undefined {
  const full = resolve(path);
  if (existsSync(full)) return statsOf(files.get(full));
  if (throwIfNoEntry) throw failure('ENOENT', 'stat', path);
  return undefined;
}

export function fstatSync(descriptor: number): Stats {
  return statsOf(openedAt('fstat', descriptor).file);
}

export function realpathSync(path: string): string {
  if (!existsSync(path)) throw failure('ENOENT', 'realpath', path);
  return resolve(path);
}

/** @param flags `r` for reading, of a folder, too; `wx` for a new file. */
export function openSync(path: string, flags: 'r' | 'wx'): number {
  const full = flags === 'r' ? resolve(path) : placeFor('open', path);
  if (flags === 'wx') {
    if (existsSync(full)) throw failure('EEXIST', 'open', path);
    files.set(full, { bytes: new Uint8Array(0), size: 0 });
  }
  const file = files.get(full);
  if (!file) throw failure(folders.has(full) ? 'EISDIR' : 'ENOENT', 'open', path);
  opened.set(++descriptors, { file, position: 0 });
  return descriptors;
}

export function closeSync(descriptor: number): void {
  if (!opened.delete(descriptor)) throw failure('EBADF', 'close');
}

/** Nothing lies deeper than in memory. */
export function fsyncSync(descriptor: number): void {
  openedAt('fsync', descriptor);
}

/** @param position where to read; where the last read ended if there is none. @returns how many bytes were read. */
export function readSync(
  descriptor: number,
  target: Uint8Array,
  offset = 0,
  length = target.length - offset,
  position: number | null = null,
): number {
  const handle = openedAt('read', descriptor);
  const start = position ?? handle.position;
  const read = handle.file.bytes.subarray(start, Math.min(handle.file.size, start + length));
  target.set(read, offset);
  if (position === null) handle.position = start + read.length;
  return read.length;
}

/** @param offset the first byte that is written. @returns how many bytes were written. */
export function writeSync(descriptor: number, content: string | Uint8Array, offset = 0): number {
  const handle = openedAt('write', descriptor);
  const { file } = handle;
  const bytes = (typeof content === 'string' ? new TextEncoder().encode(content) : content).subarray(offset);
  const size = handle.position + bytes.length;
  if (size > file.bytes.length) {
    const larger = new Uint8Array(Math.max(size, 2 * file.bytes.length));
    larger.set(file.bytes);
    file.bytes = larger;
  }
  file.bytes.set(bytes, handle.position);
  handle.position = size;
  file.size = Math.max(file.size, size);
  return bytes.length;
}

/** What lies right in a folder. */
export interface Entry {
  name: string;
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

export function readdirSync(path: string): string[];
export function readdirSync(path: string, options: { withFileTypes: true }): Entry[];
export function readdirSync(path: string, { withFileTypes = false } = {}): string[] | Entry[] {
  const full = resolve(path);
  if (!folders.has(full)) throw failure(files.has(full) ? 'ENOTDIR' : 'ENOENT', 'scandir', path);
  const inside = full === '/' ? full : `${full}/`;
  const names = [...files.keys(), ...folders]
    .filter((name) => name !== full && name.startsWith(inside) && !name.includes('/', inside.length))
    .map((name) => name.slice(inside.length));
  if (!withFileTypes) return names;
  return names.map((name) => ({ name, ...statsOf(files.get(inside + name)), isSymbolicLink: () => false }));
}

export function mkdirSync(path: string): void {
  const full = placeFor('mkdir', path);
  if (existsSync(full)) throw failure('EEXIST', 'mkdir', path);
  folders.add(full);
}

/** Renames a file; what had the name is replaced. Folders keep their names. */
export function renameSync(from: string, to: string): void {
  const file = files.get(resolve(from));
  if (!file) throw failure('ENOENT', 'rename', from);
  const full = placeFor('rename', to);
  if (folders.has(full)) throw failure('EISDIR', 'rename', to);
  files.delete(resolve(from));
  files.set(full, file);
}

/** Gives a file a second name. */
export function linkSync(from: string, to: string): void {
  const file = files.get(resolve(from));
  if (!file) throw failure('ENOENT', 'link', from);
  const full = placeFor('link', to);
  if (existsSync(full)) throw failure('EEXIST', 'link', to);
  files.set(full, file);
}

export function rmSync(path: string, { force = false, recursive = false } = {}): void {
  const full = resolve(path);
  if (files.delete(full)) return;
  if (!folders.has(full)) {
    if (force) return;
    throw failure('ENOENT', 'rm', path);
  }
  if (!recursive) throw failure('EISDIR', 'rm', path);
  for (const name of files.keys()) if (name.startsWith(`${full}/`)) files.delete(name);
  for (const name of folders) if (name === full || name.startsWith(`${full}/`)) folders.delete(name);
  folders.add('/');
}
