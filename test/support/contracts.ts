import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import * as ts from 'typescript';
import { root } from './root';

/** What an exported function, or a public method of an exported class, promises and does. */
export interface Contract {
  /** `src/boxes/nms.ts: nms`, `src/nn/module.ts: Module.loadStateDict`. */
  place: string;
  /** The comments before it, of all its declarations. */
  docstring: string;
  /** Whether its body throws, or a helper of its file that it calls, or it calls one of those that check or resolve an argument. */
  throws: boolean;
  /** Whether a parameter is a tensor or an ndarray. */
  takesArrays: boolean;
  /** Names that the docstring explains, although no parameter has them; one that is taken apart in the signature is `options`. */
  strangers: string[];
}

type Callable = ts.FunctionDeclaration | ts.MethodDeclaration | ts.ConstructorDeclaration;

const arrays = /\b(Tensor|TensorLike|Operand|NdArray|BoxArray|Labels)\b/;
const hidden = new Set<ts.SyntaxKind>([ts.SyntaxKind.PrivateKeyword, ts.SyntaxKind.ProtectedKeyword]);

/** The contracts of everything that `src/index.ts` exports. */
export function publicContracts(): Contract[] {
  return publicFiles().flatMap(({ path, text, names }) => contractsOf(path, text, names));
}

/** Properties of exported interfaces that have no docstring: `src/boxes/nms.ts: NmsOptions.limit`. */
export function bareProperties(): string[] {
  return publicFiles().flatMap(({ path, text, names }) => barePropertiesOf(path, text, names));
}

export function barePropertiesOf(path: string, text: string, names: readonly string[]): string[] {
  const interfaces = parse(path, text).statements.filter(ts.isInterfaceDeclaration);
  return interfaces
    .filter(({ name }) => names.includes(name.text))
    .flatMap(({ name, members }) =>
      members
        .filter((member) => docstringOf(member) === '')
        .map((member) => `${path}: ${name.text}.${member.name?.getText()}`),
    );
}

/** The files that `src/index.ts` exports names of. */
function publicFiles(): { path: string; text: string; names: string[] }[] {
  const index = parse('src/index.ts', readFileSync(join(root, 'src', 'index.ts'), 'utf8'));
  return index.statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement) || !statement.moduleSpecifier || !statement.exportClause) return [];
    if (!ts.isNamedExports(statement.exportClause)) return [];
    const path = posix.join('src', `${(statement.moduleSpecifier as ts.StringLiteral).text}.ts`);
    const names = statement.exportClause.elements.map(({ name, propertyName }) => (propertyName ?? name).text);
    return [{ path, text: readFileSync(join(root, path), 'utf8'), names }];
  });
}

/** The contracts of what a file exports under these names. A class answers for its constructor. */
export function contractsOf(path: string, text: string, names: readonly string[]): Contract[] {
  const file = parse(path, text);
  const { statements } = file;
  const throws = thrower(file, names);
  const contract = (place: string, docstring: string, declarations: readonly Callable[]): Contract => {
    const parameters = declarations.flatMap((declaration) => [...declaration.parameters]);
    const known = parameters.map(({ name }) => (ts.isIdentifier(name) ? name.text : 'options'));
    return {
      place: `${path}: ${place}`,
      docstring,
      throws: declarations.some(({ body }) => body && throws(body)),
      takesArrays: parameters.some(({ type }) => arrays.test(type?.getText() ?? '')),
      strangers: [...docstring.matchAll(/@param (\w+)/g)]
        .map(([, name]) => name)
        .filter((name) => !known.includes(name)),
    };
  };
  return statements.flatMap((statement) => {
    if (!ts.isFunctionDeclaration(statement) && !ts.isClassDeclaration(statement)) return [];
    const name = statement.name!.text;
    if (!names.includes(name)) return [];
    if (ts.isFunctionDeclaration(statement)) {
      if (!statement.body) return [];
      const all = statements.filter(ts.isFunctionDeclaration).filter((other) => other.name?.text === name);
      return [contract(name, all.map(docstringOf).join(''), all)];
    }
    return statement.members.flatMap((member) => {
      if (!(ts.isMethodDeclaration(member) || ts.isConstructorDeclaration(member)) || !member.body) return [];
      if (member.modifiers?.some(({ kind }) => hidden.has(kind)) || member.name?.getText().startsWith('#')) return [];
      return ts.isConstructorDeclaration(member)
        ? [contract(name, docstringOf(statement) + docstringOf(member), [member])]
        : [contract(`${name}.${member.name.getText()}`, docstringOf(member), [member])];
    });
  });
}

/** Whether a docstring names a shape: brackets between backticks, such as `[N, H, W, C]`. */
export function namesShape(docstring: string): boolean {
  // Every second piece lies between two backticks.
  return docstring.split('`').some((piece, i) => i % 2 === 1 && /\[[^\]]+\]/.test(piece));
}

function parse(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
}

function docstringOf(node: ts.Node): string {
  const text = node.getSourceFile().text;
  const comments = (ts.getLeadingCommentRanges(text, node.pos) ?? []).map(({ pos, end }) => text.slice(pos, end));
  return comments.filter((comment) => comment.startsWith('/**')).at(-1) ?? '';
}

/** Whether code of a file throws by itself. Other public functions have contracts of their own. */
function thrower(file: ts.SourceFile, names: readonly string[]) {
  const helpers = new Map<string, ts.FunctionDeclaration>();
  for (const statement of file.statements) {
    if (!ts.isFunctionDeclaration(statement) || !statement.name) continue;
    if (!names.includes(statement.name.text)) helpers.set(statement.name.text, statement);
  }
  const throws = (node: ts.Node, above: readonly string[] = []): boolean => {
    if (ts.isThrowStatement(node)) return true;
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
      const { text: name } = node.expression;
      const helper = helpers.get(name);
      if (/^(check|resolve)[A-Z]/.test(name)) return true;
      if (helper && !above.includes(name) && throws(helper, [...above, name])) return true;
    }
    return ts.forEachChild(node, (child) => throws(child, above)) ?? false;
  };
  return throws;
}
