// Beside the pages, where a vault was open once: the page shown without a network, and notices that are pushed.
// Nothing is kept but what `KEPT` names when this worker is installed: no page of a vault ever comes in here.
// `VERSION`, `ROOT`, `OFFLINE`, `KEPT` and `ICON` are written above by web/installed.py.
const FAMILY = `mesinfos${ROOT}/`;
const CACHE = FAMILY + VERSION;

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll([new Request(OFFLINE, { cache: "reload" }), ...KEPT]);
    await self.skipWaiting();
  })());
});

// Another version: what the one before kept goes as a whole, so nothing stale is left.
self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith(FAMILY) && name !== CACHE) await caches.delete(name);
    await self.registration.navigationPreload?.enable();
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  // Only whole pages: a frame, a download within one or a live part stays between the page and the server.
  if (request.mode === "navigate" && request.destination === "document") event.respondWith(page(event));
  else if (KEPT.includes(address.pathname + address.search)) event.respondWith(kept(request));
});

async function page(event) {
  try {
    return (await event.preloadResponse) || (await fetch(event.request));
  } catch {
    return (await caches.match(OFFLINE, { cacheName: CACHE })) || Response.error();
  }
}

// Their addresses carry a stamp of their content: what is kept is what the page asks for, or it is not used.
async function kept(request) {
  return (await caches.match(request, { cacheName: CACHE })) || fetch(request);
}

// A notice: two lines of counts, encrypted to this browser. The same one again takes the place of the first.
self.addEventListener("push", (event) => {
  const told = event.data ? event.data.json() : {};
  const { title = "MesInfos", text = "", path = "/", mark = "" } = told;
  event.waitUntil(self.registration.showNotification(title, { body: text, icon: ICON, tag: mark, data: { path } }));
});

// Never into a page that is open: its person may be typing there.
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { path } = event.notification.data;
  const own = typeof path === "string" && /^\/(?![/\\])/.test(path);
  event.waitUntil(self.clients.openWindow(ROOT + (own ? path : "/")));
});
