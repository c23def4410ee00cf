import { $, show } from "./dom.js";
import { clear, tell } from "./messages.js";
import { forget as forgetSet } from "./place.js";
import * as player from "./player.js";
import * as recording from "./recording.js";
import { fetched } from "./server.js";
import { Timeline } from "./timeline.js";
import { found as voice } from "./voice.js";
import { labels } from "./words.js";

/** A recording ends so near to its timeline's end, in ms. */
const NEAR = 2000;

/**
 * The timeline that leads; undefined until it is there.
 * @type {Timeline | undefined}
 */
export let timeline;
/** @type {Timeline | null} the timeline that is to lead, once its recording is made */
let coming = null;
/** @type {{next: Timeline, sound: string?, set: number} | null} what is taken at the next set */
let waiting = null;

/** Fetches the listener's timeline and its sound, at the place where the listener left. */
export async function load() {
  try {
    lead(await fetched("timeline.json"));
  } catch {
    unreadable();
  }
}

/** Says that the routine cannot be read, and leaves a way on. */
function unreadable() {
  tell("routine", labels.damaged);
  show(true, "again");
}

/**
 * Leads by another timeline from now on.
 * @param {any} found what the server sent
 */
function lead(found) {
  const next = timeline = new Timeline(found);
  drop();
  clear("routine");
  show(false, "again");
  entitle();
  const place = found.place && next.find(found.place.exercise, found.place.side, found.place.set);
  const begin = () => { if (place && !player.audio.currentTime) player.seek(place); };
  player.audio.addEventListener("loadedmetadata", begin, { once: true });
  play(next, found.sound);
  if (!found.sound) follow();
  if ($("leading").hidden) show(true, "welcome");
}

/** Takes no other timeline any more. */
function drop() {
  coming = waiting = null;
  recording.forget();
}

/**
 * Gives the player the sound of a timeline.
 * @param {Timeline} of
 * @param {string?} sound its address; null for silence
 */
function play(of, sound) {
  clear("sound", "voice");
  if (sound) player.load(sound); else player.loadSilence(of.total);
}

/** Takes the recording when it is made: at once, or at the next set where something plays. */
async function follow() {
  try {
    const state = await recording.made("making", () => (
      $("leading").hidden ? labels.making : labels.making_led));
    if (!state) return;
    if (state.missing) tell("voice", voice() ? labels.browser_voice : labels.no_voice);
    else if (state.failed) tell("voice", labels.failed);
    else if (timeline && state.sound) {
      const { sound } = state, led = timeline;
      await fetched("timeline.json"); // again: the service worker now keeps its sound too
      if (led !== timeline) return;
      if (player.audio.paused) player.swap(() => play(led, sound));
      else wait(led, sound);
    }
  } catch {
    tell("voice", labels.silent);
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
 * of the next set. Where it cannot be made, this one leads on. What the other one leaves out is led
 * no more.
 */
export async function change() {
  drop();
  try {
    await takeOver(await fetched("timeline.json"));
  } catch {
    tell("other", labels.not_made);
  }
}

/** @param {any} found what the server sent of the other timeline */
async function takeOver(found) {
  const next = coming = new Timeline(found);
  timeline?.leave(next);
  entitle();
  const state = found.sound ? found : await recording.made("other", () => labels.making_other);
  if (!state || coming !== next) return;
  if (state.failed) { tell("other", labels.not_made); return; }
  const { sound } = await fetched("timeline.json"); // again: the service worker now keeps its sound too
  if (coming !== next) return;
  tell("other", labels.from_next);
  wait(next, sound);
}

/**
 * Leads by the routine that the skill has changed. Where the recording that there is has all that is
 * left, just as the new one will have it, that leads until the new one is made.
 * @param {import("./timeline.js").Place} from where the routine goes on
 */
export async function anew(from) {
  let found;
  try {
    found = await fetched("timeline.json");
    const rest = new Timeline(found);
    if (!found.sound && timeline && !player.silent() && rest.endsAs(timeline, from)) {
      drop();
      takeOver(found).catch(() => tell("other", labels.not_made));
      return;
    }
  } catch {
    unreadable();
    return;
  }
  lead(found);
}

/**
 * Goes over to the timeline that waits, where another set is led than when it began to wait; passes
 * over what is led no more.
 * @param {number} ms the moment of this timeline
 * @returns {boolean} whether it moved
 */
export function turnOver(ms) {
  if (!timeline) return false;
  const onward = timeline.onward(ms), at = onward ?? ms;
  if (waiting && timeline.cue(at).exercise && timeline.set(at) !== waiting.set) {
    const { next, sound } = waiting, to = next.same(timeline, at), playing = !player.audio.paused;
    drop();
    timeline = next;
    play(next, sound);
    if (!sound) follow();
    entitle();
    forgetSet();
    player.seek(to);
    if (playing) player.play().catch(() => {}); // its own start tells why
    return true;
  }
  if (onward === null) return false;
  player.seek(onward);
  return true;
}

/** Shows what the timeline is called, and its exercises. */
function entitle() {
  if (!timeline) return;
  $("title").textContent = timeline.title;
  document.title = timeline.title;
  const chosen = $("exercises").value;
  $("exercises").replaceChildren(
    ...timeline.exercises.map((id) => new Option(labels.exercises[id], id, false, id === chosen)));
}

/**
 * Leads in silence where the sound cannot be played.
 * @param {boolean} [playing] whether it goes on at once
 */
export async function recover(playing = player.wanted) {
  const led = timeline;
  if (!led || player.silent()) return;
  player.swap(() => player.loadSilence(led.total));
  tell("sound", labels.silent);
  if (playing) await player.play().catch(() => {}); // its own start tells why
}

/** Leads on in silence where the sound ends too soon: a part of the recording is missing. */
export async function cutShort() {
  if (!timeline || player.silent() || player.now() > timeline.total - NEAR) return;
  await recover(true);
}
