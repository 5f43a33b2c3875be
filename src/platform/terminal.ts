/** Where a line of progress goes that is written over. */
export interface Terminal {
  /** Whether somebody looks at it. */
  isTTY?: boolean;
  /** Characters of a line. */
  columns?: number;
  write(text: string): unknown;
}

/** The terminal of this process, on its stderr; in a browser there is none. */
export function terminal(): Terminal {
  return process.stderr;
}
