import { $, show } from "./dom.js";
import { load } from "./routine.js";
import { sent } from "./server.js";
import { labels } from "./words.js";

/** @type {any} what the skill answered last */
let answer = null;

/**
 * Says something to the skill, and shows what it answers or asks.
 * @param {Record<string, any>} heard
 */
export async function ask(heard) {
  show(false, "moves", "yes", "no", "go_on");
  show(true, "question");
  $("asked").textContent = labels.stop_word;
  answer = null;
  try {
    answer = await sent("say", heard);
  } catch {
    $("asked").textContent = labels.unanswered;
    return;
  }
  $("asked").textContent = answer.words;
  for (const id of ["yes", "no"]) $(id).textContent = labels[`${id}_${answer.asks}`] ?? labels[id];
  show(Boolean(answer.asks), "yes", "no");
  show(!answer.asks && !answer.ended, "go_on");
  if (answer.forgotten) await load(); // else the browser keeps the place for when it is offline
}

/**
 * Where the skill goes on after its answer; the routine is fetched anew where it is another now.
 * @returns {Promise<{exercise: string, side: string, set: number}>}
 */
export async function taken() {
  if (answer.changed) await load();
  return answer.place;
}
