// The help of the command line, as it is, for the page on one's own data.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fence } from './notebookPage.mjs';
import { root } from './places.mjs';

/** What `detseg <command> --help` prints, as a block of text. */
export function commandHelp(command) {
  const program = join(root, 'src', 'cli', 'bin.cjs');
  // A terminal so wide that no line is broken: the page breaks them where it ends.
  const start = 'Object.assign(process.stdout, { isTTY: true, columns: 1000 }); require(process.argv[1]);';
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', start, program, command, '--help'], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  if (status !== 0)
    throw new Error(`detseg ${command} --help: expected its help, got ${stderr.trim() || `exit code ${status}`}`);
  // What the source broke within a sentence.
  return fence('txt', stdout.trim().replace(/^(\S.{80,}[^.:;])\n(?=[a-z-])/gm, '$1 '));
}
