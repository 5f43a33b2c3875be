import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../../src/checks/record';
import { root } from './root';

/** An array of a golden file: row-major, in detseg's layout. Inputs are numbers that float32 holds exactly. */
export interface GoldenArray {
  shape: number[];
  data: number[];
}

/** One computation and its results. Which of the optional arrays there are depends on the operation: see test/golden/README.md. */
export interface GoldenCase {
  name: string;
  /** The function of detseg that the case is for. */
  op: string;
  /** Settings, named as detseg names them. */
  options: Record<string, any>;
  inputs: Record<string, GoldenArray>;
  output?: GoldenArray;
  /** A gradient with the output's shape. */
  upstream?: GoldenArray;
  /** The gradients that `upstream` causes, by the input's name. */
  gradients?: Record<string, GoldenArray>;
  /** The bytes of a file. */
  file?: GoldenArray;
  indices?: GoldenArray;
  /** Regions of an image, and the image of each. */
  boxes?: GoldenArray;
  images?: GoldenArray;
  labels?: GoldenArray;
  mean?: GoldenArray;
  variance?: GoldenArray;
  runningMean?: GoldenArray;
  runningVariance?: GoldenArray;
  norm?: GoldenArray;
  clipped?: Record<string, GoldenArray>;
  centers?: GoldenArray;
  counts?: GoldenArray;
  inertia?: GoldenArray;
  iterations?: GoldenArray;
  firstStep?: GoldenArray;
  modes?: GoldenArray;
  perClass?: GoldenArray;
  /** What another library makes of the same. */
  pasted?: GoldenArray;
}

/** A golden file: what it was made with, and its cases. */
export interface Golden {
  versions: Record<string, string>;
  cases: GoldenCase[];
}

/** Checks every array below a value; anything with `shape` and `data` is one. */
function checkArrays(place: string, value: unknown): void {
  if (!isRecord(value)) return;
  if (!('shape' in value && 'data' in value)) {
    for (const [key, entry] of Object.entries(value)) checkArrays(`${place}.${key}`, entry);
    return;
  }
  const { shape, data } = value;
  const isList = (list: unknown): list is number[] =>
    Array.isArray(list) && list.every((item) => Number.isFinite(item));
  if (!isList(shape) || !isList(data)) throw new Error(`${place}: expected a shape and data of finite numbers`);
  const size = shape.reduce((product, count) => product * count, 1);
  if (data.length !== size)
    throw new Error(`${place}: expected ${size} numbers for shape [${shape.join(', ')}], got ${data.length}`);
}

/** Checks a parsed golden file; `file` is its name in errors. @throws where it is not of the format, naming the place. */
export function parseGolden(file: string, golden: unknown): Golden {
  if (!isRecord(golden) || !isRecord(golden.versions) || !Array.isArray(golden.cases) || golden.cases.length === 0) {
    throw new Error(`${file}: expected versions and a list of cases`);
  }
  for (const [index, entry] of golden.cases.entries()) {
    if (
      !isRecord(entry) ||
      typeof entry.name !== 'string' ||
      typeof entry.op !== 'string' ||
      !isRecord(entry.options) ||
      !isRecord(entry.inputs)
    ) {
      throw new Error(`${file}: expected name, op, options and inputs in case ${index}`);
    }
    const { options: _, ...arrays } = entry;
    checkArrays(`${file}: ${entry.name}`, arrays);
  }
  return golden as unknown as Golden;
}

/**
 * Reads test/golden/<slug>.json, results of PyTorch or scikit-learn to compare with.
 * @throws where there is no such file, listing those there are, or where it is not of the format.
 */
export function loadGolden(slug: string): Golden {
  const folder = join(root, 'test', 'golden');
  const path = join(folder, `${slug}.json`);
  if (!existsSync(path)) {
    const slugs = readdirSync(folder).flatMap((name) => (name.endsWith('.json') ? [name.slice(0, -5)] : []));
    throw new Error(`loadGolden: expected one of ${slugs.sort().join(', ')}, got ${JSON.stringify(slug)}`);
  }
  return parseGolden(`${slug}.json`, JSON.parse(readFileSync(path, 'utf8')));
}
