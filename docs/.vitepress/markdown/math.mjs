// Formulas, set by KaTeX when the site is built. A formula that KaTeX cannot read stops the build.
import katexPlugin from '@vscode/markdown-it-katex';

export function math(md) {
  md.use(katexPlugin.default ?? katexPlugin, { throwOnError: true, strict: 'ignore' });
  // Braces in a formula are no template.
  for (const rule of ['math_inline', 'math_block']) {
    const render = md.renderer.rules[rule];
    md.renderer.rules[rule] = (...args) => render(...args).replace(/<(span|p) class="katex/, '<$1 v-pre class="katex');
  }
}
