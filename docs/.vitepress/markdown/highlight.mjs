// Code in color. TypeScript's own parser says what each word is, so that names of the library can lead to their pages without being
// mistaken for a property or a setting of the same name. Other languages are shown plainly.
import ts from 'typescript';
import { escapeHtml } from '../../tools/places.mjs';

const typescript = new Set(['ts', 'typescript', 'js', 'javascript', 'mjs']);

/**
 * HTML of a block of code, one span a line.
 *
 * @param target gives the address that a name leads to, or undefined; `kernels.boxIou` is asked for with its dot.
 */
export function highlight(code, language, { target = () => undefined, anchors = false } = {}) {
  const text = code.replace(/\n$/, '');
  const isProgram = typescript.has(language);
  const isHelp = language === 'txt';
  const plain = text.split('\n');
  const body = colored(text, isProgram ? tokens(text, target) : [])
    .split('\n')
    .map((line, i) => {
      const id = anchors ? ` id="L${i + 1}"` : '';
      // How far in a line goes on that is too long for the screen.
      const hang = isHelp ? columnOf(plain[i]) : isProgram ? plain[i].search(/\S|$/) + 4 : 0;
      return `<span class="line"${id}${hang > 4 ? ` style="--hang:${hang}"` : ''}>${line}</span>`;
    })
    .join('\n');
  return `<pre class="code${isProgram || isHelp ? ' hanging' : ''}" v-pre><code>${body}</code></pre>`;
}

/** Where the second column of a line begins, as in the help of a command; 0 without one. */
const columnOf = (line) => /^ +\S.*? {2,}(?=\S)/.exec(line)?.[0].length ?? 0;

/** Text with its tokens as spans; a token of several lines is one span on each. */
function colored(text, pieces) {
  let html = '';
  let end = 0;
  for (const { start, stop, kind, href } of pieces) {
    html += escapeHtml(text.slice(end, start));
    const inner = text.slice(start, stop).split('\n').map(escapeHtml);
    const [open, close] = href
      ? [`<a class="name ${kind}" href="${href}">`, '</a>']
      : [`<span class="${kind}">`, '</span>'];
    html += inner.map((line) => (line === '' ? '' : `${open}${line}${close}`)).join('\n');
    end = stop;
  }
  return html + escapeHtml(text.slice(end));
}

/** `[{ start, stop, kind, href }]` in the order of the text. */
function tokens(text, target) {
  const file = ts.createSourceFile('code.ts', text, ts.ScriptTarget.Latest, true);
  const found = [];
  const add = (start, stop, kind, href) => {
    if (kind || href) found.push({ start, stop, kind: kind ?? 'plain', href });
  };
  const comments = new Set();
  const addComments = (node) => {
    for (const { pos, end } of ts.getLeadingCommentRanges(text, node.pos) ?? []) {
      if (!comments.has(pos)) add(pos, end, 'comment');
      comments.add(pos);
    }
    for (const { pos, end } of ts.getTrailingCommentRanges(text, node.end) ?? []) {
      if (!comments.has(pos)) add(pos, end, 'comment');
      comments.add(pos);
    }
  };
  const visit = (node) => {
    if (ts.isJSDoc(node)) return;
    const children = node.getChildren(file);
    if (children.length > 0) {
      children.forEach(visit);
      return;
    }
    addComments(node);
    const start = node.getStart(file);
    if (start < node.end) add(start, node.end, kindOf(node), ts.isIdentifier(node) ? linkOf(node, target) : undefined);
  };
  visit(file);
  return found.sort((a, b) => a.start - b.start);
}

function kindOf(node) {
  const { kind, parent } = node;
  if (kind >= ts.SyntaxKind.FirstKeyword && kind <= ts.SyntaxKind.LastKeyword) {
    return ts.isTypeNode(parent) || ts.isTypeNode(node) ? 'type' : 'keyword';
  }
  if (kind === ts.SyntaxKind.NumericLiteral || kind === ts.SyntaxKind.BigIntLiteral) return 'number';
  if (kind === ts.SyntaxKind.StringLiteral || kind === ts.SyntaxKind.RegularExpressionLiteral) return 'string';
  if (kind >= ts.SyntaxKind.FirstTemplateToken && kind <= ts.SyntaxKind.LastTemplateToken) return 'string';
  if (!ts.isIdentifier(node)) return undefined;
  if (
    ts.isTypeReferenceNode(parent) ||
    ts.isInterfaceDeclaration(parent) ||
    ts.isTypeAliasDeclaration(parent) ||
    ts.isTypeParameterDeclaration(parent)
  )
    return 'type';
  if (ts.isFunctionDeclaration(parent) || ts.isMethodDeclaration(parent) || ts.isMethodSignature(parent))
    return 'function';
  const called = ts.isPropertyAccessExpression(parent) && parent.name === node ? parent : node;
  if (ts.isCallExpression(called.parent) && called.parent.expression === called) return 'function';
  if (ts.isNewExpression(parent) || ts.isClassDeclaration(parent)) return 'type';
  return undefined;
}

/** Only where the word means the name itself: not behind a dot, not as a setting, not where something else is declared by it. */
function linkOf(node, target) {
  const { parent, text } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) {
    return ts.isIdentifier(parent.expression) && parent.expression.text === 'kernels'
      ? target(`kernels.${text}`)
      : undefined;
  }
  const declares = 'name' in parent && parent.name === node && !ts.isImportSpecifier(parent);
  return declares ? undefined : target(text);
}
