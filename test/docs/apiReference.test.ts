import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../support/temporaryFolder';
import { tool } from './modules';

const test = suite('docs: reference');
const root = temporaryFolder('detseg-docs-');

const documented =
  '/** Twice {@link half}, or {@link Settings.of}. */\nexport function twice(x: number): number { return 2 * x; }\n';
const other = `/** Settings of {@link half}. */\nexport interface Settings { /** Of what. */ of: number }
/** Half of a number.
 * @returns x / 2.
 */
export function half(x: number, { of }: Settings): number { return x / of; }
/** Not exported from the index. */
export function third(x: number): number { return x / 3; }
`;

/** The reference of a small library. */
async function reference(twice: string, names = 'twice'): Promise<any> {
  const { publicModules } = await tool('tools/publicApi.mjs');
  const { apiReference } = await tool('tools/apiReference.mjs');
  mkdirSync(join(root, 'src', 'ops'), { recursive: true });
  writeFileSync(
    join(root, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: { strict: true, types: [] }, include: ['src'] }),
  );
  writeFileSync(join(root, 'src', 'ops', 'twice.ts'), twice);
  writeFileSync(join(root, 'src', 'ops', 'half.ts'), other);
  writeFileSync(
    join(root, 'src', 'index.ts'),
    `export { half, type Settings } from './ops/half';\nexport { ${names} } from './ops/twice';\n`,
  );
  const modules = publicModules(root);
  return { modules, ...(await apiReference({ root, modules })) };
}

async function refused(twice: string): Promise<string> {
  const { log, warn, error } = console;
  // TypeDoc prints its warnings.
  Object.assign(console, { log() {}, warn() {}, error() {} });
  try {
    await reference(twice);
  } catch (problem) {
    return (problem as Error).message;
  } finally {
    Object.assign(console, { log, warn, error });
  }
  return 'accepted';
}

test('the reference has what the index exports, with links between files', async () => {
  const { modules, pages, names } = await reference(documented);
  assert.equal(
    modules.map(({ path, names }: any) => [path, ...names]),
    [
      ['src/ops/half.ts', 'half', 'Settings'],
      ['src/ops/twice.ts', 'twice'],
    ],
  );
  assert.match(pages.get('src/ops/twice.ts'), 'Twice [half](half.md#half)');
  assert.not.match(pages.get('src/ops/half.ts'), 'third');
  assert.is(names.twice, '/api/ops/twice#twice');
  assert.is(names.third, undefined);
});

test('what a public class has is not described again with the classes that are built on it', async () => {
  const classes = `/** Base. */
export class Base {
  /** Of the base. */
  get size(): number { return 1; }
  /** Of the base, too. */
  grow(): number { return 2; }
}
class Between extends Base {
  /** Of no page. */
  shrink(): number { return 0; }
}
/** First. */
export class First extends Base {
  /** Its own. */
  own(): number { return 3; }
}
/** Second. */
export class Second extends Between {}
/** Twice. */
export function twice(x: number): number { return 2 * x; }
`;
  const { pages } = await reference(classes, 'Base, First, Second, twice');
  const sections: string[] = pages.get('src/ops/twice.ts').split(/^(?=## )/m);
  const headings = (name: string) =>
    [...sections.find((section) => section.startsWith(`## ${name}`))!.matchAll(/^#### (\w+)/gm)].map(
      ([, word]) => word,
    );
  assert.equal(headings('Base'), ['size', 'Constructor', 'grow']);
  assert.equal(headings('First'), ['Constructor', 'own']);
  assert.equal(headings('Second'), ['Constructor', 'shrink']);
});

test('an exported function without a docstring stops the build', async () => {
  const text = await refused('export function twice(x: number): number { return 2 * x; }\n');
  assert.is(text, 'apiReference: expected a docstring at each, got none at ops/twice.twice');
});

test('a docstring that links to nothing stops the build', async () => {
  assert.match(await refused(documented.replace('half', 'quarter')), 'expected docstrings without a mistake');
});

test.run();
