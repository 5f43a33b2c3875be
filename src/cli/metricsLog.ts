import { closeSync, existsSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { isRecord } from '../checks/record';
import { fileLines } from '../platform/fileLines';
import { replaceFile } from '../platform/replaceFile';

/** One line of a run's log: the losses of a step, or what was measured after it. */
export type MetricsLine = { step: number } & Record<string, unknown>;

/** The log of a run: a line of JSON for each step. */
export interface MetricsLog {
  /** Adds a line. */
  add(line: MetricsLine): void;
  /** Brings the lines to the disk: before a checkpoint is written, so that none of its steps is missing after a power cut. */
  sync(): void;
  close(): void;
}

/** Bytes of a line at most. */
const longest = 2 ** 20;

function parsed(text: string): MetricsLine | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) && Number.isSafeInteger(value.step) ? (value as MetricsLine) : null;
  } catch {
    return null;
  }
}

/** The lines of a log that say something, with their text; what a crash has damaged is left out. */
export function* metricsLines(path: string): Generator<{ text: string; line: MetricsLine }, void> {
  if (!existsSync(path)) return;
  for (const text of fileLines(path, longest)) {
    const line = parsed(text);
    if (line) yield { text, line };
  }
}

/** Opens the log of a run that goes on after a step: the lines up to it stay, what a crash left behind them is gone. */
export function openMetricsLog(path: string, step: number): MetricsLog {
  function* kept() {
    for (const { text, line } of metricsLines(path)) if (line.step <= step) yield `${text}\n`;
  }
  replaceFile(null, path, kept());
  const file = openSync(path, 'a');
  return {
    add: (line) => void writeSync(file, `${JSON.stringify(line)}\n`),
    sync: () => fsyncSync(file),
    close: () => closeSync(file),
  };
}
