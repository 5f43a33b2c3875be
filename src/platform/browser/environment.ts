/** A page has no environment. */
export function environmentVariable(_name: string): string | undefined {
  return undefined;
}

export function workingFolder(): string {
  return '/';
}

export function systemName(): string {
  return 'browser';
}

/** What runs this program, as errors name it. */
export function engineName(): string {
  return 'this browser';
}
