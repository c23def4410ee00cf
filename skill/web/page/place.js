import { RefusedError, sent } from "./server.js";
import { labels, tell } from "./words.js";

/** How far a set may be from its start or its end and still be heard whole, in ms. */
const NEAR = 2000;

/** The HTTP status "Insufficient Storage". */
const DISK_FULL = 507;

let heard = { set: /** @type {number?} */ (null), from: 0, last: 0 };

/** Another timeline leads from here. */
export const forget = () => { heard = { set: null, from: 0, last: 0 }; };

/**
 * Tells the server of each set that was heard from its start to its end.
 * @param {import("./timeline.js").Timeline} timeline
 * @param {number} ms the moment that is heard
 */
export function note(timeline, ms) {
  const set = timeline.set(ms);
  const ends = ms >= timeline.total || !timeline.cue(ms).exercise;
  if (heard.set === set && !ends) { heard.last = ms; return; }
  const before = heard.set === null ? undefined : timeline.cues[timeline.starts[heard.set]];
  const on = set === (heard.set ?? 0) + 1 || (ends && set === heard.set);
  if (before && on && ms - heard.last < NEAR && heard.from - before.at_ms < NEAR) {
    const { exercise, side, set: number } = before;
    sent("done", { exercise, side, set: number }).catch((fault) => {
      const full = fault instanceof RefusedError && fault.status === DISK_FULL;
      tell(full ? labels.disk_full : labels.not_kept);
    });
  }
  heard = { set: ends ? null : set, from: ms, last: ms };
}
