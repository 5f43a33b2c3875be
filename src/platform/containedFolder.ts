import { readdirSync, realpathSync, statSync } from './files';
import { dirname, isAbsolute, join, sep } from './paths';
import { quoted } from './textFile';

/** What lies right in a folder, in the order of its characters. */
export interface FolderContent {
  readonly files: readonly string[];
  readonly folders: readonly string[];
  /** Links to folders that are not followed: they lead outside, or back to a folder that they lie in. */
  readonly links: readonly string[];
}

/** A folder that nothing is read outside of. */
export interface ContainedFolder {
  /** As it was given. */
  readonly path: string;
  /**
   * A relative name with slashes alone: a backslash separates as a slash does, `.` and empty steps are gone.
   * @throws on an absolute name, on `..`, and on other names that no file should have.
   */
  tidy(name: string): string;
  /**
   * The path of what lies in it under a relative name. It need not exist.
   * @throws as {@link tidy} does, and on a link that leads outside.
   */
  inside(name: string): string;
  /**
   * What lies right in a folder of it; empty where there is no such folder. What systems leave behind (`.DS_Store`, `._a.jpg`, `__MACOSX`,
   * `Thumbs.db`) is not in it. Read once: later changes are not seen.
   */
  content(name: string): FolderContent;
  /** Names of the files right in a folder of it, in the order of their characters, ends given in lower case (`.xml`). */
  files(name: string, endings: readonly string[]): string[];
  /** Whether there is a folder of that name. */
  hasFolder(name: string): boolean;
  /** Whether there is a file of that name. */
  hasFile(name: string): boolean;
}

/** The true path of what exists, or null. */
function truePath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}

/** Names that are no part of anybody's data. */
const leftBehind = /^(\.|__MACOSX$|Thumbs\.db$|desktop\.ini$)/i;

const byCharacters = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);

/** Opens a folder. @throws with the reason alone where there is none. */
export function containedFolder(path: string): ContainedFolder {
  if (typeof path !== 'string' || path === '') throw new Error(`expected the path of a folder, got ${quoted(path)}`);
  const root = truePath(path);
  if (root === null || !statSync(root).isDirectory()) throw new Error(`${path}: no such folder`);

  /** Whether a path, links followed, lies in the folder; what does not exist does. */
  function contained(full: string): boolean {
    const real = truePath(full);
    if (real === null) return true;
    return real === root || real.startsWith(root!.endsWith(sep) ? root! : root + sep);
  }

  const refusal = (name: string, reason: string) =>
    new Error(`expected a path inside ${path}, got ${quoted(name)} (${reason})`);

  function tidy(name: string): string {
    const wrong = (reason: string) => refusal(name, reason);
    if (typeof name !== 'string' || name.trim() === '') throw wrong('empty');
    if (name.length > 1024) throw wrong('too long');
    const slashed = name.replaceAll('\\', '/');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    if (/[\u0000-\u001f]/.test(slashed)) throw wrong('control characters');
    if (isAbsolute(slashed) || slashed.startsWith('/') || /^[A-Za-z]:/.test(slashed)) throw wrong('absolute');
    const steps = slashed.split('/').filter((step) => step !== '' && step !== '.');
    if (steps.includes('..')) throw wrong('..');
    return steps.join('/');
  }

  function inside(name: string): string {
    const full = join(path, tidy(name));
    if (!contained(full)) throw refusal(name, 'a link that leads outside');
    return full;
  }

  function kind(name: string): 'file' | 'folder' | null {
    const full = inside(name);
    const stats = statSync(full, { throwIfNoEntry: false });
    return stats?.isDirectory() ? 'folder' : stats?.isFile() ? 'file' : null;
  }

  const contents = new Map<string, FolderContent>();
  function content(name: string): FolderContent {
    const key = tidy(name);
    let found = contents.get(key);
    if (!found) {
      found = kind(name) === 'folder' ? listed(inside(name)) : { files: [], folders: [], links: [] };
      contents.set(key, found);
    }
    return found;
  }

  /** Files and folders right in a folder. */
  function listed(at: string): FolderContent {
    const [files, folders, links]: [string[], string[], string[]] = [[], [], []];
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      if (leftBehind.test(entry.name)) continue;
      const full = join(at, entry.name);
      const stats = entry.isSymbolicLink() ? statSync(full, { throwIfNoEntry: false }) : entry;
      if (stats?.isFile()) files.push(entry.name);
      else if (stats?.isDirectory()) (isFollowed(full) ? folders : links).push(entry.name);
    }
    return { files: files.sort(byCharacters), folders: folders.sort(byCharacters), links: links.sort(byCharacters) };
  }

  /** Whether a folder leads neither outside nor back to one that it lies in. */
  function isFollowed(full: string): boolean {
    const [real, parent] = [truePath(full), truePath(dirname(full))];
    return contained(full) && real !== null && !`${parent}${sep}`.startsWith(`${real}${sep}`);
  }

  return {
    path,
    tidy,
    inside,
    content,
    files(name, endings) {
      const full = inside(name);
      if (kind(name) !== 'folder') throw new Error(`${full}: no such folder`);
      return readdirSync(full)
        .filter((file) => endings.some((ending) => file.toLowerCase().endsWith(ending)))
        .sort(byCharacters);
    },
    hasFolder: (name) => kind(name) === 'folder',
    hasFile: (name) => kind(name) === 'file',
  };
}
