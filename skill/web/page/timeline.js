/**
 * A stretch of a recording with words at most at its start.
 * @typedef {object} Cue
 * @property {number} at_ms
 * @property {number} ms
 * @property {string} exercise empty, or null, before the first and after the last
 * @property {string} side
 * @property {number} set
 * @property {number} sets
 * @property {number} rep
 * @property {string} kind
 * @property {string} words
 * @property {[number, number]} [timed] where seconds are counted down: the ms that are over at its
 *   start, and those of the whole
 */

/**
 * A set of an exercise.
 * @typedef {{exercise: string, side: string, set: number}} Place
 */

/** The kinds of cues that announce a set, and are no part of it. */
const ANNOUNCING = ["welcome", "next_exercise"];

/** Words are heard as the recording's own for so long after they began, in ms. */
const ECHO = 6000;

/** The timeline of a recording: where a moment is in it, and where the moves lead. Moments are in ms. */
export class Timeline {
  /** @param {any} found what the server sent */
  constructor(found) {
    /** @type {Cue[]} */
    const cues = found?.cues;
    if (!Array.isArray(cues) || !cues.length || !cues.every((cue) => cue.ms > 0 && cue.at_ms >= 0)) {
      throw new TypeError("this is no timeline");
    }
    this.cues = cues;
    this.locale = String(found.locale ?? "");
    /** Whether the skill has a question before anything is led. */
    this.asks = Boolean(found.asks);
    this.title = String(found.title ?? "");
    /** @type {number} */
    this.total = found.total_ms;
    this.starts = cues.map((_, n) => n).filter((n) => cues[n].exercise && !this.#same(n, n - 1));
  }

  /**
   * @param {number} one
   * @param {number} other
   */
  #same(one, other) {
    const [a, b] = [this.cues[one], this.cues[other]];
    return Boolean(a && b && a.exercise === b.exercise && a.side === b.side && a.set === b.set);
  }

  /**
   * From now on, leads only the sets that another timeline has too.
   * @param {Timeline} other
   */
  leave(other) {
    this.starts = this.starts.filter((n) => {
      const { exercise, side, set } = this.cues[n];
      return other.find(exercise, side, set) !== null;
    });
  }

  /**
   * Where it goes on where a moment is in a set that is led no more; null elsewhere.
   * @param {number} ms
   */
  onward(ms) {
    const here = this.at(ms);
    if (!this.cues[here].exercise || this.#same(here, this.starts[this.set(ms)])) return null;
    const next = this.cues.find((cue, n) => n > here && (!cue.exercise || this.starts.includes(n)));
    return next?.at_ms ?? this.total;
  }

  /** Each set that is led: where it is announced, where it begins, and where it ends. */
  *sets() {
    for (const start of this.starts) {
      let last = start;
      while (this.#same(start, last + 1)) last += 1;
      const cue = this.cues[start], { at_ms, ms } = this.cues[last];
      yield { cue, begin: this.#counted(cue.at_ms), end: at_ms + ms };
    }
  }

  /**
   * Whether it leads from a set on just as another timeline does.
   * @param {Timeline} other
   * @param {Place} from
   */
  endsAs(other, { exercise, side, set }) {
    const [rest, same] = [this, other].map((timeline) => {
      const begin = timeline.find(exercise, side, set);
      return begin === null ? [] : timeline.cues.slice(timeline.at(begin)).map(
        (cue) => JSON.stringify({ ...cue, at_ms: cue.at_ms - begin }));
    });
    return rest.length > 0 && rest.join() === same.join();
  }

  /**
   * The number of the cue at a moment.
   * @param {number} ms
   */
  at(ms) {
    let [low, high] = [0, this.cues.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.cues[middle].at_ms <= ms) low = middle; else high = middle - 1;
    }
    return low;
  }

  /**
   * The cue at a moment.
   * @param {number} ms
   */
  cue(ms) { return this.cues[this.at(ms)]; }

  /**
   * Whether all sets are over at a moment.
   * @param {number} ms
   */
  over(ms) { return this.cue(ms).kind === "farewell"; }

  /**
   * The words that were said last at a moment.
   * @param {number} ms
   */
  words(ms) {
    for (let n = this.at(ms); n >= 0; n -= 1) if (this.cues[n].words) return this.cues[n].words;
    return "";
  }

  /**
   * The place in `starts` of the set at a moment; -1 before the first.
   * @param {number} ms
   */
  set(ms) {
    const here = this.at(ms);
    return this.starts.findLastIndex((n) => n <= here);
  }

  /**
   * Where the set begins that is so many sets away, held within the recording.
   * @param {number} ms
   * @param {number} sets
   */
  move(ms, sets) {
    const to = Math.max(0, this.set(ms) + sets);
    return to < this.starts.length ? this.cues[this.starts[to]].at_ms : this.total;
  }

  /**
   * Where a set is; null where the timeline has no such set.
   * @param {string} exercise
   * @param {string?} [side]
   * @param {number?} [set]
   */
  find(exercise, side = null, set = null) {
    const found = this.starts.find((n) => {
      const cue = this.cues[n];
      return cue.exercise === exercise && (!side || cue.side === side) && (!set || cue.set === set);
    });
    return found === undefined ? null : this.cues[found].at_ms;
  }

  /**
   * The moment at which the set at a place begins; null where there is none.
   * @param {Place} place
   * @param {boolean} announced whether it needs to be announced no more
   */
  begin({ exercise, side, set }, announced) {
    const at = this.find(exercise, side, set) ?? this.find(exercise);
    return at === null || !announced ? at : this.#counted(at);
  }

  /**
   * Where the set itself begins that is announced at a moment.
   * @param {number} ms
   */
  #counted(ms) {
    const cue = this.cues.slice(this.at(ms)).find(({ kind }) => !ANNOUNCING.includes(kind));
    return cue?.at_ms ?? ms;
  }

  /**
   * The set at a moment, and how many ms of it were heard; nothing where there is no set.
   * @param {number} ms
   */
  position(ms) {
    const { exercise, side, set } = this.cue(ms);
    if (!exercise) return {};
    const began = this.#counted(this.cues[this.starts[this.set(ms)]].at_ms);
    return { exercise, side, set, elapsed_ms: Math.max(0, ms - began) };
  }

  /**
   * Where the exercise begins that comes after the one at a moment.
   * @param {number} ms
   */
  after(ms) {
    const here = this.cue(ms).exercise;
    const later = this.cues.find((cue) => cue.at_ms > ms && cue.exercise && cue.exercise !== here);
    return later?.at_ms ?? this.total;
  }

  /**
   * The words that were said shortly before a moment.
   * @param {number} ms
   */
  saying(ms) {
    const said = this.cues.filter(({ at_ms }) => at_ms <= ms && at_ms > ms - ECHO);
    return said.map(({ words }) => words).filter(Boolean).join(" ");
  }

  /**
   * Where this timeline has the set that another has at a moment, or else the next one that both
   * have; its end where there is none.
   * @param {Timeline} other
   * @param {number} ms the moment of the other
   */
  same(other, ms) {
    for (const n of other.starts.slice(Math.max(0, other.set(ms)))) {
      const { exercise, side, set } = other.cues[n];
      const at = this.find(exercise, side, set);
      if (at !== null) return at;
    }
    return this.total;
  }

  get exercises() { return [...new Set(this.starts.map((n) => this.cues[n].exercise))]; }
}
