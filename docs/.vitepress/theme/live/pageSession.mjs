// The session of the page that is shown: all its cells, and the bar above them, share one.
import { useData } from 'vitepress';
import { Session } from './session.mjs';

const sessions = new Map();

/** The session of this page; its cells are fetched by the first that needs them. */
export function usePageSession() {
  const { page } = useData();
  const slug = /([^/]+)\.md$/.exec(page.value.relativePath)?.[1] ?? '';
  let session = sessions.get(slug);
  if (!session) {
    session = new Session(slug);
    sessions.set(slug, session);
  }
  return session;
}

/** Ends the kernel of a page that is left. */
export function leavePage(session) {
  session.close();
  sessions.delete(session.slug);
}
