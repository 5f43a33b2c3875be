/** Where a line of progress goes that is written over. */
export interface Terminal {
  /** Whether somebody looks at it. */
  isTTY?: boolean;
  /** Characters of a line. */
  columns?: number;
  /** Writes a text as it is, without a line's end. */
  write(text: string): unknown;
}

/** The terminal of this process, on its stderr; in a browser there is none. */
export function terminal(): Terminal {
  return process.stderr;
}
