// Keeps what a reader has seen of the site, so that it can be read, and its cells run, without a network. Files whose names are made of
// their content never change; of everything else the network has the newer one, if there is a network.
const cacheName = 'detseg-1';

/** So many files are kept; the ones that were kept first go first. */
const most = 600;

const neverChanges = ({ pathname }) => /\/assets\/|\/live\/kernel-\w+\.js$/.test(pathname);

async function keep(request, response) {
  if (!response.ok || response.type !== 'basic') return;
  const cache = await caches.open(cacheName);
  await cache.put(request, response);
  const kept = await cache.keys();
  await Promise.all(kept.slice(0, Math.max(0, kept.length - most)).map((old) => cache.delete(old)));
}

async function answer(event) {
  const { request } = event;
  const known = await caches.match(request, { ignoreSearch: true });
  if (known && neverChanges(new URL(request.url))) return known;
  try {
    const response = await fetch(request);
    event.waitUntil(keep(request, response.clone()));
    return response;
  } catch (error) {
    if (known) return known;
    throw error;
  }
}

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
  const { method, url, headers } = event.request;
  if (method === 'GET' && new URL(url).origin === self.location.origin && !headers.has('range')) {
    event.respondWith(answer(event));
  }
});

// What a page had loaded before this worker was there.
self.addEventListener('message', (event) => {
  const own = event.data.filter((address) => new URL(address).origin === self.location.origin);
  event.waitUntil(
    Promise.all(
      own.map(async (address) => {
        if (await caches.match(address, { ignoreSearch: true })) return;
        await fetch(address).then((response) => keep(address, response));
      }),
    ).catch(() => {}),
  );
});
