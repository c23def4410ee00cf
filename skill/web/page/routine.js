import { $, show } from "./dom.js";
import { forget } from "./place.js";
import * as player from "./player.js";
import { made } from "./recording.js";
import { fetched } from "./server.js";
import { Timeline } from "./timeline.js";
import { found as voice } from "./voice.js";
import { labels, tell } from "./words.js";

/** A recording ends so near to its timeline's end, in ms. */
const NEAR = 2000;

/**
 * The timeline that leads; undefined until it is there.
 * @type {Timeline | undefined}
 */
export let timeline;
/** @type {{next: Timeline, sound: string?, set: number} | null} what is taken at the next set */
let waiting = null;

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
  waiting = null;
  entitle();
  const place = found.place && timeline.find(found.place.exercise, found.place.side, found.place.set);
  const begin = () => { if (place && !player.audio.currentTime) player.seek(place); };
  player.audio.addEventListener("loadedmetadata", begin, { once: true });
  if (found.sound) player.load(found.sound);
  else { player.loadSilence(timeline.total); follow(); }
  if ($("leading").hidden) show(true, "welcome");
}

/** Takes the recording when it is made: at once, or at the next set where something plays. */
async function follow() {
  try {
    const state = await made(labels.making);
    if (!state) return;
    if (state.missing) tell(voice() ? labels.browser_voice : labels.no_voice);
    else if (state.failed) tell(labels.failed);
    else if (timeline && state.sound) {
      await fetched("timeline.json"); // again: the service worker now keeps its sound too
      if (player.audio.paused) { const { sound } = state; player.swap(() => player.load(sound)); }
      else wait(timeline, state.sound);
      tell("");
    }
  } catch {
    tell(labels.silent);
  }
}

/**
 * Leads by another timeline from the next set on.
 * @param {Timeline} next
 * @param {string?} sound the address of its recording; null for silence
 */
function wait(next, sound) {
  waiting = { next, sound, set: timeline?.set(player.now()) ?? -1 };
}

/**
 * The routine is another now: its recording is made while this one plays on, and taken at the start
 * of the next set. Where it cannot be made, this one leads on.
 */
export async function change() {
  waiting = null;
  try {
    let found = await fetched("timeline.json");
    const state = found.sound ? found : await made(labels.making_other);
    if (!state) return;
    if (state.failed) { tell(labels.not_made); return; }
    found = await fetched("timeline.json"); // again: the service worker now keeps its sound too
    tell(labels.from_next);
    wait(new Timeline(found), found.sound);
  } catch {
    tell(labels.not_made);
  }
}

/**
 * Goes over to the timeline that waits, where another set is led than when it began to wait.
 * @param {number} ms the moment of this timeline
 * @returns {boolean} whether it did
 */
export function turnOver(ms) {
  if (!timeline || !waiting || timeline.set(ms) === waiting.set || !timeline.cue(ms).exercise) return false;
  const { next, sound } = waiting;
  const to = next.same(timeline, ms);
  waiting = null;
  const playing = !player.audio.paused;
  if (sound) player.load(sound); else player.loadSilence(next.total);
  timeline = next;
  entitle();
  forget();
  tell("");
  player.seek(to);
  if (playing) player.play().catch(() => {}); // its own start tells why
  return true;
}

/** Shows what the timeline is called, and its exercises. */
function entitle() {
  if (!timeline) return;
  $("title").textContent = timeline.title;
  document.title = timeline.title;
  $("exercises").replaceChildren(
    ...timeline.exercises.map((id) => new Option(labels.exercises[id], id)));
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
