import { $ } from "./dom.js";
import { fetched } from "./server.js";

/**
 * All words that the page shows, by name, in the listener's language.
 * @type {Record<string, any>}
 */
export const labels = {};

/** Fetches the words, and puts them into the elements that name them (`data-label`). */
export async function open() {
  Object.assign(labels, await fetched("labels.json"));
  $("unreadable")?.remove();
  document.documentElement.lang = labels.language;
  for (const each of document.querySelectorAll("[data-label]")) {
    each.textContent = labels[/** @type {HTMLElement} */ (each).dataset.label ?? ""];
  }
}

/**
 * Puts values into a text in the place of their names in braces.
 * @param {string} text
 * @param {Record<string, any>} values
 * @returns {string}
 */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
