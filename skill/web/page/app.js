import { tell } from "./messages.js";
import * as moves from "./moves.js";
import * as offline from "./offline.js";
import * as player from "./player.js";
import * as routine from "./routine.js";
import * as slower from "./slower.js";
import * as talk from "./talk.js";
import { draw } from "./view.js";
import * as voice from "./voice.js";
import * as wishes from "./wishes.js";
import { labels, open as openWords } from "./words.js";

async function open() {
  try {
    await openWords();
  } catch {
    return; // the page was served with the sentence that says so
  }
  player.watch(draw);
  player.open(() => tell("tab", labels.elsewhere));
  player.audio.addEventListener("error", () => routine.recover());
  player.audio.addEventListener("ended", routine.cutShort);
  moves.open();
  slower.open();
  voice.open(() => routine.timeline);
  talk.open();
  await routine.load();
  await wishes.open();
  await offline.open();
}

open();
