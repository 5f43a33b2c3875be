/** An environment variable; undefined where it is not set. */
export function environmentVariable(name: string): string | undefined {
  return process.env[name];
}

/** The folder that relative paths begin in. */
export function workingFolder(): string {
  return process.cwd();
}

/** The operating system, as Node calls it: `linux`, `darwin`, `win32`, …; in a browser `browser`. */
export function systemName(): string {
  return process.platform;
}

/** What runs this program, as errors name it: `Node.js 24.1.0`. */
export function engineName(): string {
  return `Node.js ${process.versions.node}`;
}
