import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative } from 'node:path';
import * as ts from 'typescript';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  bareProperties,
  barePropertiesOf,
  type Contract,
  contractsOf,
  namesShape,
  publicContracts,
} from './support/contracts';
import { hiddenTypes, hiddenTypesOf } from './support/hiddenTypes';
import { root } from './support/root';

const test = suite('structure');

interface Import {
  /** `../tensor/shape`, or a package's name. */
  target: string;
  typesOnly: boolean;
}

interface Source {
  /** From the root, with forward slashes: `src/ops/conv2d.ts`. */
  path: string;
  text: string;
  imports: Import[];
}

/** Every static and dynamic import, re-export and require of a file; comments do not count. */
function importsOf(text: string): Import[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const found: Import[] = [];
  for (const [, kind, target] of code.matchAll(/^(?:import|export)\s+(type\s)?[^;'"]*?from\s+['"]([^'"]+)['"]/gm)) {
    found.push({ target, typesOnly: kind !== undefined });
  }
  for (const [, target] of code.matchAll(/^import\s+['"]([^'"]+)['"]/gm)) found.push({ target, typesOnly: false });
  for (const [, target] of code.matchAll(/\b(?:import|require)\(\s*['"]([^'"]+)['"]\s*\)/g)) {
    found.push({ target, typesOnly: false });
  }
  return found;
}

function read(folder: string): Source[] {
  return readdirSync(join(root, folder), { recursive: true })
    .map((name) => `${folder}/${String(name).replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.ts'))
    .map((path) => {
      const text = readFileSync(join(root, path), 'utf8');
      return { path, text, imports: importsOf(text) };
    });
}

const library = read('src');
const kernels = read('kernels');

/** `src/ops/conv2d.ts` is part `ops`, `src/device/device.ts` part `device`, `kernels/matmul.ts` part `kernels`. */
function partOf(path: string): string {
  const [first, second] = path.split('/');
  return first === 'src' ? second.replace(/\.ts$/, '') : first;
}

/** The file that a relative import means. */
function resolve(from: string, target: string): string {
  return relative(root, join(root, dirname(from), `${target}.ts`)).replaceAll('\\', '/');
}

// What each part may import, beside itself. Read upwards, it is the order in which the library is built.
const allowed: Record<string, string[]> = {
  checks: [],
  shape: ['checks'],
  kernels: [],
  platform: ['checks'],
  plan: ['shape', 'kernels'],
  simd: ['platform'],
  tiled: ['shape', 'plan', 'kernels', 'simd'],
  device: ['shape', 'checks', 'platform', 'plan', 'simd', 'tiled'],
  tensor: ['shape', 'checks', 'plan', 'device'],
  ops: ['shape', 'checks', 'plan', 'kernels', 'device', 'tensor'],
  linear: ['shape', 'checks', 'tensor'],
  losses: ['shape', 'checks', 'plan', 'kernels', 'tensor', 'ops'],
  nn: ['shape', 'checks', 'tensor', 'ops'],
  optim: ['shape', 'checks', 'kernels', 'tensor', 'ops', 'nn'],
  boxes: ['shape', 'checks', 'kernels', 'tensor', 'ops'],
  images: ['shape', 'checks', 'platform'],
  cluster: ['shape', 'checks', 'plan', 'kernels', 'device', 'tensor', 'ops', 'images'],
  graphCut: ['shape', 'checks', 'images', 'cluster'],
  data: ['shape', 'checks', 'tensor', 'boxes', 'images'],
  formats: ['shape', 'checks', 'platform', 'boxes', 'images', 'data'],
  weights: ['shape', 'checks', 'platform'],
  scenes: ['shape', 'checks', 'platform', 'tensor', 'data', 'formats'],
  metrics: ['shape', 'checks', 'tensor', 'boxes', 'data'],
  exercises: [
    'shape',
    'linear',
    'checks',
    'tensor',
    'ops',
    'nn',
    'boxes',
    'cluster',
    'data',
    'scenes',
    'metrics',
    'models',
  ],
  viz: ['shape', 'checks', 'platform', 'tensor', 'boxes', 'images', 'graphCut', 'data', 'metrics'],
  models: [
    ...['shape', 'checks', 'platform', 'tensor', 'ops', 'linear', 'losses', 'nn', 'boxes', 'images', 'data'],
    'weights',
  ],
  train: [
    ...['shape', 'checks', 'platform', 'device', 'tensor', 'ops', 'losses', 'nn', 'optim', 'boxes', 'data', 'metrics'],
    ...['weights', 'viz', 'models'],
  ],
};
// These two see everything, and nothing sees them.
const top = ['index', 'cli'];

test('imports are found in every form, and not in comments', () => {
  const text = [
    "import { a } from './a';",
    "import type { B } from './b';",
    'import {',
    '  c,',
    "} from './c';",
    "export { d } from './d';",
    "import './e';",
    "const f = await import('./f');",
    "const g = require('./g');",
    "// import { no } from './no';",
    "/* import { no } from './no'; */",
  ].join('\n');
  assert.equal(
    importsOf(text).map(({ target, typesOnly }) => (typesOnly ? `type ${target}` : target)),
    ['./a', 'type ./b', './c', './d', './e', './f', './g'],
  );
});

test('imports go one way', () => {
  const wrong: string[] = [];
  for (const { path, imports } of [...library, ...kernels]) {
    const part = partOf(path);
    if (top.includes(part)) continue;
    if (!(part in allowed)) {
      wrong.push(`${path}: part ${part} has no place in the order of imports`);
      continue;
    }
    for (const { target } of imports) {
      if (!target.startsWith('.')) continue;
      const other = partOf(resolve(path, target));
      if (other !== part && !allowed[part].includes(other)) wrong.push(`${path} imports ${target}`);
    }
  }
  assert.equal(wrong, []);
});

test('the order of imports has no circle', () => {
  const done = new Set<string>();
  for (let before = -1; before !== done.size; ) {
    before = done.size;
    for (const part in allowed) if (allowed[part].every((other) => done.has(other))) done.add(part);
  }
  assert.equal(
    Object.keys(allowed).filter((part) => !done.has(part)),
    [],
  );
});

test('no file imports itself by way of others', () => {
  const targets = new Map(
    library.map(({ path, imports }) => [
      path,
      imports.filter(({ target }) => target.startsWith('.')).map(({ target }) => resolve(path, target)),
    ]),
  );
  // Take away what imports nothing that is left: what remains stands in a circle or above one.
  for (let before = -1; before !== targets.size; ) {
    before = targets.size;
    for (const [path, wanted] of targets) if (!wanted.some((target) => targets.has(target))) targets.delete(path);
  }
  assert.equal([...targets.keys()], []);
});

test('kernels import types alone, and of their own folder', () => {
  const wrong = kernels.flatMap(({ path, imports }) =>
    imports
      .filter(({ target, typesOnly }) => !typesOnly || !/^\.\/[^/]+$/.test(target))
      .map(({ target }) => `${path}: ${target}`),
  );
  assert.equal(wrong, []);
  assert.ok(kernels.length > 5);
});

test('every kernel is launched by the library', () => {
  const names = kernels.flatMap(({ path, text }) =>
    [...text.matchAll(/^export function (\w+)/gm)].map(([, name]) => ({ path, name })),
  );
  assert.ok(names.length > 30);
  const unused = names.filter(({ path, name }) => {
    // The public list of all kernels launches none.
    const users = library.filter(
      ({ path: user, imports }) =>
        user !== 'src/plan/kernels.ts' &&
        imports.some(({ target }) => target.startsWith('.') && resolve(user, target) === path),
    );
    return !users.some(({ text }) => new RegExp(`\\b${name}\\b`).test(text));
  });
  assert.equal(
    unused.map(({ path, name }) => `${path}: ${name}`),
    [],
  );
});

test('only device and simd know gpu.js', () => {
  const users = library
    .filter(({ imports }) => imports.some(({ target }) => /^gpu\.js(\/|$)/.test(target)))
    .map(({ path }) => path);
  assert.equal(
    users.filter((path) => !/^src\/(device|simd)\//.test(path)),
    [],
  );
  assert.ok(users.includes('src/device/device.ts'));
});

/** What only Node has, but for names that others use for things of their own, such as `module`. */
const nodeGlobals = ['process', 'Buffer', 'require', '__filename', '__dirname', 'setImmediate'];

/** Names of Node's own modules and globals that a file uses; comments, texts, properties and keys do not count. */
function nodeUses(path: string, text: string): string[] {
  const found = new Set<string>();
  const isNode = (target: string) => isBuiltin(target) || /^(webgpu|sharp)$/.test(target);
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) && isNode(node.text)) {
      const { parent } = node;
      const isCall = ts.isCallExpression(parent) && /^(require|import)$/.test(parent.expression.getText());
      if (isCall || ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent)) found.add(node.text);
    }
    if (ts.isIdentifier(node) && nodeGlobals.includes(node.text)) {
      const { parent } = node;
      const named = 'name' in parent && parent.name === node;
      const isKey = named || (ts.isBindingElement(parent) && parent.propertyName === node);
      if (!isKey) found.add(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true));
  return [...found];
}

test('what Node alone has is found in imports, requires and globals, and nowhere else', () => {
  const text = [
    "import { readFileSync } from 'node:fs';",
    "export { join } from 'path';",
    "const zlib = require('zlib');",
    'const { env } = process;',
    'x.process = { Buffer: 1 };',
    "const quoted = say('path');",
    "// Buffer\nconst name = 'node:os Buffer';",
    'setImmediate(() => {});',
  ].join('\n');
  assert.equal(nodeUses('a.ts', text), ['node:fs', 'path', 'require', 'zlib', 'process', 'setImmediate']);
});

test('only platform and the command know Node from a browser', () => {
  const users = library
    .filter(({ path }) => !/^src\/(platform|cli)\//.test(path))
    .map(({ path, text }) => [path, ...nodeUses(path, text)].join(' '))
    .filter((line) => line.includes(' '));
  assert.equal(users, []);
  assert.equal(
    kernels.flatMap(({ path, text }) => nodeUses(path, text)),
    [],
  );
});

test('what of platform knows Node has a twin for browsers, which package.json names', () => {
  const rooms = library.filter(({ path }) => path.startsWith('src/platform/'));
  const name = (path: string) => path.slice(path.lastIndexOf('/') + 1, -3);
  const twins = rooms.filter(({ path }) => path.startsWith('src/platform/browser/'));
  const users = rooms.filter(
    ({ path, text }) => !twins.some((twin) => twin.path === path) && nodeUses(path, text).length > 0,
  );
  assert.equal(users.map(({ path }) => name(path)).sort(), twins.map(({ path }) => name(path)).sort());
  assert.equal(
    twins.flatMap(({ path, text }) => nodeUses(path, text)),
    [],
  );
  const { browser } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const twinned = twins.map(({ path }) => {
    const file = `./dist/${path.slice(0, -3)}.js`;
    return [file.replace('/browser/', '/'), file];
  });
  assert.equal(browser, Object.fromEntries(twinned));
});

test('no file is called after nothing in particular', () => {
  const everything = [...library, ...kernels, ...read('test')].map(({ path }) => path);
  assert.equal(
    everything.filter((path) => /(^|\/)(utils?|helpers?|misc|common)(\.ts|\/)/i.test(path)),
    [],
  );
});

test('files are named in camelCase', () => {
  const wrong = [...library, ...kernels]
    .map(({ path }) => path)
    .filter((path) => !/^([a-z][a-zA-Z0-9]*\/)+[a-z][a-zA-Z0-9]*\.ts$/.test(path));
  assert.equal(wrong, []);
});

test('every operation, loss and kernel family has its notes at the top or beside each function', () => {
  const bare = library
    .filter(({ path }) => /^src\/(ops|losses|nn|optim)\//.test(path))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/^(.*)\n(?:export abstract class|export class|export function|export async function) (\w+)/gm)]
        .filter(([, line]) => !line.trim().endsWith('*/') && !line.trim().startsWith('//'))
        .map(([, , name]) => `${path}: ${name}`),
    );
  assert.equal(bare, []);
});

test('contracts are read from functions, overloads, helpers and methods', () => {
  const text = `
/** First. @throws always. */
export function first(x: Tensor): Tensor;
export function first(x: any): any { return helped(x); }
function helped(x: any) { if (x) throw new Error('x'); return deeper(x); }
function deeper(x: any): any { return helped(x); }
/** Second of \`[N]\`. @param x those. @param y none. @param options none. */
export function second(x: readonly NdArray[]) { return first(x); }
export function third() { checkRank(1); }
export function hidden() { throw new Error('not asked for'); }
/** A class. @throws never, really. */
export class Layer {
  constructor() { helped(1); }
  /** Forward. */
  forward(x: Tensor) { return x; }
  private own(x: Tensor) { throw new Error('x'); }
  #own(x: Tensor) { throw new Error('x'); }
}`;
  const found = contractsOf('a.ts', text, ['first', 'second', 'third', 'Layer']).map(
    ({ place, docstring, throws, takesArrays, strangers }) =>
      `${place} ${docstring.length} ${throws ? 'throws' : 'returns'} ${takesArrays ? 'arrays' : 'others'} ${strangers}`.trim(),
  );
  assert.equal(found, [
    'a.ts: first 29 throws arrays',
    'a.ts: second 75 returns arrays y,options',
    'a.ts: third 0 throws others',
    'a.ts: Layer 38 throws others',
    'a.ts: Layer.forward 15 returns arrays',
  ]);
  assert.ok(namesShape('of `[N, 4]`') && namesShape('or `x[…, i]`'));
  assert.not.ok(namesShape('[N, 4]') || namesShape('`N` in [0, 1], `M`') || namesShape('`[]`'));
});

test('every property of an exported interface has a text', () => {
  const text =
    'export interface A {\n  /** Text. */\n  b: number;\n  // Not one.\n  c?: number;\n}\nexport interface D { e: 1 }';
  assert.equal(barePropertiesOf('a.ts', text, ['A']), ['a.ts: A.c']);
  assert.equal(bareProperties(), []);
});

test('types that a signature names are found, and those of others, its own and internal ones are not', () => {
  const text = [
    "import { type NdArray } from 'ndarray';",
    "import { type A, type B } from './a';",
    'interface C {}',
    'export interface D<T> extends C { a: A; t: T; n: NdArray; }',
    'export declare class E { private b: B; /** @internal */ c: C; d(x: D<number>): import("./f").F; }',
    'export declare function unnamed(b: B): void;',
  ].join('\n');
  assert.equal(hiddenTypesOf(text, ['D', 'E'], new Set(['D', 'E'])), ['C of D', 'A of D']);
  assert.equal(hiddenTypesOf(text, ['unnamed'], new Set()), ['B of unnamed']);
});

test('every type that a public signature names is public', () => {
  assert.equal(hiddenTypes(), []);
});

test('what throws says so, what takes arrays names their shapes, and no public method is without a text', () => {
  const all = publicContracts();
  assert.ok(all.length > 300);
  const places = (wrong: (contract: Contract) => boolean) => all.filter(wrong).map(({ place }) => place);
  assert.equal(
    places(({ docstring }) => docstring === ''),
    [],
    'without a docstring',
  );
  assert.equal(
    places(({ strangers }) => strangers.length > 0),
    [],
    'explain another parameter',
  );
  assert.equal(
    places(({ throws, docstring }) => throws && !docstring.includes('@throws')),
    [],
    'throw without @throws',
  );
  assert.equal(
    places(({ takesArrays, docstring }) => takesArrays && !namesShape(docstring)),
    [],
    'take arrays without a shape, such as `[N, 4]`',
  );
});

test.run();
