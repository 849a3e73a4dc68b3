/*
 * Keeps the client's files. FILES and VERSION are filled in by the build. The files of one version belong together, so they
 * are fetched together and used together; a newer version waits until the person takes it, or every tab is closed.
 */
const FILES = /* files */ [];
const CACHE = 'brook-shell-' + /* version */ '';
const PAGES = /^\/(?:$|index\.html$|sign-up$|enter$|rooms(?:\/|$)|settings(?:\/|$)|search$|mentions$|admin(?:\/|$))/;

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(['/', ...FILES])));
});

self.addEventListener('activate', (event) => {
  const old = async () => {
    const names = await caches.keys();
    await Promise.all(
      names.filter((name) => name.startsWith('brook-shell-') && name !== CACHE).map((name) => caches.delete(name)),
    );
    await self.clients.claim();
  };
  event.waitUntil(old());
});

self.addEventListener('message', (event) => {
  if (event.data === 'take over') self.skipWaiting();
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate' && PAGES.test(url.pathname) && !url.searchParams.has('signed-in'))
    return event.respondWith(kept('/', request));
  if (FILES.includes(url.pathname)) event.respondWith(kept(url.pathname, request));
});

async function kept(key, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(key)) ?? fetch(request);
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const path = event.notification.data;
  const open = async () => {
    const [tab] = await self.clients.matchAll({ type: 'window' });
    if (!tab) return self.clients.openWindow(path);
    await tab.focus();
    tab.postMessage({ open: path });
  };
  event.waitUntil(open());
});
