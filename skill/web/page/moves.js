import { $, show } from "./dom.js";
import * as player from "./player.js";
import * as question from "./question.js";
import { timeline } from "./routine.js";
import { labels, tell } from "./words.js";

/** Leads on, and shows that it does. */
export async function start() {
  show(false, "welcome", "question");
  show(true, "leading", "moves");
  try {
    await player.audio.play();
    tell("");
  } catch {
    tell(labels.press_start);
  }
  player.seek(player.now());
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
  player.audio.pause();
  if (!timeline) return;
  const { exercise, side, set } = timeline.cue(player.now());
  question.ask({ said: "hurts", exercise, side, set });
}

/** Takes the recording of another routine, where it is another now, and goes on with the next set. */
async function goOn() {
  const to = await question.taken();
  go(timeline?.find(to.exercise, to.side, to.set) ?? timeline?.find(to.exercise));
  await start();
}

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
  KEYS[key]();
}

/** Gives each button, key and headset button its move. */
export function open() {
  const buttons = {
    start, pause: toggle, next, back, repeat, hurts,
    forget: () => question.ask({ said: "forget" }),
    yes: () => question.ask({ said: "yes" }), no: () => question.ask({ said: "no" }), go_on: goOn,
  };
  for (const [id, move] of Object.entries(buttons)) $(id).addEventListener("click", () => move());
  $("exercises").addEventListener("change", () => go(timeline?.find($("exercises").value)));
  addEventListener("keydown", press);
  player.audio.addEventListener("playing", () => { $("pause").textContent = labels.pause; });
  player.audio.addEventListener("pause", () => { $("pause").textContent = labels.resume; });
  player.obey({ play: start, pause: () => player.audio.pause(), nexttrack: next, previoustrack: back,
    seekforward: next, seekbackward: back });
}
