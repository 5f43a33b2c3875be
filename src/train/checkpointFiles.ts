import { isRecord } from '../checks/record';
import { crc32 } from '../platform/compression';
import { existsSync, readdirSync, rmSync } from '../platform/files';
import { join } from '../platform/paths';
import { readJson } from '../platform/readJson';
import { removeLeftovers, replaceFile } from '../platform/replaceFile';

/** Largest record that is read, in bytes: a million steps of four losses. */
const maximumBytes = 2 ** 26;

/** Checkpoints that a folder holds: the newest, and the one before it, in case the newest is damaged. */
const kept = 2;

/** The files of the checkpoint after a step: what is known of the run, and the numbers of model and optimizer. */
export function checkpointFiles(folder: string, step: number): { record: string; numbers: string } {
  const path = (ending: string) => join(folder, `step-${step}.${ending}`);
  return { record: path('json'), numbers: path('safetensors') };
}

/** Steps of which a folder holds a checkpoint, the newest first. One without a record was never finished. */
export function checkpointSteps(folder: string): number[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((name) => /^step-(\d{1,15})\.json$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => b - a);
}

const checksumOf = (content: object) => crc32(JSON.stringify(content)).toString(16).padStart(8, '0');

/** Writes a record with a checksum, whole or not at all. */
export function writeRecord(path: string, content: object): void {
  replaceFile('saveCheckpoint', path, `${JSON.stringify({ ...content, crc32: checksumOf(content) })}\n`);
}

/** Reads a record. @throws with the reason alone where it is missing, damaged or edited. */
export function readRecord(path: string): Record<string, unknown> {
  const content = readJson(path, maximumBytes);
  if (!isRecord(content)) throw new Error('expected an object');
  const { crc32: wanted, ...rest } = content;
  const got = checksumOf(rest);
  if (wanted !== got) throw new Error(`expected the checksum ${wanted}, got ${got}: the file is damaged or was edited`);
  return rest;
}

/**
 * Removes the checkpoints that the newest makes superfluous: older than the one before it, and later ones, which a run that went back
 * to an older checkpoint has left behind. Also what killed writes left.
 */
export function removeSuperfluous(folder: string, newest: number): void {
  const before = checkpointSteps(folder).filter((step) => step <= newest);
  const wanted = new Set(before.slice(0, kept));
  for (const name of readdirSync(folder)) {
    const [, step] = /^step-(\d{1,15})\.(?:json|safetensors)$/.exec(name) ?? [];
    if (step !== undefined && !wanted.has(Number(step))) rmSync(join(folder, name), { force: true });
  }
  removeLeftovers(folder);
}
