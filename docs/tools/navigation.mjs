// The menus of the site.
import { apiAddress, sourceAddress } from './addresses.mjs';

const nameOf = (path) => path.replace(/^src\/[^/]+\//, '').replace(/\.ts$/, '');

export const about = [
  { text: 'Your own data', link: '/ownData' },
  { text: 'Notation', link: '/notation' },
  { text: 'Errata', link: '/errata' },
  { text: 'Architecture', link: '/architecture' },
  { text: 'Back ends and speed', link: '/backEnds' },
  { text: 'Contributing', link: '/contributing' },
];

/** `{ nav, sidebar }` of VitePress's theme. */
export function navigation({ course, groups, kernels }) {
  const lectures = course.map(({ title, lectures: list }) => ({
    text: title,
    collapsed: false,
    items: list.map(({ number, title: text, address }) => ({
      text: `<span class="number">${number}</span>${text}`,
      link: address,
    })),
  }));
  const first = course[0].lectures[0].address;
  const reference = groups.map(({ part, modules }) => ({
    text: part,
    collapsed: true,
    items: modules.map(({ path }) => ({ text: nameOf(path).replace(/^src\//, ''), link: apiAddress(path) })),
  }));
  const sources = {
    text: 'kernels',
    collapsed: true,
    items: kernels.map(({ path }) => ({ text: nameOf(path.replace(/^/, 'src/')), link: sourceAddress(path) })),
  };
  const api = [{ text: 'Reference', link: '/api/' }, ...reference, sources];
  const pages = [{ text: 'About', items: about }];
  return {
    nav: [
      { text: 'Lectures', link: first, activeMatch: '^/notebooks/' },
      { text: 'Reference', link: '/api/', activeMatch: '^/(api|source)/' },
      { text: 'Your own data', link: '/ownData' },
      { text: 'About', items: about.slice(1) },
    ],
    sidebar: { '/notebooks/': lectures, '/api/': api, '/source/': [], '/': pages },
  };
}
