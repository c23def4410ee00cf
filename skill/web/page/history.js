import { $, show } from "./dom.js";
import { tell } from "./messages.js";
import { fetched } from "./server.js";
import { labels, open as openWords } from "./words.js";

/**
 * A new element with a text, or with other elements in it.
 * @param {string} name
 * @param {...(Node | string | number)} inside
 * @returns {any}
 */
function made(name, ...inside) {
  const element = document.createElement(name);
  element.append(...inside.map((each) => (each instanceof Node ? each : String(each))));
  return element;
}

/**
 * A table cell for a day, with a dot where there was a routine.
 * @param {{day: number, mark?: string, label?: string} | null} day
 */
function cell(day) {
  if (!day) return made("td");
  if (!day.mark) return made("td", day.day);
  const dot = made("span");
  dot.className = `dot ${day.mark}`;
  dot.setAttribute("role", "img");
  dot.setAttribute("aria-label", day.label);
  return made("td", day.day, dot);
}

/**
 * The table of a month.
 * @param {{title: string, weeks: any[][]}} month
 * @param {string[]} weekdays
 */
function table(month, weekdays) {
  const heads = weekdays.map((day) => {
    const head = made("th", day);
    head.scope = "col";
    return head;
  });
  const rows = month.weeks.map((week) => made("tr", ...week.map(cell)));
  return made("table", made("caption", month.title), made("thead", made("tr", ...heads)),
    made("tbody", ...rows));
}

/** Shows the history; where it cannot be read, one sentence. */
async function open() {
  try {
    await openWords();
  } catch {
    return; // the page was served with the sentence that says so
  }
  document.title = labels.history;
  try {
    const found = await fetched("history.json");
    for (const sum of ["sessions", "minutes", "streak"]) $(sum).textContent = found[sum];
    $("months").replaceChildren(...found.months.map(
      (/** @type {any} */ month) => table(month, found.weekdays)));
    $("sums").replaceChildren(...found.before.map((/** @type {any} */ month) => made("tr",
      ...[month.title, month.sessions, month.minutes].map((each) => made("td", each)))));
    show(found.before.length > 0, "before");
    show(true, "history");
  } catch {
    show(false, "export");
    tell("history", labels.no_history);
  }
}

open();
