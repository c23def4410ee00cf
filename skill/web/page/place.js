import { clear, tell } from "./messages.js";
import { RefusedError, noted } from "./server.js";
import { labels } from "./words.js";

/** How much of a set may be missing at its start and its end where it is heard whole, in ms. */
const NEAR = 2000;

/** The HTTP status "Insufficient Storage". */
const DISK_FULL = 507;

/**
 * What was heard without a gap, in ms: from a moment to another one, `told` so far to the server.
 * Now it is `at` a moment, after so many `jumps`.
 * @type {{from: number, to: number, told: number, at: number, jumps: number} | null}
 */
let heard = null;

/** When the routine began, in ms since 1970. */
let began = 0;

/** The routine begins now, unless the server knows that one is under way. */
export const begin = () => { began = Date.now(); };

/** How long ago the routine began, in ms. */
export const since = () => Math.max(0, Date.now() - began);

/** Another timeline leads from here. */
export const forget = () => { heard = null; };

/**
 * Tells the server of each set that was heard from its start to its end, however long ago the last
 * look at the moment was: between two of them the sound ran on, unless it jumped.
 * @param {import("./timeline.js").Timeline} timeline
 * @param {number} ms the moment that is heard
 * @param {number} jumps how often the sound has jumped so far
 */
export function note(timeline, ms, jumps) {
  heard ??= begun(ms, jumps);
  const jumped = jumps !== heard.jumps || ms < heard.at;
  if (!jumped) heard.to = Math.max(heard.to, ms);
  const { from, to } = heard;
  for (const { cue, begin, end } of timeline.sets()) {
    const whole = from - begin < NEAR && end - to < NEAR && end > heard.told;
    if (whole && (ms >= end || ms < cue.at_ms)) {
      heard.told = end;
      done(cue);
    }
  }
  const again = ms >= from && ms >= heard.told && ms <= to && timeline.set(ms) === timeline.set(to);
  if (jumped && !again) heard = begun(ms, jumps);
  Object.assign(heard, { at: ms, jumps });
}

/**
 * Nothing was heard before this moment.
 * @param {number} ms
 * @param {number} jumps
 */
const begun = (ms, jumps) => ({ from: ms, to: ms, told: ms, at: ms, jumps });

/** @param {import("./timeline.js").Place} set that was heard */
async function done({ exercise, side, set }) {
  try {
    await noted({ exercise, side, set, since_ms: since() });
    clear("place");
  } catch (fault) {
    const full = fault instanceof RefusedError && fault.status === DISK_FULL;
    tell("place", full ? labels.disk_full : labels.not_kept);
  }
}
