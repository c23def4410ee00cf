import { $ } from "./dom.js";
import { tell } from "./messages.js";
import * as moves from "./moves.js";
import * as player from "./player.js";
import * as question from "./question.js";
import { change, timeline } from "./routine.js";
import { sent } from "./server.js";
import { labels } from "./words.js";

/** Asks for a slower routine; this one plays on, unless the skill has a question first. */
async function ask() {
  if (!timeline) return;
  const playing = !player.audio.paused;
  let answer;
  try {
    answer = await sent("say", { said: "slower", ...moves.position(playing) });
  } catch {
    tell("answer", labels.no_answer);
    return;
  }
  if (answer.asks) {
    player.audio.pause();
    question.put(answer);
    return;
  }
  tell("answer", answer.words);
  if (answer.changed) await change();
}

/** Gives the button its move. */
export const open = () => $("slower").addEventListener("click", ask);
