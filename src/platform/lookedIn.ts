import { workingFolder } from './environment';
import { isAbsolute } from './paths';

/** Where a relative path was looked for, to be added to `no such file`; nothing for an absolute one. */
export function lookedIn(path: string): string {
  return isAbsolute(path) ? '' : ` in ${workingFolder()}`;
}
