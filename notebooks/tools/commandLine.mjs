// What the commands of this repository share at their start: `--help`, a plain word for a wrong option, and the time that they may take.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** The comment that a command's file begins with, as its help. */
export function helpOf(text) {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('//'));
  return lines
    .slice(0, end < 0 ? undefined : end)
    .map((line) => line.replace(/^\/\/ ?/, ''))
    .join('\n');
}

/**
 * The words of a command line, as `parseArgs` of node:util gives them. `--help` prints the head of the command's file and ends with
 * exit code 0; an option that is not there says so on one line and ends with 2.
 * @param url `import.meta.url` of the command. @param config as for `parseArgs`.
 */
export function commandLine(url, { options, ...config }) {
  let parsed;
  try {
    parsed = parseArgs({ ...config, options: { ...options, help: { type: 'boolean', short: 'h' } } });
  } catch (error) {
    // The first sentence; the others explain how to pass words that look like options.
    console.error(`${error.message.split('. ')[0]}; --help lists what there is`);
    process.exit(2);
  }
  if (parsed.values.help) {
    console.log(helpOf(readFileSync(fileURLToPath(url), 'utf8')));
    process.exit(0);
  }
  return parsed;
}

/** The option `--within=minutes` of commands that may leave something out. */
export const within = { type: 'string', default: 'Infinity' };

/** When that time is over, on the clock of `performance.now()`. Ends the command with exit code 2 where it is no time. */
export function endOf(command, minutes) {
  const end = performance.now() + Number(minutes) * 60_000;
  if (end > 0) return end;
  console.error(`${command}: expected --within in minutes, got "${minutes}"`);
  process.exit(2);
}
