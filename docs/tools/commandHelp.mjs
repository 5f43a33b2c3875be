// The help of the command line, as it is, for the page on one's own data.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fence } from './notebookPage.mjs';
import { root } from './places.mjs';

/** What `detseg <command> --help` prints, as a block of text. */
export function commandHelp(command) {
  const program = join(root, 'src', 'cli', 'bin.cjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, command, '--help'], {
    encoding: 'utf8',
    env: { ...process.env, COLUMNS: '110', NO_COLOR: '1' },
  });
  if (status !== 0)
    throw new Error(`detseg ${command} --help: expected its help, got ${stderr.trim() || `exit code ${status}`}`);
  return fence('txt', stdout.trim());
}
