// Names of files as annotations write them. One rule for all readers.

/** `a.b.jpg` → `a.b`; a folder in front stays. */
export function stemOf(name: string): string {
  return name.replace(/\.[^./\\]*$/, '');
}

/** The last step of a path. */
export function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The folder of a path; `.` where it has none. */
export function folderOf(path: string): string {
  const end = path.lastIndexOf('/');
  return end < 0 ? '.' : path.slice(0, end);
}

/** A path out of steps with slashes; `.` stands for nothing. */
export function joined(...steps: string[]): string {
  return steps.filter((step) => step !== '' && step !== '.').join('/') || '.';
}

/** Whether a name ends with one of some endings, in any case. */
export function endsWith(name: string, endings: readonly string[]): boolean {
  const lower = name.toLowerCase();
  return endings.some((ending) => lower.endsWith(ending));
}

/** `my%20cat.jpg` → `my cat.jpg`; other texts stay. */
function unquoted(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Names that differ in case, in how accents are composed, or in being quoted for an address are the same. */
export function folded(name: string): string {
  return unquoted(name).normalize('NFC').toLowerCase();
}

/**
 * The names that a path from outside may mean here, as steps, likeliest first: without drive and root, `.` and `..`; out of an address;
 * quoted or not. `..\\media\\my%20cat.jpg` → `['media', 'my%20cat.jpg']`, `['media', 'my cat.jpg']`.
 */
export function writtenSteps(written: string): string[][] {
  const slashed = written.trim().replaceAll('\\', '/');
  // Label Studio serves local files as /data/local-files/?d=folder/a.jpg.
  const served = /[?&]d=([^&#]+)/.exec(slashed)?.[1];
  const address = slashed.replace(/^[a-z][a-z0-9+.-]+:\/\/[^/]*\//i, '');
  const variants = [address, address.replace(/[?#].*$/, ''), ...(served ? [unquoted(served)] : [])];
  const texts = new Set([...variants, ...variants.map(unquoted)]);
  return [...texts].map(steps).filter((found) => found.length > 0);
}

function steps(path: string): string[] {
  const result: string[] = [];
  for (const step of path.replace(/^[A-Za-z]:(?=\/|$)/, '').split('/')) {
    if (step === '..') result.pop();
    else if (step !== '' && step !== '.') result.push(step);
  }
  return result;
}

/** Whether a path lies in a folder of label maps, which have the names of the images that they belong to. */
export function isAmongMaps(path: string): boolean {
  return path
    .split('/')
    .some((step) => /^(segmentation\w*|\w*masks?|[\w-]+[_-]masks?|ground_?truth|gt|trimaps)$/i.test(step));
}
