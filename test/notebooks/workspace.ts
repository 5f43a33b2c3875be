// What the tests of the notebook commands share: a temporary folder inside the checkout, notebooks in it, and processes.
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../support/root';
import { temporaryFolder } from '../support/temporaryFolder';

/** A file of notebooks/tools. */
export const tool = (name: string): string => join(root, 'notebooks', 'tools', name);

/** The exports of a module of notebooks/tools. */
export const importTool = (name: string): Promise<any> => import(pathToFileURL(tool(name)).href);

export interface CodeCell {
  source: string;
  tags?: string[];
  /** Whether it is text. */
  markdown?: boolean;
}

/** A new folder under dist/, from where notebooks can import detseg; removed when the process ends. */
export const workspace = (): string => temporaryFolder('notebooks-', join(root, 'dist', 'tmp'));

/** Writes a notebook of a title and these cells of code (or text); returns its path. */
export function writeNotebook(file: string, cells: (string | CodeCell)[], kernel = 'tslab'): string {
  const all = cells.map((cell, index) => {
    const { source, tags, markdown }: CodeCell = typeof cell === 'string' ? { source: cell } : cell;
    if (markdown) return { cell_type: 'markdown', id: `text-${index}`, metadata: {}, source };
    const metadata = tags ? { tags } : {};
    return { cell_type: 'code', id: `code-${index}`, metadata, source, outputs: [], execution_count: null };
  });
  const title = { cell_type: 'markdown', id: 'title', metadata: {}, source: '# Title\n\nText.' };
  const metadata = { kernelspec: { display_name: 'TypeScript', language: 'typescript', name: kernel } };
  writeFileSync(file, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells: [title, ...all] }));
  return file;
}

/** Writes an executable shell script. */
export function writeScript(file: string, body: string): string {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
  return file;
}

export interface Ended {
  status: number | null;
  output: string;
}

/** A process and all that it prints; `until` waits for a text in that output, `ended` for its end. */
export function start(args: string[], env: NodeJS.ProcessEnv = process.env) {
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (status) => resolve({ status, output }));
  });
  const until = (pattern: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = () => {
        if (pattern.test(output)) resolve();
      };
      child.stdout.on('data', look);
      child.stderr.on('data', look);
      ended.then(() => reject(new Error(`expected ${pattern} in the output, got:\n${output}`)));
      look();
    });
  const keep = (chunk: Buffer) => {
    output += chunk;
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return { child, ended, until, output: () => output };
}

/** Says why a test does nothing here, on a line of its own, which `npm test` shows. */
export function skip(reason: string): void {
  console.log(`\nskip: ${reason}`);
}

/** Whether the process runs. One that has ended and that nobody has collected (in a container without an init) does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const status = `/proc/${pid}/stat`;
  return !existsSync(status) || !/\) Z /.test(readFileSync(status, 'utf8'));
}
