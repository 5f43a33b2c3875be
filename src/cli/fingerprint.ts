import { crc32 } from 'node:zlib';
import { isRecord } from '../checks/record';
import type { ModelDescription } from '../models/architectures';
import { quoted } from '../platform/textFile';
import { changeable, type TrainSettings } from './trainSettings';

/** A checksum of each setting and each part of the model that decides a run's numbers, by name: `learningRate`, `model.size`. */
export type Fingerprint = Record<string, string>;

/** A value as JSON has it, names in the order of their characters: the same for the same content. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isRecord(value)) return JSON.stringify(value) ?? 'null';
  const names = Object.keys(value).filter((name) => value[name] !== undefined);
  return `{${names.sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`)}}`;
}

/** What a run's numbers depend on, by name; settings that may change between two sessions are left out. */
function decisive(settings: TrainSettings, model: ModelDescription): Map<string, unknown> {
  const own = Object.entries(settings).filter(([name]) => !changeable.includes(name));
  const parts = Object.entries(model).map(([name, value]) => [`model.${name}`, value] as const);
  return new Map([...own, ...parts].filter(([, value]) => value !== undefined));
}

const checksumOf = (value: unknown) => crc32(canonical(value)).toString(16).padStart(8, '0');

/** The fingerprint of a run. */
export function fingerprintOf(settings: TrainSettings, model: ModelDescription): Fingerprint {
  return Object.fromEntries([...decisive(settings, model)].map(([name, value]) => [name, checksumOf(value)]));
}

/**
 * Throws where settings or model are not those that a run was begun with: with others, its checkpoint would go on to numbers that no run has.
 * @throws naming each, and what to do.
 */
export function checkFingerprint(
  path: string,
  begun: Fingerprint,
  { settings, model }: { settings: TrainSettings; model: ModelDescription },
): void {
  const now = decisive(settings, model);
  const changed = [...new Set([...Object.keys(begun), ...now.keys()])].filter(
    (name) => begun[name] !== (now.has(name) ? checksumOf(now.get(name)) : undefined),
  );
  if (changed.length === 0) return;
  const shown = changed.map((name) => `${name} (now ${now.has(name) ? quoted(now.get(name)) : 'missing'})`);
  throw new Error(
    `${path}: expected ${shown.join(', ')} as the run was begun; put ${changed.length > 1 ? 'them' : 'it'} back, or begin anew with --overwrite`,
  );
}
