import { $, show } from "./dom.js";
import { clear, tell } from "./messages.js";
import * as player from "./player.js";
import { anew, change, load, timeline } from "./routine.js";
import { sent } from "./server.js";
import { labels } from "./words.js";

/** @type {any} what the skill answered last */
let answer = null;
/** What begins a talk, that is about it until the next one begins. */
const TOPICS = ["hurts", "forget", "start_over"];
/** What the talk is about where the server is lost: `forget` can wait, pain cannot. */
let topic = "";

const BUTTONS = ["yes", "no", "go_on", "leave", "end", "ended"];

/** @param {string} text */
function open(text) {
  show(false, "moves", ...BUTTONS);
  show(true, "question");
  $("asked").textContent = text;
  $("question").focus(); // the next Tab is at its first answer
}

/**
 * Shows what the skill answers or asks, and the buttons that fit.
 * @param {any} told
 */
export function put(told) {
  answer = told;
  open(told.words);
  for (const id of ["yes", "no"]) $(id).textContent = labels[`${id}_${told.asks}`] ?? labels[id];
  $("go_on").textContent = told.ended ? labels.start : labels.go_on;
  show(Boolean(told.asks), "yes", "no");
  show(!told.asks, "go_on");
  show(told.ended && !told.asks, "ended");
  tell("place", told.kept ? "" : labels.disk_full);
}

/**
 * Says by a button something to the skill, and shows what it answers or asks.
 * @param {Record<string, any>} heard
 * @returns {Promise<boolean>} whether it answered
 */
export async function ask(heard) {
  if (TOPICS.includes(heard.said)) topic = heard.said;
  open(labels.stop_word);
  clear("answer");
  answer = null;
  try {
    put(await sent("say", heard));
  } catch {
    lost();
    return false;
  }
  if (answer.forgotten) await load(); // else the browser keeps the place for when it is offline
  return true;
}

/** Says what to do without an answer, and leaves the choice. */
function lost() {
  if (topic !== "hurts") {
    show(false, "question");
    show($("welcome").hidden, "moves");
    tell("answer", labels.no_answer);
    return;
  }
  open(labels.unanswered);
  show(true, "leave", "end");
}

/** Whether the skill leads on after its last answer. */
export const leads = () => answer?.does === "go" || answer?.does === "play";

/** Whether the skill ended its last answer: to go on is to start anew, and it may ask first. */
export const ended = () => Boolean(answer?.ended);

/**
 * The moment at which to go on after the skill's answer; undefined for the one that is heard.
 * @returns {Promise<number | undefined>}
 */
export async function taken() {
  const { changed, does, later, place, entered } = answer;
  if (later) { change(); return undefined; }
  const here = timeline?.cue(player.now());
  if (changed) await anew(place);
  else if (does === "wait" && here && here.exercise === place.exercise && here.side === place.side &&
    here.set === place.set) return undefined;
  return timeline?.begin(place, entered) ?? undefined;
}
