// What the library exports, and from which file: read from src/index.ts, which holds re-exports only.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** The files that src/index.ts re-exports from: `[{ path: 'src/boxes/nms.ts', names: ['nms', …] }]`, in the order of the paths. */
export function publicModules(root) {
  const file = join(root, 'src', 'index.ts');
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  /** Names by path: a file may be re-exported in several statements, values and types apart. */
  const modules = new Map();
  for (const statement of source.statements) {
    const clause = statement.exportClause;
    if (!ts.isExportDeclaration(statement) || !statement.moduleSpecifier || !clause || !ts.isNamedExports(clause))
      continue;
    const path = `src/${statement.moduleSpecifier.text.replace(/^\.\//, '')}.ts`;
    // The types of kernels come from outside of src and are documented with the kernels.
    if (path.includes('..')) continue;
    const names = clause.elements.map(({ name }) => name.text);
    modules.set(path, [...(modules.get(path) ?? []), ...names]);
  }
  if (modules.size === 0) throw new Error(`${file}: expected re-exports, got none`);
  return [...modules].map(([path, names]) => ({ path, names })).sort((a, b) => (a.path < b.path ? -1 : 1));
}
