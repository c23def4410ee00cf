import * as moves from "./moves.js";
import * as player from "./player.js";
import * as routine from "./routine.js";
import { draw } from "./view.js";
import { labels, open as openWords, tell } from "./words.js";

async function open() {
  try {
    await openWords();
  } catch {
    tell(document.title); // there are no words to say it with
    return;
  }
  player.watch(draw);
  player.open(() => tell(labels.elsewhere));
  player.audio.addEventListener("error", routine.recover);
  moves.open();
  await routine.load();
}

if ("serviceWorker" in navigator) navigator.serviceWorker.register("worker.js").catch(() => {});
open();
