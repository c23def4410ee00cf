import { tell } from "./messages.js";
import { labels } from "./words.js";

const unkept = () => tell("offline", labels.not_offline);

/** Has the browser keep the page for when there is no network; one sentence tells where it does not. */
export async function open() {
  const workers = navigator.serviceWorker;
  if (!workers) { unkept(); return; }
  workers.addEventListener("message", unkept);
  try {
    const kept = await workers.register("worker.js");
    kept?.installing?.addEventListener("statechange", (event) => {
      if (/** @type {ServiceWorker} */ (event.target).state === "redundant") unkept();
    });
  } catch {
    unkept();
  }
}
