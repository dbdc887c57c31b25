// Keeps one page for when there is no connection, and nothing else: what staff see is never stored.
// Shows what is pushed, and opens the talk it is about.
const KEPT = "enishi-offline-1";
const OFFLINE = "/console/offline";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.add(new Request(OFFLINE, { cache: "reload" }))));
  self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys().then((names) => Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  if (event.request.mode !== "navigate") return;
  event.respondWith(fetch(event.request).catch(() => caches.match(OFFLINE)));
});

self.addEventListener("push", (event) => {
  let said = {};
  try { said = event.data?.json() ?? {}; } catch { /* not ours: shown all the same, browsers insist */ }
  event.waitUntil(isInSight(said.url).then((isSeen) => isSeen || self.registration.showNotification(said.title ?? "Enishi", {
    body: said.body ?? "",
    tag: said.tag || "notices",
    renotify: true,
    icon: "@icon",
    data: { url: said.url ?? "/console/notices" },
  })));
});

/** Whether somebody sits before the inbox, which shows by itself what happens in talks. */
async function isInSight(url) {
  if (!url?.startsWith("/console/talk")) return false;
  const windows = await self.clients.matchAll({ type: "window" });
  return windows.some((each) => each.focused && new URL(each.url).pathname.startsWith("/console/talk"));
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data?.url ?? "/console/", self.location.origin);
  if (url.origin !== self.location.origin) return;
  event.waitUntil(
    self.clients.matchAll({ type: "window", includeUncontrolled: true }).then(async (windows) => {
      const near = windows.find((each) => each.url.startsWith(`${self.location.origin}/console/`));
      if (!near) return self.clients.openWindow(url.href);
      await near.focus();
      return near.navigate(url.href).catch(() => self.clients.openWindow(url.href));
    }),
  );
});
