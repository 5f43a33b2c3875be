// A file of the repository as a page, with a number and an anchor at each line.
import { apiAddress, sourceAddress } from './addresses.mjs';
import { fence, frontmatter } from './notebookPage.mjs';

const languages = { ts: 'ts', mjs: 'js', cjs: 'js', js: 'js', json: 'json', md: 'md', py: 'python', yml: 'yaml' };

/**
 * A kernel as it stands in its file, in a fence.
 * @param kernels `{ path, text }` of the files of kernels.
 * @throws where none of them has it.
 */
export function kernelText(name, kernels) {
  for (const { text } of kernels) {
    const found = new RegExp(`^export function ${name}\\([\\s\\S]*?\\n}$`, 'm').exec(text);
    if (found) return fence('ts', found[0]);
  }
  throw new Error(`expected the name of a kernel, got ${name}`);
}

/** `links`: lines of markdown above the code. */
export function sourcePage(path, text, links = []) {
  const language = languages[path.split('.').at(-1)] ?? 'txt';
  const front = { title: path, search: false, aside: false, prev: false, next: false, pageClass: 'source' };
  const heading = `# <span class="folder">${path.replace(/[^/]+$/, '')}</span><wbr>${path.replace(/^.*\//, '')}`;
  return `${frontmatter(front)}${[heading, ...links, fence(`${language}:line-numbers`, text)].join('\n\n')}\n`;
}

/** Above the code: where the file is documented, and which files of the library use it. */
export function sourceLinks(path, { documented, importers }) {
  const links = importers.map((file) => `[\`${file}\`](${sourceAddress(file)})`);
  return [
    ...(documented.has(path)
      ? [`Documented on the page [${path.replace(/^.*\//, '').replace(/\.ts$/, '')}](${apiAddress(path)}).`]
      : []),
    ...(links.length > 0 ? [`Used by ${links.join(', ')}.`] : []),
  ];
}
