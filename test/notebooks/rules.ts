import ts from 'typescript';

/** A cell of a notebook, as the rules see it. */
export interface NotebookCell {
  isCode: boolean;
  text: string;
  tags: readonly string[];
  /** Whether Jupyter folds its code. */
  isHidden: boolean;
}

const mostLines = 25;
/** Characters of a line that fit beside the course's table of contents, and into JupyterLab on a laptop. */
const mostCharacters = 84;
const mostCells = 25;

const parse = (text: string) => ts.createSourceFile('cell.ts', text, ts.ScriptTarget.ES2022, true);
const lineOf = (source: ts.SourceFile, node: ts.Node) =>
  source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;

/** Every node of a cell that the test picks. */
function nodesOf(source: ts.SourceFile, picks: (node: ts.Node) => boolean): ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    if (picks(node)) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Names that a cell declares at its top. */
function declaredNames(text: string): Set<string> {
  const names = new Set<string>();
  const add = (name: ts.BindingName): void => {
    if (ts.isIdentifier(name)) names.add(name.text);
    else for (const element of name.elements) if (ts.isBindingElement(element)) add(element.name);
  };
  for (const statement of parse(text).statements) {
    if (ts.isVariableStatement(statement)) for (const { name } of statement.declarationList.declarations) add(name);
    else if (ts.isImportDeclaration(statement)) {
      const { name, namedBindings } = statement.importClause ?? {};
      if (name) names.add(name.text);
      if (namedBindings && ts.isNamedImports(namedBindings))
        for (const one of namedBindings.elements) names.add(one.name.text);
    } else if ('name' in statement && ts.isIdentifier(statement.name as ts.Node))
      names.add((statement.name as any).text);
  }
  return names;
}

/** Names that a cell declares at its top or in a function. */
function declaredAnywhere(source: ts.SourceFile): Set<string> {
  const isDeclaration = (node: ts.Node) =>
    ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isBindingElement(node);
  const names = nodesOf(source, isDeclaration).map((node) => (node as ts.VariableDeclaration).name);
  return new Set(names.filter(ts.isIdentifier).map(({ text }) => text));
}

/** Names that a cell uses: neither keys nor properties. */
function usedNames(text: string): Set<string> {
  const names = nodesOf(parse(text), (node) => {
    if (!ts.isIdentifier(node)) return false;
    const { parent } = node;
    if (ts.isPropertyAccessExpression(parent)) return parent.name !== node;
    if (ts.isQualifiedName(parent)) return parent.right !== node;
    if (ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent)) return parent.name !== node;
    return !(ts.isBindingElement(parent) && parent.propertyName === node);
  });
  return new Set(names.map((node) => (node as ts.Identifier).text));
}

const isFigure = ({ tags }: NotebookCell) => tags.includes('figure');
const draws = ({ text }: NotebookCell) => /\bshow\(/.test(text);

/** What breaks each rule, one sentence a place; cells are counted from 1. */
export const rules: Record<string, (cells: readonly NotebookCell[]) => string[]> = {
  /** A cell of code fits on a screen. */
  lines: (cells) =>
    cells.flatMap(({ isCode, text }, i) => {
      const count = text.trimEnd().split('\n').length;
      return isCode && count > mostLines ? [`cell ${i + 1}: ${count} lines, ${mostLines} at most`] : [];
    }),

  /** A line of code is read without scrolling. */
  width: (cells) =>
    cells.flatMap(({ isCode, text }, i) =>
      text.split('\n').flatMap((line, n) => {
        const { length } = [...line];
        if (!isCode || length <= mostCharacters) return [];
        return [`cell ${i + 1}, line ${n + 1}: ${length} characters, ${mostCharacters} at most`];
      }),
    ),

  /** A lesson is read in one sitting; an exercise needs a cell, and another for its solution. */
  cells: (cells) => {
    const exercises = cells.findIndex(({ isCode, text }) => !isCode && /^## Exercises$/m.test(text));
    const count = exercises < 0 ? cells.length : exercises;
    return count > mostCells ? [`${count} cells before the exercises, ${mostCells} at most`] : [];
  },

  /** One cell imports everything: whoever leaves out a cell, or begins at an exercise, misses none. */
  imports: (cells) => {
    const first = cells.findIndex(({ isCode }) => isCode);
    return cells.flatMap(({ isCode, text }, i) => {
      if (!isCode) return [];
      const source = parse(text);
      const [imports, others] = [true, false].map((wanted) =>
        source.statements.filter((statement) => ts.isImportDeclaration(statement) === wanted),
      );
      if (i !== first) {
        return imports.map(
          (node) => `cell ${i + 1}, line ${lineOf(source, node)}: imports stand in the first cell of code`,
        );
      }
      return others.map((node) => `cell ${i + 1}, line ${lineOf(source, node)}: the first cell of code only imports`);
    });
  },

  /** TSLab does not find `names` of an earlier cell in `{ names }`, where it finds it in `{ names: names }`. */
  shorthand: (cells) => {
    const earlier = new Set<string>();
    return cells.flatMap(({ isCode, text }, i) => {
      if (!isCode) return [];
      const source = parse(text);
      const own = declaredAnywhere(source);
      const found = nodesOf(source, ts.isShorthandPropertyAssignment)
        .map((node) => ({ node, name: (node as ts.ShorthandPropertyAssignment).name.text }))
        .filter(({ name }) => earlier.has(name) && !own.has(name))
        .map(({ node, name }) => `cell ${i + 1}, line ${lineOf(source, node)}: write ${name}: ${name}`);
      for (const name of declaredNames(text)) earlier.add(name);
      return found;
    });
  },

  /** A type that says nothing teaches nothing. */
  any: (cells) =>
    cells.flatMap(({ isCode, text }, i) => {
      const source = parse(text);
      const found = nodesOf(source, ({ kind }) => kind === ts.SyntaxKind.AnyKeyword);
      return isCode ? found.map((node) => `cell ${i + 1}, line ${lineOf(source, node)}: any`) : [];
    }),

  /** Cells that only draw are folded, and nothing depends on them. */
  figures: (cells) =>
    cells.flatMap((cell, i) => {
      const place = `cell ${i + 1}`;
      if (!cell.isCode) return [];
      if (!isFigure(cell)) {
        const onlyDraws = draws(cell) && !/\b(assert|console)\b/.test(cell.text);
        return onlyDraws ? [`${place}: only draws, and is not tagged "figure"`] : [];
      }
      if (!draws(cell)) return [`${place}: is tagged "figure", and shows none`];
      if (!cell.isHidden) return [`${place}: is tagged "figure", and its code is not hidden`];
      const declared = declaredNames(cell.text);
      return cells.flatMap(({ isCode, text }, k) => {
        if (!isCode || k <= i) return [];
        const own = declaredAnywhere(parse(text));
        const needed = [...usedNames(text)].filter((name) => declared.has(name) && !own.has(name));
        return needed.length > 0
          ? [`cell ${k + 1} needs ${needed.join(', ')}, which ${place}, a figure, declares`]
          : [];
      });
    }),
};
