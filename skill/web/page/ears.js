import { $, show } from "./dom.js";
import { clear, tell } from "./messages.js";
import { labels } from "./words.js";

/** The browser's own speech recognition; undefined where it has none. */
const Recognition = /** @type {any} */ (window).SpeechRecognition ??
  /** @type {any} */ (window).webkitSpeechRecognition;

/** A recognition that ends sooner was not able to listen, in ms. */
const SHORTEST = 1000;
/** After so many of those in a row it is given up. */
const MOST_SHORT = 3;
/** What makes every further try useless. */
const REFUSED = ["not-allowed", "service-not-allowed"];
const BROKEN = ["audio-capture", "network", "language-not-supported"];

let wanted = false, held = false, short = 0, began = 0;
/** @type {any} the recognition that listens now */
let ear = null;

/** Shows whether the page listens. */
function mark() {
  $("listen").textContent = wanted ? labels.listening : labels.listen;
  $("listen").setAttribute("aria-pressed", String(wanted));
  show(!wanted, "may_hear");
}

/**
 * Ends listening.
 * @param {string} [why] one sentence, where the listener did not ask for it
 */
export function close(why) {
  wanted = false;
  ear?.abort();
  ear = null;
  mark();
  if (why) tell("ears", why);
}

/**
 * Hears nothing for a while, as the page itself speaks.
 * @param {boolean} deaf
 * @param {string} locale
 * @param {(text: string) => void} heard
 */
function listen(deaf, locale, heard) {
  held = deaf;
  if (held) { ear?.abort(); ear = null; return; }
  if (!wanted || ear) return;
  const own = new Recognition();
  own.lang = locale;
  own.continuous = true;
  own.onresult = (/** @type {any} */ event) => {
    short = 0;
    for (const result of Array.from(event.results).slice(event.resultIndex)) {
      if (own === ear && result.isFinal) heard(result[0].transcript.trim());
    }
  };
  own.onerror = (/** @type {any} */ event) => {
    if (own !== ear) return;
    if (REFUSED.includes(event.error)) close(labels.ears_refused);
    else if (BROKEN.includes(event.error)) close(labels.ears_failed);
  };
  own.onend = () => {
    if (own !== ear) return;
    ear = null;
    short = performance.now() - began < SHORTEST ? short + 1 : 0;
    if (short >= MOST_SHORT) close(labels.ears_failed);
    else listen(held, locale, heard);
  };
  ear = own;
  began = performance.now();
  try {
    own.start();
  } catch {
    close(labels.ears_failed);
  }
}

/** @type {(deaf: boolean) => void} */
let again = () => {};

/**
 * Hears nothing while the page itself speaks.
 * @param {boolean} deaf
 */
export const hold = (deaf) => again(deaf);

/**
 * Offers to listen, where the browser can; it listens once that is asked for.
 * @param {() => string} locale the language to listen for
 * @param {(text: string) => void} heard
 */
export function open(locale, heard) {
  if (!Recognition) return;
  again = (deaf) => listen(deaf, locale(), heard);
  $("listen").addEventListener("click", () => {
    if (wanted) { close(); return; }
    wanted = true;
    clear("ears");
    short = 0;
    mark();
    again(false);
  });
  mark();
  show(true, "ears");
}
