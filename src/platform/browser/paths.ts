// Paths with slashes, as node:path/posix has them.

export const sep = '/';

export function isAbsolute(path: string): boolean {
  return path.startsWith('/');
}

/** Steps without `.` and, where a step before them can be gone back, without `..`. */
function tidy(path: string): string {
  const steps: string[] = [];
  for (const step of path.split('/')) {
    if (step === '' || step === '.') continue;
    if (step !== '..' || (steps.length > 0 && steps.at(-1) !== '..')) {
      if (step === '..') steps.pop();
      else steps.push(step);
    } else if (!isAbsolute(path)) steps.push(step);
  }
  return `${isAbsolute(path) ? '/' : ''}${steps.join('/')}`;
}

export function join(...parts: string[]): string {
  const all = parts.filter((part) => part !== '').join('/');
  const ending = all.endsWith('/') ? '/' : '';
  const path = tidy(all);
  return path === '' ? `.${ending}` : `${path}${path === '/' ? '' : ending}`;
}

export function resolve(...parts: string[]): string {
  const last = parts.findLastIndex(isAbsolute);
  return tidy(`/${parts.slice(Math.max(0, last)).join('/')}`);
}

export function dirname(path: string): string {
  const bare = path.replace(/(?<=.)\/+$/, '');
  const at = bare.lastIndexOf('/');
  if (at < 0) return '.';
  return bare.slice(0, at).replace(/\/+$/, '') || '/';
}

export function basename(path: string): string {
  const bare = path.replace(/\/+$/, '');
  return bare.slice(bare.lastIndexOf('/') + 1);
}

export function extname(path: string): string {
  return /[^.](\.[^.]*)$/.exec(basename(path))?.[1] ?? '';
}
