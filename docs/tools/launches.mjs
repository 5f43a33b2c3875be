// Which kernels a file of the library launches: followed from its public names through every declaration that they are made of.
import { posix } from 'node:path';
import ts from 'typescript';

// Below these a kernel is carried out: some have tiled forms, which every tensor may come to.
const carriedOut = /^src\/(device|plan|simd|tiled)\b/;

/**
 * Answers for each public file: `{ own, composed }`, paths of kernels. Own are those that it launches itself or by helpers that are not
 * public, however many files share them; composed are the others, of the public functions that it calls and of what those call. Types
 * launch nothing.
 *
 * @param modules as `publicModules` gives them.
 */
export function launchesOf({ sources, modules }) {
  const publicNames = new Map(modules.map(({ path, names }) => [path, new Set(names)]));
  const isPublic = ({ path, name }) => publicNames.get(path)?.has(name) ?? false;
  const files = new Map();
  const fileOf = (path) => {
    if (!files.has(path)) files.set(path, declarationsOf(sources.get(path), sources));
    return files.get(path);
  };

  /** Kernels that declarations lead to: of the file of `path` and its helpers, or `through` public functions of other files as well. */
  const kernelsFrom = (path, names, through) => {
    const [kernels, seen] = [new Set(), new Set()];
    const visit = (target) => {
      const key = `${target.path}#${target.name}`;
      if (seen.has(key) || carriedOut.test(target.path)) return;
      seen.add(key);
      if (target.path.startsWith('kernels/')) kernels.add(target.path);
      else if (through || target.path === path || !isPublic(target))
        for (const used of fileOf(target.path).get(target.name) ?? []) visit(used);
    };
    for (const name of names) visit({ path, name });
    return [...kernels].sort();
  };

  return ({ path, names }) => {
    const own = kernelsFrom(path, names, false);
    return { own, composed: kernelsFrom(path, names, true).filter((kernel) => !own.includes(kernel)) };
  };
}

/** The top-level declarations of a file: under each name what its code uses of this file and of others, `[{ path, name }]`. */
function declarationsOf({ path, text }, sources) {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const scope = new Map();
  const bodies = [];
  for (const statement of file.statements) {
    if (ts.isImportDeclaration(statement)) {
      for (const [name, target] of importedBy(statement, path, sources)) scope.set(name, target);
    } else if (ts.isVariableStatement(statement)) {
      for (const declaration of statement.declarationList.declarations)
        for (const name of boundNames(declaration.name)) bodies.push([name, declaration]);
    } else if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) {
      bodies.push([statement.name.text, statement]);
    }
  }
  for (const [name] of bodies) scope.set(name, { path, name });
  return new Map(
    bodies.map(([name, body]) => [name, [...namesUsed(body)].map((used) => scope.get(used)).filter(Boolean)]),
  );
}

/** `[local name, { path, name }]`; a namespace's name is `*`. */
function importedBy({ importClause, moduleSpecifier }, path, sources) {
  const base = posix.join(posix.dirname(path), moduleSpecifier.text);
  const target = [`${base}.ts`, `${base}/index.ts`].find((file) => sources.has(file));
  const bindings = importClause?.namedBindings;
  if (!target || !bindings || importClause.isTypeOnly) return [];
  if (ts.isNamespaceImport(bindings)) return [[bindings.name.text, { path: target, name: '*' }]];
  return bindings.elements
    .filter(({ isTypeOnly }) => !isTypeOnly)
    .map(({ name, propertyName }) => [name.text, { path: target, name: (propertyName ?? name).text }]);
}

function boundNames(name) {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? boundNames(element.name) : []));
}

/** Names that the code of a declaration reads: no types, no properties. */
function namesUsed(declaration) {
  const names = new Set();
  const visit = (node) => {
    if (ts.isIdentifier(node)) names.add(node.text);
    else if (ts.isPropertyAccessExpression(node)) visit(node.expression);
    else if (ts.isPropertyAssignment(node)) visit(node.initializer);
    else if (ts.isExpressionWithTypeArguments(node)) visit(node.expression);
    else if (!ts.isTypeNode(node)) ts.forEachChild(node, visit);
  };
  ts.forEachChild(declaration, visit);
  return names;
}
