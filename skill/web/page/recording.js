import { clear, tell } from "./messages.js";
import { fetched } from "./server.js";
import { fill } from "./words.js";

/** How often it is asked how far the recording is, in ms: no clock of the routine. */
const EVERY = 1000;

/** How often a screen reader says it, in percent. */
const STEP = 25;

let latest = 0;

/** Waits for no recording any more. */
export function forget() {
  latest += 1;
  clear("making", "other");
}

/**
 * Waits for the recording of the listener's routine, and tells how far it is. Gives its address as
 * `sound`, or why there is none: no voice (`missing`), or it `failed`. Null where it was asked for
 * another one meanwhile.
 * @param {"making" | "other"} kind the line that tells how far it is
 * @param {() => string} making the sentence that does
 * @returns {Promise<{sound: string?, missing: boolean, failed: boolean} | null>}
 */
export async function made(kind, making) {
  forget();
  const mine = latest;
  try {
    for (;;) {
      const state = await fetched("progress.json");
      if (mine !== latest) return null;
      if (state.sound || state.missing || state.failed) return state;
      const { percent } = state, spoken = Math.floor(percent / STEP) * STEP;
      tell(kind, fill(making(), { percent }), fill(making(), { percent: spoken }));
      await new Promise((done) => { setTimeout(done, EVERY); });
      if (mine !== latest) return null;
    }
  } finally {
    if (mine === latest) clear(kind);
  }
}
