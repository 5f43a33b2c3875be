import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ts from 'typescript';
import { root } from './root';

/** The names that a declaration's types name, but for its own type parameters and for what is private or internal. */
function namedTypes(declaration: ts.Node): Set<string> {
  const [found, own] = [new Set<string>(), new Set<string>()];
  const visit = (node: ts.Node): void => {
    const modifiers = ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : [];
    const isHidden = modifiers.some(({ kind }) =>
      [ts.SyntaxKind.PrivateKeyword, ts.SyntaxKind.ProtectedKeyword].includes(kind),
    );
    const comments = node.getSourceFile().text.slice(node.getFullStart(), node.getStart());
    if (isHidden || comments.includes('@internal')) return;
    if (ts.isTypeParameterDeclaration(node)) own.add(node.name.text);
    if (ts.isTypeReferenceNode(node) && ts.isIdentifier(node.typeName)) found.add(node.typeName.text);
    if (ts.isExpressionWithTypeArguments(node) && ts.isIdentifier(node.expression)) found.add(node.expression.text);
    ts.forEachChild(node, visit);
  };
  visit(declaration);
  return new Set([...found].filter((name) => !own.has(name)));
}

/** The types of the library that a file of declarations makes or imports, by their names. */
function ownTypes(file: ts.SourceFile): Set<string> {
  const names = file.statements.flatMap((statement) => {
    if (ts.isImportDeclaration(statement)) {
      const isOwn = (statement.moduleSpecifier as ts.StringLiteral).text.startsWith('.');
      const bindings = statement.importClause?.namedBindings;
      return isOwn && bindings && ts.isNamedImports(bindings) ? bindings.elements.map(({ name }) => name.text) : [];
    }
    const named = statement as ts.Statement & { name?: ts.Node };
    return named.name && ts.isIdentifier(named.name) ? [named.name.text] : [];
  });
  return new Set(names);
}

/** The names that a statement of a file of declarations declares. */
function declared(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  }
  const { name } = statement as ts.Statement & { name?: ts.Node };
  return name && ts.isIdentifier(name) ? [name.text] : [];
}

/** Types of the library that a declaration named in `names` needs, and that are not in `exported`: `Columns of BoxCsvOptions`. */
export function hiddenTypesOf(text: string, names: readonly string[], exported: ReadonlySet<string>): string[] {
  const file = ts.createSourceFile('file.d.ts', text, ts.ScriptTarget.ES2022, true);
  const own = ownTypes(file);
  return file.statements.flatMap((statement) => {
    const [name] = declared(statement).filter((one) => names.includes(one));
    if (name === undefined) return [];
    return [...namedTypes(statement)]
      .filter((type) => own.has(type) && !exported.has(type))
      .map((type) => `${type} of ${name}`);
  });
}

/** Types that a public signature names and `src/index.ts` does not export, by the compiled declarations. */
export function hiddenTypes(): string[] {
  const folder = join(root, 'dist', 'src');
  const read = (path: string) => readFileSync(join(folder, `${path}.d.ts`), 'utf8');
  const index = ts.createSourceFile('index.d.ts', read('index'), ts.ScriptTarget.ES2022, true);
  const exported = new Set<string>();
  const files: [string, string[]][] = [];
  for (const statement of index.statements) {
    if (!ts.isExportDeclaration(statement) || !statement.exportClause) continue;
    if (!ts.isNamedExports(statement.exportClause)) continue;
    const { elements } = statement.exportClause;
    for (const { name } of elements) exported.add(name.text);
    const path = (statement.moduleSpecifier as ts.StringLiteral).text;
    files.push([path, elements.map(({ name, propertyName }) => (propertyName ?? name).getText())]);
  }
  return files
    .filter(([path]) => !path.startsWith('..'))
    .flatMap(([path, names]) => hiddenTypesOf(read(path), names, exported).map((line) => `${path}: ${line}`));
}
