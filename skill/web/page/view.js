import { $, show } from "./dom.js";
import { clear } from "./messages.js";
import { note } from "./place.js";
import * as player from "./player.js";
import { timeline, turnOver } from "./routine.js";
import { fill, labels } from "./words.js";

/** The moves that lead nowhere once all sets are over, and what there is in their place. */
const LEADING = ["pause", "next", "repeat", "slower", "go_to"], OVER = ["start_over", "done"];

let shown = "";

/** Draws the moment that is heard. */
export function draw() {
  if (!timeline) return;
  const ms = player.now();
  note(timeline, ms, player.jumps);
  if (turnOver(ms)) return; // and that was drawn
  const cue = timeline.cue(ms);
  const [gone, whole] = cue.timed ?? [0, cue.ms], togo = Math.max(0, whole - gone - (ms - cue.at_ms));
  $("rep").textContent = String(cue.timed ? Math.ceil(togo / 1000) : cue.rep || "");
  $("words").textContent = timeline.words(ms);
  $("ring").style.strokeDashoffset = String(100 - (100 * togo) / whole);
  const over = timeline.over(ms), minutes = Math.max(0, Math.ceil((timeline.total - ms) / 60000));
  $("left").textContent = over ? "" : fill(labels.minutes_left[minutes] ?? "", { minutes });
  const key = [cue.exercise, cue.side, cue.set, over].join();
  if (key === shown) return;
  shown = key;
  clear("answer"); // it was about the set before
  show(!over, ...LEADING);
  show(over, ...OVER);
  place(cue, timeline.cues[timeline.starts[timeline.set(ms) + 1]]);
  if (over) $("next_up").textContent = "";
  player.announce(labels.exercises[cue.exercise] ?? timeline.title, $("feet").textContent, timeline.title);
}

/**
 * Shows a set: its exercise and feet, and what comes after it.
 * @param {import("./timeline.js").Cue} cue
 * @param {import("./timeline.js").Cue | undefined} next
 */
function place(cue, next) {
  $("exercise").textContent = labels.exercises[cue.exercise] ?? "";
  $("exercise").hidden = !cue.exercise; // a heading without words is none
  $("feet").replaceChildren(...feet(labels.works[cue.side], labels.lifted[cue.exercise]?.[cue.side]));
  $("sets").textContent = cue.set ? fill(labels.set_of_sets[cue.exercise], cue) : "";
  $("next_up").textContent = next ? labels.next_up[next.exercise]?.[next.side] : labels.next_end;
  for (const move of ["back", "next", "repeat"]) $(move).textContent = labels.moves[cue.exercise]?.[move] ?? labels[move];
  if (cue.exercise) $("exercises").value = cue.exercise;
  picture(cue);
}

/**
 * Which foot works and which is lifted, each in the colour that it has in the drawing.
 * @param {string | undefined} works
 * @param {string | undefined} raised
 */
function feet(works, raised) {
  const parts = Object.entries({ works, and: works && raised && " · ", raised });
  return parts.filter(([, text]) => text).map(([name, text]) => {
    const part = document.createElement("span");
    part.className = name;
    part.textContent = text ?? "";
    return part;
  });
}

/**
 * Draws the exercise, mirrored for the left foot.
 * @param {import("./timeline.js").Cue} cue
 */
function picture(cue) {
  const paths = labels.drawings[cue.exercise] ?? [];
  $("drawing").replaceChildren(...paths.map((/** @type {[string, string]} */ [kind, d]) => {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("class", kind);
    path.setAttribute("d", d);
    return path;
  }));
  $("drawing").classList.toggle("left_foot", cue.side === "left");
}
