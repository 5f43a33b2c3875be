import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root';

/** The command's file. */
export const commandFile = join(root, 'src', 'cli', 'bin.cjs');

/** How a command ended. */
export interface CommandResult {
  code: number | null;
  signal: NodeJS.Signals | null;
  output: string;
  errors: string;
}

/** A command that runs. */
export interface RunningCommand {
  child: ChildProcess;
  ended: Promise<CommandResult>;
}

/** Starts `detseg` with these words. @param cwd the working folder; this process's own where none is given. */
export function startCommand(
  words: readonly string[],
  environment: Record<string, string> = {},
  cwd?: string,
): RunningCommand {
  const env = { ...process.env, FORCE_COLOR: '0', DETSEG_DEBUG: '', ...environment };
  const options = { env, cwd, timeout: 200_000, killSignal: 'SIGKILL' } as const;
  const child = spawn(process.execPath, [commandFile, ...words], options);
  const result: CommandResult = { code: null, signal: null, output: '', errors: '' };
  child.stdout.on('data', (chunk) => {
    result.output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    result.errors += chunk;
  });
  const ended = new Promise<CommandResult>((done, failed) => {
    child.on('error', failed);
    child.on('close', (code, signal) => done({ ...result, code, signal }));
  });
  return { child, ended };
}

/** Runs `detseg` to its end. @param cwd the working folder; this process's own where none is given. */
export function runCommand(
  words: readonly string[],
  environment: Record<string, string> = {},
  cwd?: string,
): Promise<CommandResult> {
  return startCommand(words, environment, cwd).ended;
}

/** The lines of a run's log so far. */
export function logOf(run: string): Record<string, any>[] {
  const path = join(run, 'metrics.jsonl');
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  // The last is empty, or half a line that is being written.
  return lines.slice(0, -1).map((line) => JSON.parse(line));
}

/** Waits until a run has taken so many steps. */
export async function untilStep(run: string, step: number, seconds = 120): Promise<void> {
  for (const end = performance.now() + 1000 * seconds; performance.now() < end; ) {
    if (logOf(run).some((line) => line.step >= step)) return;
    await new Promise((resume) => setTimeout(resume, 20));
  }
  throw new Error(`untilStep: expected step ${step} within ${seconds} s`);
}
