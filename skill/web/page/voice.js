import * as player from "./player.js";
import { labels } from "./words.js";

/** Words are spoken only so soon after their moment, in ms; else they would be late. */
const LATE = 700;
/** How long an answer may take, in ms: some browsers never tell that a voice has ended. */
const LONGEST = 45000;

const speech = window.speechSynthesis;
/** The number of the cue that was read last. */
let read = -1;
/**
 * Ends the answer that is being spoken, and tells whether it was heard out; null where there is none.
 * @type {((heard: boolean) => void) | null}
 */
let answering = null;
/** @type {() => import("./timeline.js").Timeline | undefined} */
let led = () => undefined;

/** A voice of this machine that speaks the page's language; null where there is none. */
export function found() {
  const tag = (/** @type {SpeechSynthesisVoice} */ voice) => voice.lang.replace("_", "-");
  const own = (speech?.getVoices() ?? []).filter((voice) => voice.localService &&
    tag(voice).split("-")[0].toLowerCase() === labels.language);
  return own.find((voice) => tag(voice) === led()?.locale) ?? own[0] ?? null;
}

/**
 * Speaks a text in place of what is being spoken; null where no voice of this machine can.
 * @param {string} text
 */
function say(text) {
  const voice = found();
  if (!voice) return null;
  speech.cancel();
  const said = new SpeechSynthesisUtterance(text);
  said.voice = voice;
  said.lang = voice.lang;
  speech.speak(said);
  return said;
}

/**
 * Speaks an answer, and waits until it is over.
 * @param {string} text
 * @returns {Promise<boolean>} whether it was not broken off
 */
export async function answer(text) {
  const said = text ? say(text) : null;
  if (!said) return true;
  const heard = await new Promise((over) => {
    answering = over;
    said.onend = said.onerror = () => over(true);
    setTimeout(over, LONGEST, true); // no clock of the routine
  });
  answering = null;
  return heard;
}

/** Breaks off an answer: the listener did something else. */
export function quit() {
  if (!answering) return;
  answering(false);
  speech.cancel();
}

/** Speaks the words of the cue that has just begun, where the recording is silent. */
function lead() {
  const timeline = led();
  if (!timeline || !player.silent() || player.audio.paused || answering) return;
  const ms = player.now(), number = timeline.at(ms), cue = timeline.cues[number];
  if (number === read) return;
  read = number;
  if (cue.words && ms - cue.at_ms < LATE) say(cue.words);
}

/**
 * Leads from now on by a voice of this machine, wherever there is no recording.
 * @param {() => import("./timeline.js").Timeline | undefined} timeline
 */
export function open(timeline) {
  led = timeline;
  const hush = () => { read = -1; if (!answering) speech?.cancel(); };
  for (const name of ["pause", "seeking", "emptied"]) player.audio.addEventListener(name, hush);
  player.watch(lead);
}
