import { Command, CommanderError } from 'commander';
import { version } from '../platform/version';
import { lineOf, linesOf, outliveTerminal } from './console';
import { addDetect } from './detect';
import { addEvaluate } from './evaluate';
import { addInfo } from './info';
import type { Outcome } from './outcome';
import { addSegment } from './segment';
import { addTrain } from './train';
import { exitCodes, refuseArguments, UsageError } from './usage';

function program(outcome: Outcome): Command {
  const root = new Command('detseg')
    .description('Trains, measures and uses models that find things in images.')
    .version(version, '-V, --version', 'print the version')
    .option('--verbose', 'show where an error comes from (also: DETSEG_DEBUG=1)')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .showHelpAfterError('(detseg --help tells what there is)')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ writeErr: (text) => void process.stderr.write(linesOf(text)) })
    .addHelpText(
      'after',
      [
        '',
        'Examples:',
        '  $ detseg train --format scenes --model yolo --steps 500 --out run',
        '  $ detseg train --format voc --data photographs --model faster-rcnn --size 192x256 --out run',
        '  $ detseg evaluate --model run --format voc --data photographs --split test',
        '  $ detseg detect --model run --out found new/*.jpg',
        '',
        'Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted after saving (143 by SIGTERM, 129 by SIGHUP).',
      ].join('\n'),
    );
  for (const add of [addTrain, addEvaluate, addDetect, addSegment, addInfo]) {
    const command = add(root, outcome);
    command.allowExcessArguments().hook('preAction', (_, called) => refuseArguments(called));
    command.showHelpAfterError(`(detseg ${command.name()} --help tells more)`);
  }
  return root;
}

/**
 * Runs the program with the words behind its name.
 * @returns the code for the shell: see {@link exitCodes}.
 */
export async function main(words: readonly string[]): Promise<number> {
  const outcome: Outcome = { code: exitCodes.done };
  const root = program(outcome);
  if (words.length === 0) {
    root.outputHelp({ error: true });
    return exitCodes.usage;
  }
  try {
    await root.parseAsync([...words], { from: 'user' });
    return outcome.code;
  } catch (error) {
    // The parser has said what is wrong already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    const { message, stack } = error as Error;
    const traced = root.opts().verbose === true || (process.env.DETSEG_DEBUG ?? '') !== '';
    const text = traced ? linesOf(stack ?? message) : lineOf(message);
    process.stderr.write(`detseg: ${text}\n`);
    return error instanceof UsageError ? exitCodes.usage : exitCodes.failed;
  }
}

/** Runs the program of this process. */
export function start(): void {
  outliveTerminal({ closed: exitCodes.done, failed: exitCodes.failed });
  main(process.argv.slice(2)).then((code) => {
    process.exitCode = code;
  });
}
