import type { ProblemLog, ProblemPlace } from '../data/problems';
import { quoted } from '../platform/textFile';

/** Names of classes that a program asks for: no two the same. @throws with the reason alone. */
export function checkNames(names: unknown): string[] {
  const valid =
    Array.isArray(names) && names.length > 0 && names.every((name) => typeof name === 'string' && name !== '');
  if (!valid) throw new Error(`expected names of classes, got ${quoted(names)}`);
  const seen = new Set<string>();
  const twice = names.find((name) => seen.size === seen.add(name).size);
  if (twice !== undefined) throw new Error(`expected each class once, got ${quoted(twice)} twice`);
  return [...names];
}

/** Classes that a file lists by number. */
export interface ClassList {
  /** Each name once, in the order of the list. */
  names: string[];
  /** The label of each number of the file: the place of its name in `names`. */
  labels: number[];
}

/**
 * The classes that a file lists: numbers are names like any other, a blank name becomes `class k`, of its number k, and of two that are the
 * same both mean one class. All that is noted.
 * @throws with the reason alone where there are none.
 */
export function listedClasses(list: unknown, at: string | ProblemPlace, log: ProblemLog): ClassList {
  if (!Array.isArray(list) || list.length === 0) throw new Error(`expected names of classes, got ${quoted(list)}`);
  const known = new Map<string, number>();
  const labels = list.map((entry, k) => {
    const text = ['string', 'number', 'boolean'].includes(typeof entry) ? String(entry).trim() : '';
    const name = text === '' ? `class ${k}` : text;
    if (text === '') log.note('fields', at, `expected the name of class ${k}, got ${quoted(entry ?? 'none')}`);
    const before = known.get(name);
    if (before === undefined) known.set(name, known.size);
    else log.note('fields', at, `expected each class once, got ${quoted(name)} twice`);
    return known.get(name)!;
  });
  return { names: [...known.keys()], labels };
}

/** Names of classes in the order of their characters. */
export function sortedNames(names: Iterable<string>): string[] {
  return [...new Set(names)].sort((one, other) => (one < other ? -1 : 1));
}

/** `expected one of cat, dog, got "cow"`: a name that is no class. */
export function noClass(things: readonly string[], got: unknown): string {
  const shown = things.length > 20 ? `${things.slice(0, 20).join(', ')}, …` : things.join(', ');
  return `expected one of ${shown}, got ${quoted(got)}`;
}

/** Name of a split from outside. @throws with the reason alone unless it is letters, digits, `_`, `-`, `.` and spaces. */
export function checkSplit(split: unknown): void {
  if (typeof split !== 'string' || !/^[\p{L}\p{N}_ .-]+$/u.test(split) || split.includes('..')) {
    throw new Error(`expected the name of a split, got ${quoted(split)}`);
  }
}
