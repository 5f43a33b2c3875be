import type { ContainedFolder } from '../platform/containedFolder';
import { endsWith, folded, isAmongMaps, joined, stemOf, writtenSteps } from './fileNames';
import { type Role, roleIn } from './parts';

/** A file that was found under a name. */
export interface FoundFile {
  /** Its name in the folder. */
  path: string;
  /** Whether it lies where the name says, but for case and for folders in front. */
  exact: boolean;
}

/** Finds files by the names that annotations write. */
export interface FileFinder {
  readonly folder: ContainedFolder;
  /** Folders that are looked in, in this order. */
  readonly places: readonly string[];
  /** The file that one of some names means, the first that means any; null where there is none. */
  find(names: readonly string[]): FoundFile | null;
}

/** Folders that are looked through for a file that lies in none of the places. */
const mostFolders = 5000;

/** Files of one folder by their names and stems, {@link folded}. */
interface FolderIndex {
  exact: ReadonlySet<string>;
  names: Map<string, string>;
  /** Files with one of the endings alone, that of the first ending first. */
  stems: Map<string, string>;
}

function indexOf(folder: ContainedFolder, place: string, endings: readonly string[]): FolderIndex {
  const { files } = folder.content(place);
  const names = new Map(files.map((file) => [folded(file), file]));
  const stems = new Map<string, string>();
  for (const ending of [...endings].reverse()) {
    for (const file of files) if (endsWith(file, [ending])) stems.set(folded(stemOf(file)), file);
  }
  return { exact: new Set(files), names, stems };
}

/**
 * A finder of files in a folder. Under a name it finds, the first of these that there is:
 *
 * 1. the file of that name in one of the places, then the file of that name without the first of its folders, and so on to the last step;
 *    so `images/a.jpg`, `/home/me/set/images/a.jpg` and `..\\a.jpg` are all found where `a.jpg` lies;
 * 2. each of them also where letters differ in case, accents are composed in another way, the name is quoted as in an address, or the
 *    ending is another one of `endings`;
 * 3. the only file of that name, or else of that stem, anywhere in the folder, but not in that of another part (`role`) or of maps;
 * 4. all that without the eight digits in front of Label Studio's names.
 *
 * Nothing outside of the folder is found.
 */
export function fileFinder(
  folder: ContainedFolder,
  places: readonly string[],
  endings: readonly string[],
  role: Role | null = null,
): FileFinder {
  const indices = new Map<string, FolderIndex>();
  function index(place: string): FolderIndex {
    let found = indices.get(place);
    if (!found) {
      found = indexOf(folder, place, endings);
      indices.set(place, found);
    }
    return found;
  }

  const resolved = new Map<string, string | null>();
  /** A folder below a place, whatever the case of its letters. */
  function below(place: string, steps: readonly string[]): string | null {
    const key = joined(place, ...steps);
    let found = resolved.get(key);
    if (found === undefined) {
      found = steps.reduce<string | null>((at, step) => {
        if (at === null) return null;
        const { folders } = folder.content(at);
        const own = folders.includes(step) ? step : folders.find((name) => folded(name) === folded(step));
        return own === undefined ? null : joined(at, own);
      }, place);
      resolved.set(key, found);
    }
    return found;
  }

  /** What a name means right in a folder. */
  function inFolder(at: string, name: string): string | undefined {
    const { exact, names, stems } = index(at);
    if (exact.has(name)) return name;
    return names.get(folded(name)) ?? stems.get(folded(name)) ?? stems.get(folded(stemOf(name)));
  }

  let everywhere: { names: Map<string, string[]>; stems: Map<string, string[]> } | undefined;
  /** All files of the folder by name and by stem. */
  function whole() {
    if (everywhere) return everywhere;
    everywhere = { names: new Map(), stems: new Map() };
    const add = (map: Map<string, string[]>, key: string, path: string) => {
      const list = map.get(key);
      if (list) list.push(path);
      else map.set(key, [path]);
    };
    for (const at of allFolders(folder, mostFolders)) {
      const other = roleIn(at);
      if (isAmongMaps(at) || (role !== null && other !== null && other !== role)) continue;
      for (const file of folder.content(at).files) {
        if (!endsWith(file, endings)) continue;
        add(everywhere.names, folded(file), joined(at, file));
        add(everywhere.stems, folded(stemOf(file)), joined(at, file));
      }
    }
    return everywhere;
  }

  function anywhere(name: string): string | undefined {
    const { names, stems } = whole();
    const lists = [names.get(folded(name)), stems.get(folded(stemOf(name))), stems.get(folded(name))];
    return lists.find((list) => list?.length === 1)?.[0];
  }

  function findOne(written: string): FoundFile | null {
    const variants = writtenSteps(written);
    for (const steps of variants) {
      const name = steps[steps.length - 1];
      for (let first = 0; first < steps.length; first++) {
        for (const place of places) {
          const at = below(place, steps.slice(first, -1));
          const file = at === null ? undefined : inFolder(at, name);
          if (file !== undefined) return { path: joined(at!, file), exact: folded(file) === folded(name) };
        }
      }
    }
    for (const steps of variants) {
      const path = anywhere(steps[steps.length - 1]);
      if (path !== undefined) return { path, exact: false };
    }
    const [, short] = /^(?:.*[\\/])?[0-9a-f]{8}[-_](.+)$/i.exec(written) ?? [];
    const found = short === undefined ? null : findOne(short);
    return found && { ...found, exact: false };
  }

  return {
    folder,
    places,
    find(names) {
      for (const name of names) {
        const found = findOne(name);
        if (found) return found;
      }
      return null;
    },
  };
}

/** The folder itself and all folders in it, nearer ones first. */
export function* allFolders(folder: ContainedFolder, most: number, from = '.'): Generator<string> {
  const waiting = [from];
  for (let k = 0; k < waiting.length && k < most; k++) {
    yield waiting[k];
    for (const name of folder.content(waiting[k]).folders) waiting.push(joined(waiting[k], name));
  }
}

/** All files below a folder that have one of some endings, with their folders in front, nearer ones first. */
export function filesBelow(folder: ContainedFolder, from: string, endings: readonly string[]): string[] {
  return [...allFolders(folder, mostFolders, from)].flatMap((at) =>
    folder.content(at).files.flatMap((file) => (endsWith(file, endings) ? [joined(at, file)] : [])),
  );
}

/** The folder in a folder that has a name, whatever the case of its letters. */
export function findFolder(folder: ContainedFolder, path: string): string | null {
  return path.split('/').reduce<string | null>((at, step) => {
    if (at === null || step === '' || step === '.') return at;
    const own =
      folder.content(at).folders.find((name) => name === step) ??
      folder.content(at).folders.find((name) => folded(name) === folded(step));
    return own === undefined ? null : joined(at, own);
  }, '.');
}

/** Which of some folders are there, in their order, each once. */
export function thoseThere(folder: ContainedFolder, paths: readonly string[]): string[] {
  return [...new Set(paths.map((path) => findFolder(folder, path)).filter((path) => path !== null))];
}
