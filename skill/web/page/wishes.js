import { $, show } from "./dom.js";
import { clear, tell } from "./messages.js";
import { load } from "./routine.js";
import { fetched, sent } from "./server.js";
import { labels } from "./words.js";

/**
 * @typedef {object} Choice something that can be chosen or not
 * @property {string} id
 * @property {string} name
 * @property {boolean} chosen
 * @property {boolean} [seated] whether it is done sitting down
 */

/**
 * A box to tick for each choice, in the element with this id.
 * @param {string} id
 * @param {Choice[]} choices
 */
function boxes(id, choices) {
  $(id).replaceChildren(...choices.map((choice) => {
    const label = document.createElement("label"), box = document.createElement("input");
    box.type = "checkbox";
    box.value = choice.id;
    box.checked = choice.chosen;
    box.dataset.seated = String(choice.seated ?? true);
    label.append(box, ` ${choice.name}`);
    return label;
  }));
}

/**
 * @param {string} id
 * @returns {HTMLInputElement[]}
 */
const boxesOf = (id) => [...$(id).querySelectorAll("input")];

/** Whether all that is chosen is done sitting down. */
const isSeated = () => boxesOf("wish_exercises").every((box) => !box.checked || box.dataset.seated === "true");

/**
 * Shows what is wished, and what there is to wish for.
 * @param {any} wishes
 */
function put(wishes) {
  $("wish_minutes").value = wishes.minutes;
  $("wish_minutes").max = wishes.most_minutes;
  $("wish_feet").replaceChildren(...["both", "left", "right"].map(
    (foot) => new Option(labels.works[foot], foot, false, foot === wishes.feet)));
  $("wish_feet").value = wishes.feet;
  boxes("wish_exercises", wishes.exercises);
  boxes("wish_things", wishes.things);
  $("wish_seated").checked = isSeated();
  $("wish_gently").checked = wishes.gently;
  show(wishes.gently || wishes.gentler, "gently_box");
}

/**
 * Sends the wishes, and leads by what the skill makes of them.
 * @param {SubmitEvent} event
 */
async function take(event) {
  event.preventDefault();
  const things = boxesOf("wish_things");
  try {
    const answer = await sent("wish", {
      minutes: Number($("wish_minutes").value),
      feet: $("wish_feet").value,
      exercises: boxesOf("wish_exercises").filter((box) => box.checked).map((box) => box.value),
      missing: things.filter((box) => !box.checked).map((box) => box.value),
      gently: $("wish_gently").checked,
      always: event.submitter === $("wish_always"),
    });
    clear("answer");
    put(answer.wishes);
    if (answer.changed) await load();
    $("wished").textContent = answer.kept ? answer.words : labels.disk_full;
  } catch {
    tell("answer", labels.no_answer);
  }
}

/** Ticks what is done sitting down, or all. */
function sit() {
  const seated = $("wish_seated").checked;
  for (const box of boxesOf("wish_exercises")) box.checked = !seated || box.dataset.seated === "true";
}

/** Shows the wishes where the server tells them, and lets them be changed. */
export async function open() {
  try {
    put(await fetched("wishes.json"));
  } catch {
    return; // without a server there is nobody to take a wish
  }
  $("wish_seated").addEventListener("change", sit);
  $("wish_exercises").addEventListener("change", () => { $("wish_seated").checked = isSeated(); });
  $("wishes").addEventListener("submit", take);
  show(true, "wish_list");
}
