import { join } from 'node:path';
import { isHarmless, type ProblemKind, type Problems, problemKinds } from '../data/problems';
import { replaceFile } from '../platform/replaceFile';
import type { ReportPart } from '../viz/reportPage';
import { counted } from './usage';

/** The problems of a part of a data set. */
export interface PartProblems {
  /** What the part is for: `training`, `validation`; empty where there is one alone. */
  part: string;
  problems: Problems;
}

/** What became of something of each kind: one, and many. */
const words: Record<ProblemKind, readonly [one: string, many: string]> = {
  images: ['image left out', 'images left out'],
  objects: ['box left out', 'boxes left out'],
  masks: ['mask left out in part or as a whole', 'masks left out in part or as a whole'],
  clipped: ['box cut off at the border', 'boxes cut off at the border'],
  turned: ['image turned upright with its labels', 'images turned upright with their labels'],
  repeats: ['repeat left out', 'repeats left out'],
  fields: ['odd entry', 'odd entries'],
  unlabeled: ['image without labels', 'images without labels'],
  unused: ['file not used', 'files not used'],
  notes: ['note', 'notes'],
};

/** Entries of each kind that are shown. */
const shown = 3;

const textOf = ({ file, place, reason }: Problems['list'][number]) =>
  place === null ? `${file}: ${reason}` : `${file}: ${place}: ${reason}`;

/** Kinds that occur, with their numbers and the first few of each. */
function byKind(problems: Problems) {
  return problemKinds
    .filter((kind) => problems[kind] > 0)
    .map((kind) => {
      const first: Problems['list'][number][] = [];
      for (const problem of problems.list) {
        if (problem.kind === kind && first.push(problem) === shown) break;
      }
      return { kind, count: problems[kind], text: counted(problems[kind], ...words[kind]), first };
    });
}

/**
 * What was left out of a data set or read in another way, a line each: how many of each kind, then the first few of each.
 * @param file where all of them are.
 */
export function problemNotes(problems: Problems, file?: string): string[] {
  const kinds = byKind(problems);
  if (kinds.length === 0) return [];
  const counts = kinds.filter(({ kind }) => kind !== 'notes').map(({ text }) => text);
  const strict = kinds.some(({ kind }) => !isHarmless(kind)) ? ['--strict stops at the first'] : [];
  const more = [...strict, ...(file === undefined ? [] : [`all of them: ${file}`])].join('; ');
  const heading = counts.length > 0 ? [`${counts.join(', ')}${more && ` (${more})`}`] : [];
  return [
    ...heading,
    ...kinds.flatMap(({ kind, count, first }) => {
      const lines = first.map((problem) => `  ${kind === 'notes' ? 'note' : words[kind][0]}: ${textOf(problem)}`);
      return count > first.length ? [...lines, `  … and ${count - first.length} more`] : lines;
    }),
  ];
}

/** The notes of several parts, each line with the part in front. */
export function partNotes(parts: readonly PartProblems[], file?: string): string[] {
  return parts.flatMap(({ part, problems }) => problemNotes(problems, file).map((note) => `${part}: ${note}`));
}

/** Name of the file that lists all problems, in the folder of a run or a report. */
export const problemFile = 'problems.jsonl';

/** Writes all problems of a data set into a file, a line of JSON each: part, file, place, kind, reason. */
export function writeProblemFile(path: string, parts: readonly PartProblems[]): void {
  const lines = parts.flatMap(({ part, problems }) =>
    problems.list.map(({ file, place, kind, reason }) => JSON.stringify({ part, file, place, kind, reason })),
  );
  replaceFile(null, path, lines.map((line) => `${line}\n`).join(''));
}

/** Writes all problems of a data set into the folder of a run or a report. */
export function writeProblems(folder: string, parts: readonly PartProblems[]): void {
  writeProblemFile(join(folder, problemFile), parts);
}

/** The problems of a data set in a report: how many of each kind, and the first few of each. */
export function problemParts(parts: readonly PartProblems[]): ReportPart[] {
  const rows = parts.flatMap(({ part, problems }) => byKind(problems).map((entry) => ({ part, ...entry })));
  if (rows.length === 0) return [];
  const first = rows.flatMap(({ part, kind, first: list }) =>
    list.map((problem) => [part, words[kind][0], problem.file, problem.place, problem.reason]),
  );
  return [
    { heading: 'What was left out or read in another way' },
    {
      table: {
        columns: ['part', 'what', 'number'],
        rows: rows.map(({ part, kind, count }) => [part, words[kind][1], count]),
      },
    },
    { text: `The first of each; all of them are in ${problemFile}.` },
    { table: { columns: ['part', 'what', 'file', 'place', 'reason'], rows: first } },
  ];
}
