// A cell of TypeScript becomes the text of an async function. What it declares at its top level are real locals of that function, which
// is what makes loops fast, and accessors on the global object show them to later cells, which may declare the same names again.
import { parse } from 'acorn';
import { transform } from 'sucrase';

/** Names that an own or a destructured declaration binds. */
function boundNames(pattern, found = []) {
  if (pattern?.type === 'Identifier') found.push(pattern.name);
  else if (pattern?.type === 'ObjectPattern')
    for (const part of pattern.properties) boundNames(part.value ?? part.argument, found);
  else if (pattern?.type === 'ArrayPattern') for (const part of pattern.elements) boundNames(part, found);
  else if (pattern?.type === 'AssignmentPattern') boundNames(pattern.left, found);
  else if (pattern?.type === 'RestElement') boundNames(pattern.argument, found);
  return found;
}

const lineEnds = (text) => '\n'.repeat(text.split('\n').length - 1);

/** What an import declares: `const { … }` of the module that `__import` gives. */
function importText({ source, specifiers }) {
  const module = `await __import(${JSON.stringify(source.value)})`;
  if (specifiers.length === 0) return `${module};`;
  return specifiers
    .map(({ type, local, imported }) => {
      if (type === 'ImportNamespaceSpecifier') return `const ${local.name} = ${module};`;
      const name = type === 'ImportDefaultSpecifier' ? 'default' : (imported.name ?? imported.value);
      return `const ${local.name} = (${module})[${JSON.stringify(name)}];`;
    })
    .join('');
}

/** A mistake in a cell's text, with its place in the cell: lines from 1, columns from 1. */
export class CellSyntaxError extends SyntaxError {
  constructor(message, { line, column }) {
    super(message);
    Object.assign(this, { name: 'SyntaxError', line, column });
  }
}

function parsed(source) {
  try {
    const options = {
      transforms: ['typescript'],
      keepUnusedImports: true,
      disableESTransforms: true,
      production: true,
    };
    const code = transform(source, options).code;
    return {
      code,
      tree: parse(code, { ecmaVersion: 'latest', sourceType: 'module', allowAwaitOutsideFunction: true }),
    };
  } catch (error) {
    const [, message, line, column] = /^(?:Error transforming .*?: )?(.*?) \((\d+):(\d+)\)$/s.exec(error.message) ?? [];
    if (!error.loc && !line) throw error;
    throw new CellSyntaxError(
      message ?? error.message,
      error.loc
        ? { line: error.loc.line, column: error.loc.column + 1 }
        : { line: Number(line), column: Number(column) },
    );
  }
}

/**
 * `{ code, names, parameters }` of a cell: the text of an expression that is an async function; the names that it declares, each with
 * `const` where nothing else is ever assigned to it; and the names of `constants` that it takes as arguments, in their order.
 *
 * @param source TypeScript. @param file what stack traces call it, without spaces. @param constants names of earlier cells that never
 * change: a local is read ten times as fast as a property of the global object.
 * @throws CellSyntaxError
 */
export function compileCell(source, file, constants = []) {
  const { code, tree } = parsed(source);
  const names = new Map();
  const edits = [];
  const replace = (start, end, text) => edits.push({ start, end, text });
  let imports = '';
  for (const [i, statement] of tree.body.entries()) {
    let node = statement;
    if (/^Export(Named|Default)Declaration$/.test(node.type) && node.declaration) {
      replace(node.start, node.declaration.start, lineEnds(code.slice(node.start, node.declaration.start)));
      node = node.declaration;
    } else if (/^Export/.test(node.type)) replace(node.start, node.end, lineEnds(code.slice(node.start, node.end)));
    if (node.type === 'ImportDeclaration') {
      imports += importText(node);
      for (const { local } of node.specifiers) names.set(local.name, 'const');
      replace(node.start, node.end, lineEnds(code.slice(node.start, node.end)));
    } else if (node.type === 'VariableDeclaration') {
      for (const name of node.declarations.flatMap(({ id }) => boundNames(id))) names.set(name, node.kind);
    } else if ((node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') && node.id) {
      names.set(node.id.name, 'let');
    } else if (node.type === 'ExpressionStatement' && i === tree.body.length - 1) {
      replace(node.start, node.expression.start, `return (${lineEnds(code.slice(node.start, node.expression.start))}`);
      replace(node.expression.end, node.end, ');');
    }
  }
  let body = '';
  let end = 0;
  for (const edit of edits.sort((a, b) => a.start - b.start || a.end - b.end)) {
    body += code.slice(end, edit.start) + edit.text;
    end = edit.end;
  }
  body += code.slice(end);
  const words = new Set(code.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu));
  const parameters = constants.filter((name) => words.has(name) && !names.has(name));
  const accessors = [...names].map(([name, kind]) => {
    const set = kind === 'const' ? '' : `, set: (value) => { ${name} = value; }`;
    return `${JSON.stringify(name)}: { configurable: true, enumerable: true, get: () => ${name}${set} }`;
  });
  // All on the first line: the lines of the cell keep their numbers.
  const head = `(async (${parameters.join(', ')}) => { "use strict"; Object.defineProperties(globalThis, { ${accessors.join(', ')} }); `;
  return { code: `${head}${imports}${body}\n})\n//# sourceURL=${file}`, names, parameters };
}
