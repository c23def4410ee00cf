/* VERSION and FILES are put before this by the server: the page's files, and a hash of them. */
const KEPT = `foot-routine-${VERSION}`;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const old = (await caches.keys()).filter((name) => name !== KEPT && name.startsWith("foot-routine-"));
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
    await keep("timeline.json");
  })());
});

let keeping = Promise.resolve();

/** Keeps the timeline, and the one sound that it names: whole, so that any part of it can be given. */
function keep(path) {
  keeping = keeping.then(() => keepNow(path)); // in order: the newest timeline is put last
  return keeping;
}

async function keepNow(path) {
  try {
    const kept = await caches.open(KEPT);
    const answer = await fetch(path);
    if (!answer.ok) return;
    await kept.put(path, answer.clone());
    const { sound } = await answer.json();
    if (!sound) return;
    if (!(await kept.match(sound))) await kept.add(sound);
    for (const { url } of await kept.keys()) {
      if (url.includes("/recordings/") && !url.endsWith(sound)) await kept.delete(url);
    }
  } catch {
    for (const client of await self.clients.matchAll()) client.postMessage("unkept");
  }
}

self.addEventListener("fetch", (event) => {
  if (event.request.method === "GET") event.respondWith(answered(event.request));
});

/** What is kept of an address; nothing where storage is denied. */
async function kept(url) {
  try {
    return await (await caches.open(KEPT)).match(url);
  } catch {
    return undefined;
  }
}

async function answered(request) {
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("range") ?? "");
  const found = await kept(request.url);
  if (found && range) return part(await found.blob(), Number(range[1]), range[2]);
  if (found && request.url.includes("/recordings/")) return found;
  try {
    const answer = await fetch(request);
    if (answer.ok && request.url.endsWith("timeline.json")) keep("timeline.json");
    return answer;
  } catch {
    return found ?? Response.error();
  }
}

function part(whole, from, last) {
  const to = Math.min(last ? Number(last) : whole.size - 1, whole.size - 1);
  if (from > to) return new Response(null, { status: 416, headers: { "Content-Range": `bytes */${whole.size}` } });
  return new Response(whole.slice(from, to + 1), { status: 206, headers: {
    "Accept-Ranges": "bytes", "Content-Type": "audio/mpeg", "Content-Length": String(to + 1 - from),
    "Content-Range": `bytes ${from}-${to}/${whole.size}` } });
}
