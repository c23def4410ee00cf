import { $ } from "./dom.js";

/**
 * What can be told, the most urgent first. Each kind has a line of its own.
 *
 * - routine: its timeline cannot be read.
 * - start: the browser lets no sound begin.
 * - tab: the routine plays in another tab.
 * - sound: the recording cannot be played.
 * - ears: the page does not hear what is said.
 * - place: what is done is not kept.
 * - answer: what was heard, and what the skill answers; until the next set.
 * - making: how far the recording of this routine is.
 * - other: how far the recording of another routine is, and when it is taken.
 * - voice: why no recorded voice leads.
 * - offline: the browser keeps no copy of the page.
 * - history: it cannot be read.
 *
 * @typedef {"routine" | "start" | "tab" | "sound" | "ears" | "place" | "answer" | "making" | "other"
 *   | "voice" | "offline" | "history"} Kind
 */

/** @type {Kind[]} */
const KINDS = ["routine", "start", "tab", "sound", "ears", "place", "answer", "making", "other",
  "voice", "offline", "history"];

/** What nothing is to be done about while an exercise is led: it is not shown there. */
const NOTES = ["voice", "offline"];

/** @type {Map<Kind, HTMLElement>} */
const lines = new Map();

/**
 * Shows one sentence in the line of its kind, in place of that kind's last one.
 * @param {Kind} kind
 * @param {string} text an empty one takes the line away
 * @param {string} [spoken] what a screen reader says in its place, where the line changes too often
 */
export function tell(kind, text, spoken) {
  if (!text) { clear(kind); return; }
  let line = lines.get(kind);
  if (!line) {
    line = document.createElement("p");
    line.dataset.kind = kind;
    line.classList.toggle("note", NOTES.includes(kind));
    if (spoken) line.setAttribute("aria-hidden", "true");
    lines.set(kind, line);
    const after = KINDS.slice(KINDS.indexOf(kind) + 1).find((each) => lines.has(each));
    $("message").insertBefore(line, (after && lines.get(after)) ?? null);
  }
  if (line.textContent !== text) line.textContent = text;
  if (spoken) say(kind, spoken);
}

/**
 * Has a screen reader say a sentence, once.
 * @param {Kind} kind
 * @param {string} text
 */
function say(kind, text) {
  const status = $("progress");
  status.dataset.kind = kind;
  if (status.textContent !== text) status.textContent = text;
}

/**
 * Takes lines away: what they told is over.
 * @param {...Kind} kinds
 */
export function clear(...kinds) {
  for (const kind of kinds) {
    const line = lines.get(kind);
    if (line?.ariaHidden && $("progress").dataset.kind === kind) say(kind, "");
    line?.remove();
    lines.delete(kind);
  }
}
