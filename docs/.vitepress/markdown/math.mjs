// Formulas, set by KaTeX when the site is built. A formula that KaTeX cannot read stops the build.
import katexPlugin from '@vscode/markdown-it-katex';

export function math(md) {
  md.use(katexPlugin.default ?? katexPlugin, { throwOnError: true, strict: 'ignore' });
  md.core.ruler.push('math-in-headings', ({ tokens }) => {
    for (const [i, { type }] of tokens.entries()) {
      if (type !== 'heading_open') continue;
      for (const token of tokens[i + 1].children) if (token.type === 'math_inline') token.meta = { isHeading: true };
    }
  });
  for (const rule of ['math_inline', 'math_block']) {
    const render = md.renderer.rules[rule];
    md.renderer.rules[rule] = (tokens, index, ...rest) => {
      // Braces in a formula are no template.
      const formula = render(tokens, index, ...rest).replace(/<(span|p) class="katex/, '<$1 v-pre class="katex');
      // A full stop must not begin the next line: a word joiner holds it.
      const isHeld = rule === 'math_inline' && /^[.,;:!?)]/.test(tokens[index + 1]?.content ?? '');
      const html = isHeld ? `${formula}&#8288;` : formula;
      // Menus and search take the text of a heading, in which the formula shall stand once.
      return tokens[index].meta?.isHeading ? html.replace(/<span class="katex-mathml">.*?<\/math><\/span>/s, '') : html;
    };
  }
}
