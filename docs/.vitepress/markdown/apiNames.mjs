// Names of the library lead to their pages: in the code of notebooks, and in prose where they stand as code.

/** Where a name in a notebook's code leads: only what the notebook imports. */
export function codeName(name, page, { names, notebooks }) {
  const imports = notebooks[page]?.imports;
  return imports?.includes(name.replace(/\..*/, '')) ? names[name] : undefined;
}

/** Where a name in prose leads: on a page of its own notebook what that imports, and other names that cannot mean anything else. */
function proseName(text, page, { names, notebooks }) {
  const name = /^(?:new )?((?:kernels\.)?\w+)(?:\(.*\))?$/s.exec(text)?.[1];
  if (!name || !Object.hasOwn(names, name)) return undefined;
  const notebook = notebooks[page];
  if (!notebook || name.includes('.') || notebook.imports.includes(name)) return names[name];
  // A word such as `sum` or `match` may mean anything on a page that does not import it.
  return notebook.declared.includes(name) || /^[a-z]+$/.test(name) ? undefined : names[name];
}

/** Code in prose up to this many characters is not broken over two lines. */
const unbroken = 24;

/** @param address turns the address of a page into a link that counts from the site's base. */
export function proseNames(md, site, address) {
  const render = md.renderer.rules.code_inline;
  md.renderer.rules.code_inline = (tokens, index, options, env, self) => {
    if (tokens[index].content.length <= unbroken) tokens[index].attrJoin('class', 'short');
    const html = render(tokens, index, options, env, self);
    const page = env.relativePath ?? '';
    if (page.startsWith('source/') || insideLink(tokens, index)) return html;
    const target = proseName(tokens[index].content, page, site);
    return target ? `<a class="name" href="${address(target)}">${html}</a>` : html;
  };
}

function insideLink(tokens, index) {
  let depth = 0;
  for (const { type } of tokens.slice(0, index)) depth += type === 'link_open' ? 1 : type === 'link_close' ? -1 : 0;
  return depth > 0;
}
