// Parts of data sets: what is trained on, measured on on the way, and measured on in the end, whatever an export calls them.

/** What a part is for. */
export type Role = 'train' | 'val' | 'test';

const synonyms: Record<string, Role> = {
  train: 'train',
  training: 'train',
  trainset: 'train',
  val: 'val',
  valid: 'val',
  validation: 'val',
  dev: 'val',
  test: 'test',
  testing: 'test',
  testset: 'test',
};

/** What a part of this name is for: `valid`, `Validation` and `val2017` are the same. Null for other names, `trainval` among them. */
export function roleOf(name: string): Role | null {
  const words = name.toLowerCase().match(/[a-z]+/g) ?? [];
  return words.length === 1 && Object.hasOwn(synonyms, words[0]) ? synonyms[words[0]] : null;
}

/** What a path's last step that says so is for: `annotations/instances_train2017.json` holds what is trained on. */
export function roleIn(path: string): Role | null {
  for (const step of path.split('/').reverse()) {
    const roles = (step.toLowerCase().match(/[a-z]+/g) ?? []).flatMap((word) =>
      Object.hasOwn(synonyms, word) ? [synonyms[word]] : [],
    );
    if (roles.length > 0) return roles[0];
  }
  return null;
}

/** The part that is wanted: of that name, of that name but for case, or the only one that is for the same. */
export function findPart(names: readonly string[], wanted: string): string | undefined {
  const role = roleOf(wanted);
  const same = role === null ? [] : names.filter((name) => roleOf(name) === role);
  return (
    names.find((name) => name === wanted) ??
    names.find((name) => name.toLowerCase() === wanted.toLowerCase()) ??
    (same.length === 1 ? same[0] : undefined)
  );
}

/** The error of a data set that has no part of a name, with the reason alone. @param names those that it has. */
export function noPart(path: string, names: readonly string[], wanted: string): Error {
  const known = names.length > 0 ? `one of the parts ${names.join(', ')}` : 'no part, since all images are in one';
  return new Error(`${path}: expected ${known}, got ${wanted}`);
}

/** The part for a role, where there is one; of several, the first. */
export function partFor(names: readonly string[], role: Role): string | undefined {
  const found = names.find((name) => roleOf(name) === role);
  // Sets of which a test part alone was kept apart have the rest in one.
  return found ?? (role === 'train' ? names.find((name) => name.toLowerCase() === 'trainval') : undefined);
}

/** The word of a path that says which part it is, with its number: `annotations/instances_val2017.json` → `val2017`; null where none does. */
export function partName(path: string): string | null {
  for (const step of path.split('/').reverse()) {
    const word = (step.match(/[a-z]+\d*/gi) ?? []).find((text) => roleOf(text) !== null);
    if (word !== undefined) return word;
  }
  return null;
}
