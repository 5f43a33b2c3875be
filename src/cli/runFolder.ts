import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../checks/record';
import { type ModelDescription, parseDescription } from '../models/architectures';
import { listOf, numberIn, type OptionCheck, oneOf, recordOf, wholeIn } from '../models/plainOptions';
import { modelFiles } from '../models/savedModel';
import { readJson } from '../platform/readJson';
import { replaceFile } from '../platform/replaceFile';
import { quoted } from '../platform/textFile';
import type { Fingerprint } from './fingerprint';
import type { ImageLists } from './imageList';
import type { Machine } from './machine';
import { problemFile } from './problemNotes';
import { parseSettings, type TrainSettings } from './trainSettings';

/** Names in a run folder, beside those of the model. */
export const runFiles = {
  run: 'run.json',
  metrics: 'metrics.jsonl',
  report: 'report.html',
  checkpoint: 'checkpoint',
  problems: problemFile,
} as const;

/** What `run.json` says: how the run came about, so that it can be continued. */
export interface RunRecord {
  format: 'detseg-run';
  formatVersion: 1;
  settings: TrainSettings;
  /** The model as it was begun. */
  model: ModelDescription;
  /** What was decided on the way, one line each. */
  notes: string[];
  machine: Machine;
  /** Of settings and model as they were begun: edited ones are refused when the run is continued. */
  fingerprint?: Fingerprint;
  /** When it was begun and when it ended last, ISO 8601. */
  started: string;
  ended: string | null;
  /** The images that the run was begun with; none of painted ones. */
  images?: ImageLists;
}

/** Largest `run.json` that is read, in bytes. */
const maximumBytes = 2 ** 26;

/** Writes `run.json`, whole or not at all. */
export function writeRun(folder: string, record: RunRecord): void {
  replaceFile(null, join(folder, runFiles.run), `${JSON.stringify(record, null, 2)}\n`);
}

/** Whether a folder holds a run. */
export function hasRun(folder: string): boolean {
  return existsSync(join(folder, runFiles.run));
}

const text: OptionCheck = (value) => {
  if (typeof value === 'string') return value;
  throw new Error(`expected a text, got ${quoted(value)}`);
};
const fingerprint: OptionCheck = (value) => {
  if (isRecord(value) && Object.values(value).every((sum) => typeof sum === 'string')) return value;
  throw new Error(`expected checksums by name, got ${quoted(value)}`);
};
const number = numberIn(0, Number.MAX_VALUE);
const machine: Record<keyof Machine, OptionCheck> = {
  detseg: text,
  node: text,
  system: text,
  processor: text,
  cores: number,
  memoryGiB: number,
  device: text,
};
const lines = listOf(text, { least: 0, most: 10_000_000 });
const entries: Record<keyof RunRecord, OptionCheck> = {
  format: oneOf('detseg-run'),
  formatVersion: wholeIn(1, 1),
  settings: parseSettings,
  model: parseDescription,
  notes: listOf(text, { least: 0, most: 10_000 }),
  machine: recordOf(machine, Object.keys(machine)),
  started: text,
  fingerprint,
  images: recordOf({ training: lines, validation: lines }, ['training', 'validation']),
  ended: (value) => (value === null ? value : text(value)),
};

/** What every run says; older ones have no fingerprint and no list of images. */
const required = Object.keys(entries).filter((name) => name !== 'fingerprint' && name !== 'images');

/** The entries of a run, checked: they may come from anywhere. @throws naming the entry. */
function parseRun(value: unknown): RunRecord {
  if (!isRecord(value) || value.format !== 'detseg-run') throw new Error('expected a run that detseg has written');
  return recordOf(entries, required)(value) as RunRecord;
}

/** Reads `run.json`. @throws naming the file and the entry. */
export function readRun(folder: string): RunRecord {
  const path = join(folder, runFiles.run);
  try {
    return parseRun(readJson(path, maximumBytes));
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** Removes what a run has written, and nothing else. */
export function clearRun(folder: string): void {
  for (const name of [...Object.values(runFiles), ...Object.values(modelFiles)]) {
    rmSync(join(folder, name), { recursive: true, force: true });
  }
}
