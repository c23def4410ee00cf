/**
 * The element of the page with this id.
 * @param {string} id
 * @returns {any}
 */
export const $ = (id) => document.getElementById(id);

/**
 * Shows some parts of the page, or hides them.
 * @param {boolean} shown
 * @param {...string} ids
 */
export function show(shown, ...ids) {
  for (const id of ids) $(id).hidden = !shown;
}
