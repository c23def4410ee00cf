import { $ } from "./dom.js";
import * as ears from "./ears.js";
import { clear, tell } from "./messages.js";
import * as moves from "./moves.js";
import * as player from "./player.js";
import * as question from "./question.js";
import { anew, change, timeline } from "./routine.js";
import { sent } from "./server.js";
import * as voice from "./voice.js";
import { fill, labels } from "./words.js";

/** More letters than this are nothing that the skill understands. */
const MOST_LETTERS = 300;

/** What is heard while an answer is on its way, in order. */
let turn = Promise.resolve();

/**
 * Says to the skill what was heard, and does what it answers.
 * @param {string} text
 */
async function say(text) {
  if (!timeline || !text) return;
  const playing = !player.audio.paused, asked = $("question").hidden;
  player.duck(true);
  tell("answer", fill(labels.heard, { text }));
  try {
    const saying = timeline.saying(player.now());
    const answer = await sent("say", {
      text: text.slice(0, MOST_LETTERS), saying: saying.slice(-MOST_LETTERS), ...moves.position(playing) });
    if ($("question").hidden !== asked) return; // a button was faster
    await act(answer, playing && !player.audio.paused);
  } catch {
    player.audio.pause(); // it may have been a word to stop
    ears.close(labels.lost_ears);
  } finally {
    player.duck(false);
  }
}

/**
 * Does with the recording what the skill answered.
 * @param {any} answer
 * @param {boolean} playing whether the recording was playing
 */
async function act(answer, playing) {
  if (!answer.words && answer.does === "stay") { clear("answer"); return; }
  if (answer.words || answer.does !== "stay") player.audio.pause();
  if (answer.does === "wait" || answer.does === "end") question.put(answer);
  ears.hold(true);
  const heard = await voice.answer(answer.words);
  ears.hold(false);
  if (!heard) return; // the listener has done something else
  if (answer.later) {
    await moves.start();
    tell("answer", answer.words);
    change(); // it may take half a minute, and what is heard meanwhile is answered
    return;
  }
  if (answer.does === "go") {
    if (answer.changed) await anew(answer.place);
    await moves.start(timeline?.begin(answer.place, answer.entered));
  } else if (answer.does === "play" || (answer.does === "stay" && playing)) {
    await moves.start();
  }
  if (answer.does !== "wait" && answer.does !== "end") tell("answer", answer.words);
}

/** Offers to listen. */
export function open() {
  ears.open(() => timeline?.locale ?? labels.language, (text) => { turn = turn.then(() => say(text)); });
}
