import { $, show } from "./dom.js";
import { clear, tell } from "./messages.js";
import * as place from "./place.js";
import * as player from "./player.js";
import * as question from "./question.js";
import { timeline } from "./routine.js";
import * as voice from "./voice.js";
import { fill, labels } from "./words.js";

/** How far a lock screen's buttons for going forward and back go where it does not tell, in s. */
const SKIP = 10;

/**
 * Leads on, and shows that it does.
 * @param {number | null} [ms] where to go first
 */
export async function start(ms) {
  voice.quit();
  if (typeof ms !== "number" && finished()) { await again(); return; }
  clear("answer");
  const first = !$("welcome").hidden;
  if (first) place.begin();
  show(false, "welcome", "question");
  show(true, "leading", "moves");
  go(ms ?? player.now());
  try {
    await player.play();
    clear("start", "tab");
  } catch (fault) {
    if (/** @type {Error} */ (fault).name === "NotAllowedError") refused(first);
  }
  player.seek(player.now());
}

/**
 * The browser wants one more press before it makes a sound.
 * @param {boolean} first whether it was the first start
 */
function refused(first) {
  show(first, "welcome");
  show(!first, "leading", "moves");
  mark(true);
  tell("start", fill(labels.press_start, { key: first ? labels.start : labels.resume }));
}

/**
 * Moves to a moment, in ms, no later than the end.
 * @param {number | null | undefined} ms
 */
export function go(ms) {
  if (timeline && typeof ms === "number") player.seek(Math.min(ms, timeline.total));
}

/** @param {number} sets */
const step = (sets) => go(timeline?.move(player.now(), sets));
const toggle = () => { if (player.audio.paused) start(); else player.audio.pause(); };
const next = () => step(1), back = () => step(-1), repeat = () => step(0);

/** Stops the sound at once, whatever the server answers, and asks. */
function hurts() {
  voice.quit();
  const playing = !player.audio.paused;
  player.audio.pause();
  if (timeline) question.ask({ said: "hurts", ...position(playing) });
}

/**
 * Where the recording is, as the skill is told.
 * @param {boolean} playing
 */
export const position = (playing) => {
  const at = timeline?.position(player.now()) ?? {};
  return "exercise" in at ? { ...at, playing, since_ms: place.since() } : {};
};

/** Goes on after an answer; after the last one, the skill is asked first. */
async function goOn() {
  if (question.ended()) {
    place.begin();
    await anew(position(false));
  } else await start(await question.taken());
}

/**
 * Has the skill start, and starts where it has no question.
 * @param {object} from
 */
async function anew(from) {
  await question.ask({ said: "start", ...from });
  if (question.leads()) await start(await question.taken());
}

/** Whether all was heard to its end: a player would go on at its beginning by itself. */
const finished = () => player.audio.ended || (timeline && player.now() >= timeline.total);

/** Leads again from the first set; as before where the skill does not answer. */
async function again() {
  place.begin();
  if (!await question.ask({ said: "start_over" })) await start(0);
  else if (question.leads()) await start(await question.taken() ?? 0);
}

/** Starts; where the skill has a question first, that is asked. */
async function begin() {
  if (timeline?.asks) await anew({});
  else await start();
}

/** Goes on without the exercise that is led. */
const leave = () => start(timeline?.after(player.now()));

/** Stops for today: what hurt is not the first thing that is led then. */
function end() {
  go(timeline?.after(player.now()));
  show(false, "question", "leading", "moves");
  show(true, "welcome");
}

/**
 * Shows and says whether the routine is paused.
 * @param {boolean} paused
 */
function mark(paused) {
  $("pause").textContent = paused ? labels.resume : labels.pause;
  $("paused").textContent = paused ? labels.paused : "";
}

/** Pauses, whatever is heard. */
function pause() {
  voice.quit();
  player.audio.pause();
}

/** A headset goes on only where no question is open. */
const play = () => { if ($("question").hidden) start(); };

/** @param {number} seconds forward, or back where it is less than 0 */
const skip = (seconds) => go(Math.max(0, player.now() + seconds * 1000));

/** What each key does while the moves are shown. */
const KEYS = /** @type {Record<string, () => void>} */ ({
  " ": toggle, ArrowRight: next, ArrowLeft: back, r: repeat, h: hurts });

/** @param {KeyboardEvent} event */
function press(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const on = /** @type {HTMLElement} */ (event.target);
  const typed = on.closest("select, input") || (on.closest("button") && key === " ");
  if (typed || event.ctrlKey || event.metaKey || event.altKey || !KEYS[key] || $("moves").hidden) return;
  event.preventDefault();
  player.look();
  KEYS[key]();
}

/** Gives each button, key and headset button its move. */
export function open() {
  const buttons = {
    start: begin, start_over: again, pause: toggle, next, back, repeat, hurts,
    forget: () => question.ask({ said: "forget" }),
    yes: () => question.ask({ said: "yes" }), no: () => question.ask({ said: "no" }), go_on: goOn, leave, end,
  };
  for (const [id, move] of Object.entries(buttons)) $(id).addEventListener("click", () => { player.look(); move(); });
  $("exercises").addEventListener("change", () => { player.look(); go(timeline?.find($("exercises").value)); });
  addEventListener("keydown", press);
  player.audio.addEventListener("playing", () => mark(false));
  player.audio.addEventListener("pause", () => mark(true));
  player.obey({ play, pause, nexttrack: next, previoustrack: back,
    seekforward: ({ seekOffset }) => skip(seekOffset ?? SKIP), seekbackward: ({ seekOffset }) => skip(-(seekOffset ?? SKIP)),
    seekto: ({ seekTime }) => go((seekTime ?? 0) * 1000) });
}
