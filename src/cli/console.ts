/** Where a command speaks: results to stdout, everything else to stderr. */
export interface Console {
  /** A result. */
  print(text: string): void;
  /** News on the way; silent with `--quiet`. */
  say(text: string): void;
  /** Something that the user should know; never silent. */
  warn(text: string): void;
  /** Whether the news are wanted. */
  readonly quiet: boolean;
}

/** The console of a shell. */
export function shellConsole({ quiet = false }: { quiet?: boolean } = {}): Console {
  return {
    quiet,
    print: (text) => void process.stdout.write(`${text}\n`),
    say: (text) => void (quiet || process.stderr.write(`${text}\n`)),
    warn: (text) => void process.stderr.write(`detseg: ${text}\n`),
  };
}
