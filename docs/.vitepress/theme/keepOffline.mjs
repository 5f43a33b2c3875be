// The site without a network: a service worker keeps what was seen.
import { withBase } from 'vitepress';

/** Registers the worker, and hands it what the page loaded before. A browser may refuse: then the site needs its network. */
export async function keepOffline() {
  if (!import.meta.env.PROD || !navigator.serviceWorker) return;
  try {
    await navigator.serviceWorker.register(withBase('/serviceWorker.js'));
    const { active } = await navigator.serviceWorker.ready;
    const loaded = performance.getEntriesByType('resource').map(({ name }) => name);
    active.postMessage([location.href.replace(/#.*/, ''), ...loaded]);
  } catch {
    // Private windows and plain http on other machines have none.
  }
}
