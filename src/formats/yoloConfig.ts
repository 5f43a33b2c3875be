import { isMap, parseDocument } from 'yaml';
import { largest } from '../checks/extremes';
import type { ProblemLog } from '../data/problems';
import type { ContainedFolder } from '../platform/containedFolder';
import { textLines } from '../platform/textFile';
import { type ClassList, listedClasses } from './classList';
import { filesBelow } from './fileFinder';
import { baseOf, endsWith, folded } from './fileNames';
import { labelText, mostClassBytes } from './labelText';

/** What a data.yaml says, or the files that stand for one. */
export interface YoloConfig {
  /** Name of the file in the folder. */
  file: string;
  /** Classes by number; null where it lists none. */
  classes: ClassList | null;
  /** Folders and lists of images by the name of their part, as they are written, with the folder that they begin in. */
  parts: Map<string, string[]>;
  /** Numbers of each point of a pose behind a box; 0 where there are no points. */
  pose: number;
}

type Keys = Map<unknown, unknown>;

/** Size of a data.yaml at most, bytes: the parser's work on keys and anchors grows with their square. */
const mostConfigBytes = 2 ** 17;

/** What a YAML file holds, as a Map: its keys come from outside. */
function readKeys(folder: ContainedFolder, file: string, options: { log: ProblemLog; maxBytes: number }): Keys {
  const text = labelText(folder, file, { ...options, maxBytes: Math.min(options.maxBytes, mostConfigBytes) });
  const document = parseDocument(text, { logLevel: 'silent', uniqueKeys: false, schema: 'core' });
  if (document.errors.length > 0) throw new Error(`expected YAML: ${document.errors[0].message.split('\n')[0]}`);
  if (!isMap(document.contents)) throw new Error('expected keys and values, got none');
  return document.toJS({ mapAsMap: true, maxAliasCount: 20 }) as Keys;
}

/** Names by number: a list, or numbers with names, where gaps are blank. */
function nameList(names: unknown, file: string, log: ProblemLog): unknown {
  if (typeof names === 'string' && names.trim() !== '') {
    const list = names.split(',');
    log.note('fields', file, `expected names of classes, got ${JSON.stringify(names)}`);
    return list;
  }
  if (!(names instanceof Map)) return names;
  const numbers = [...names.keys()].map(Number);
  const most = largest(numbers);
  if (!numbers.every((number) => Number.isInteger(number) && number >= 0) || most > 100_000) {
    throw new Error('expected names of the classes by whole numbers from 0 on, got others');
  }
  if (most >= names.size) log.note('fields', file, 'expected names of the classes from 0 on, got gaps');
  const list: unknown[] = Array(most + 1).fill(null);
  for (const [number, name] of names) list[Number(number)] = name;
  return list;
}

/** Keys of a data.yaml that stand for no part. */
const others = new Set(['path', 'names', 'nc', 'download', 'kpt_shape', 'flip_idx', 'channels', 'roboflow']);

/** The parts that a data.yaml tells, each entry with the folder `path` in front. */
function partsOf(keys: Keys, file: string, log: ProblemLog): YoloConfig['parts'] {
  const root = keys.get('path');
  const parts: YoloConfig['parts'] = new Map();
  for (const [key, value] of keys) {
    if (typeof key !== 'string' || others.has(key) || value === null || value instanceof Map) continue;
    const paths = [value].flat();
    if (paths.every((path): path is string => typeof path === 'string' && path !== '')) {
      parts.set(
        key,
        paths.map((path) => (typeof root === 'string' && root !== '' ? `${root}/${path}` : path)),
      );
    } else if (/^(train|val|valid|validation|test)$/.test(key)) {
      log.note('fields', file, `expected paths as ${key}, got ${JSON.stringify(paths)}`);
    }
  }
  return parts;
}

const yamlNames = ['data.yaml', 'data.yml', 'dataset.yaml', 'dataset.yml'];

/** The data.yaml of a folder: of that name, or the first YAML file that has names of classes; null where there is none. */
function yamlConfig(folder: ContainedFolder, options: ConfigOptions): YoloConfig | null {
  const { log, file: named } = options;
  const files = folder.content('.').files.filter((file) => endsWith(file, ['.yaml', '.yml']));
  const known = named === undefined ? files.filter((file) => yamlNames.includes(folded(file))) : [named];
  for (const file of known.length > 0 ? known : files) {
    try {
      const keys = readKeys(folder, file, options);
      if (known.length === 0 && !keys.has('names')) continue;
      const names = nameList(keys.get('names'), file, log);
      const classes = names === undefined ? null : listedClasses(names, file, log);
      const points = [keys.get('kpt_shape')].flat();
      const pose = points.length === 2 ? Number(points[0]) * Number(points[1]) : 0;
      return { file, classes, parts: partsOf(keys, file, log), pose: Number.isInteger(pose) ? pose : 0 };
    } catch (error) {
      if (log.isTold(error)) throw error;
      if (known.length > 0) log.note('fields', file, (error as Error).message);
    }
  }
  return null;
}

/** Whether a file lists names of classes, one a line: `classes.txt`, `obj.names`, `_darknet.labels`, … */
export function isClassList(file: string): boolean {
  return /^((predefined_)?classes|labels|names)\.txt$|\.names$|^_darknet\.labels$/i.test(baseOf(file));
}

/** The names that a file lists, one a line; blank lines count but for those at its end. */
function listConfig(folder: ContainedFolder, options: ConfigOptions): YoloConfig | null {
  const [file] = filesBelow(folder, '.', ['.txt', '.names', '.labels']).filter(isClassList);
  if (file === undefined) return null;
  const lines = labelText(folder, file, { ...options, maxBytes: mostClassBytes })
    .trimEnd()
    .split(/\r\n|\n|\r/);
  try {
    const classes = listedClasses(lines.join('') === '' ? [] : lines, file, options.log);
    return { file, classes, parts: darknetParts(folder, options), pose: 0 };
  } catch (error) {
    if (options.log.isTold(error)) throw error;
    options.log.note('fields', file, (error as Error).message);
    return null;
  }
}

/** The lists that `obj.data` of Darknet and CVAT names. */
function darknetParts(folder: ContainedFolder, options: ConfigOptions): YoloConfig['parts'] {
  const file = folder.content('.').files.find((name) => endsWith(name, ['.data']));
  if (file === undefined) return new Map();
  const entries = textLines(labelText(folder, file, { ...options, maxBytes: mostClassBytes })).flatMap(({ line }) => {
    const [, key, value] = /^(train|valid|val|test)\s*=\s*(\S.*)$/.exec(line) ?? [];
    return key === undefined ? [] : [[key, [value]] as [string, string[]]];
  });
  return new Map(entries);
}

/** What {@link readYoloConfig} needs. */
export interface ConfigOptions {
  log: ProblemLog;
  maxBytes: number;
  /** Name of the YAML file, where it is named. */
  file?: string;
}

/** What a folder says of its classes and parts; null where nothing in it does. */
export function readYoloConfig(folder: ContainedFolder, options: ConfigOptions): YoloConfig | null {
  const config = yamlConfig(folder, options);
  if (config?.classes) return config;
  const list = listConfig(folder, options);
  if (config === null || list === null) return config ?? list;
  return { ...config, classes: list.classes, parts: config.parts.size > 0 ? config.parts : list.parts };
}
