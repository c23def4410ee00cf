import { $, show } from "./dom.js";
import * as player from "./player.js";
import { fetched } from "./server.js";
import { Timeline } from "./timeline.js";
import { found as voice } from "./voice.js";
import { fill, labels, tell } from "./words.js";

/** A recording ends so near to its timeline's end, in ms. */
const NEAR = 2000;

/**
 * The timeline that leads; undefined until it is there.
 * @type {Timeline | undefined}
 */
export let timeline;

/** Fetches the listener's timeline and its sound, at the place where the listener left. */
export async function load() {
  let found;
  try {
    found = await fetched("timeline.json");
    timeline = new Timeline(found);
  } catch {
    tell(labels.damaged);
    show(true, "again");
    return;
  }
  $("title").textContent = timeline.title;
  document.title = timeline.title;
  $("exercises").replaceChildren(
    ...timeline.exercises.map((id) => new Option(labels.exercises[id], id)));
  const place = found.place && timeline.find(found.place.exercise, found.place.side, found.place.set);
  const begin = () => { if (place && !player.audio.currentTime) player.seek(place); };
  player.audio.addEventListener("loadedmetadata", begin, { once: true });
  if (found.sound) player.load(found.sound);
  else { player.loadSilence(timeline.total); follow(); }
  if ($("leading").hidden) show(true, "welcome");
}

/** Shows how far the recording is; it is taken when it is there and nothing plays yet. */
async function follow() {
  try {
    const state = await fetched("progress.json");
    if (state.missing) tell(voice() ? labels.browser_voice : labels.no_voice);
    else if (state.failed) tell(labels.failed);
    else if (state.sound) {
      tell("");
      if (player.audio.paused) player.swap(() => player.load(state.sound));
    } else {
      tell(fill(labels.making, { percent: state.percent }));
      setTimeout(follow, 1000); // no clock of the routine
    }
  } catch {
    tell(labels.silent);
  }
}

/**
 * Leads in silence where the sound cannot be played.
 * @param {boolean} [playing] whether it goes on at once
 */
export async function recover(playing = player.wanted) {
  const led = timeline;
  if (!led || player.silent()) return;
  player.swap(() => player.loadSilence(led.total));
  if (playing) await player.play().catch(() => {}); // its own start tells why
  tell(labels.silent);
}

/** Leads on in silence where the sound ends too soon: a part of the recording is missing. */
export async function cutShort() {
  if (!timeline || player.silent() || player.now() > timeline.total - NEAR) return;
  await recover(true);
}
