/* VERSION and FILES are put before this by the server: the page's files, and a hash of them. */
const KEPT = `foot-routine-${VERSION}`;
const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

worker.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((store) => store.addAll(FILES)).then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const old = (await caches.keys()).filter((name) => name !== KEPT && name.startsWith("foot-routine-"));
    await Promise.all(old.map((name) => caches.delete(name)));
    await worker.clients.claim();
    await keep("timeline.json");
  })());
});

let keeping = Promise.resolve();

/**
 * Keeps the timeline, and the sound that it names: whole, so that any part of it can be given. What
 * is kept of other sounds goes.
 * @param {string} path
 */
function keep(path) {
  keeping = keeping.then(() => keepNow(path)); // in order: the newest timeline is put last
  return keeping;
}

/** Whether a newer worker has deleted what this one kept, and keeps its own. */
async function isReplaced() {
  const names = await caches.keys();
  return !names.includes(KEPT) && names.some((name) => name.startsWith("foot-routine-"));
}

/** @param {string} path */
async function keepNow(path) {
  try {
    const answer = await fetch(path);
    if (!answer.ok || await isReplaced()) return;
    const store = await caches.open(KEPT);
    await store.put(path, answer.clone());
    const { sound } = await answer.json();
    if (!sound) return;
    // What the player has fetched of it is in the browser's own cache, and is given in parts.
    if (!(await store.match(sound))) await store.add(new Request(sound, { cache: "no-store" }));
    for (const { url } of await store.keys()) {
      if (isSound(url) && url !== new URL(sound, worker.location.href).href) await store.delete(url);
    }
  } catch {
    for (const client of await worker.clients.matchAll()) client.postMessage("unkept");
  }
}

worker.addEventListener("fetch", (event) => {
  if (event.request.method === "GET") event.respondWith(answered(event.request));
});

/** @param {string} url */
const isSound = (url) => url.includes("/recordings/");

/**
 * What is kept of an address; nothing where storage is denied.
 * @param {string} url
 */
async function kept(url) {
  try {
    return await caches.match(url, { cacheName: KEPT });
  } catch {
    return undefined;
  }
}

/**
 * The sound from what is kept; all else from the server, or from what is kept where it is away.
 * @param {Request} request
 */
async function answered(request) {
  const found = await kept(request.url);
  if (found && isSound(request.url)) {
    const range = request.headers.get("range");
    return range ? part(await found.blob(), range) : found;
  }
  try {
    const answer = await fetch(request);
    if (answer.ok && request.url.endsWith("timeline.json")) keep("timeline.json");
    return answer;
  } catch {
    return found ?? Response.error();
  }
}

/**
 * A part of a sound, as RFC 9110 (14.1.2) has it: from here to there, from here on, or the last so
 * many bytes. More than one range, or what is no range of bytes, is answered with all.
 * @param {Blob} whole
 * @param {string} range
 */
function part(whole, range) {
  const asked = /^bytes=(\d*)-(\d*)$/.exec(range);
  const headers = { "Accept-Ranges": "bytes", "Content-Type": whole.type };
  const [, first, last] = asked ?? [];
  if (!(first || last)) return new Response(whole, { headers });
  const from = first ? Number(first) : Math.max(0, whole.size - Number(last));
  const to = first && last ? Math.min(Number(last), whole.size - 1) : whole.size - 1;
  if (from > to) {
    return new Response(null, { status: 416, headers: { "Content-Range": `bytes */${whole.size}` } });
  }
  return new Response(whole.slice(from, to + 1), { status: 206, headers: {
    ...headers, "Content-Length": String(to + 1 - from), "Content-Range": `bytes ${from}-${to}/${whole.size}` } });
}
