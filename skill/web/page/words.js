import { $ } from "./dom.js";
import { fetched } from "./server.js";

/**
 * All words that the page shows, by name, in the listener's language.
 * @type {Record<string, any>}
 */
export const labels = {};

/** The elements whose text is the label of the same name. */
const NAMED = ["start", "pause", "next", "repeat", "back", "hurts", "forget", "yes", "no", "go_on",
  "go_to", "notice", "stop_word"];

/** Fetches the words, and puts them on the page. */
export async function open() {
  Object.assign(labels, await fetched("labels.json"));
  document.documentElement.lang = labels.language;
  for (const name of NAMED) $(name).textContent = labels[name];
}

/**
 * Puts values into a text in the place of their names in braces.
 * @param {string} text
 * @param {Record<string, any>} values
 * @returns {string}
 */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

/**
 * Shows one sentence about what the page does; an empty one is taken away.
 * @param {string} text
 */
export const tell = (text) => { $("message").textContent = text; };
