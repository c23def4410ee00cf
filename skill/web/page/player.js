import { $ } from "./dom.js";
import { silence } from "./silence.js";

/** @type {HTMLAudioElement} */
export const audio = $("audio");
const tabs = "BroadcastChannel" in window ? new BroadcastChannel("foot-routine") : null;
/** @type {(() => void)[]} */
const watchers = [];
/** How loud the sound is while something that was said is understood, of 1. */
const SOFT = 0.25;
let address = "";
/** @type {any} */
let lock = null;

/** How often it has jumped so far: else the sound runs on from one moment to the next. */
export let jumps = 0;

/** Whether it plays, or would if its source were sound. */
export let wanted = false;

/** Plays; rejects as `HTMLMediaElement.play` does. */
export function play() {
  wanted = true;
  return audio.play();
}

/** The moment of the recording, in whole ms. */
export const now = () => Math.round(audio.currentTime * 1000);

/**
 * Calls a function whenever the moment may have changed.
 * @param {() => void} watcher
 */
export const watch = (watcher) => { watchers.push(watcher); };

/** Has all look at the moment that is heard. */
export const look = () => watchers.forEach((watcher) => watcher());

/**
 * Moves to a moment, in ms.
 * @param {number} ms
 */
export function seek(ms) {
  jumps += 1;
  audio.currentTime = ms / 1000;
  look();
}

/**
 * Plays from an address from now on.
 * @param {string} source
 */
export function load(source) {
  if (address.startsWith("blob:")) URL.revokeObjectURL(address);
  address = source;
  audio.src = source;
}

/**
 * Plays silence from now on.
 * @param {number} ms how long
 */
export const loadSilence = (ms) => load(URL.createObjectURL(silence(ms)));

/**
 * Makes the sound soft for a while, so that an answer is not late.
 * @param {boolean} soft
 */
export const duck = (soft) => { audio.volume = soft ? SOFT : 1; };

/** Whether what is played is the silence of `loadSilence`. */
export const silent = () => address.startsWith("blob:");

/**
 * Goes on with another source at the same moment.
 * @param {() => void} loading
 */
export function swap(loading) {
  const at = audio.currentTime;
  loading();
  audio.currentTime = at;
}

/** Keeps the screen on while the page is visible and plays. */
async function wake() {
  if (document.hidden || audio.paused || lock || !navigator.wakeLock) return;
  try {
    lock = await navigator.wakeLock.request("screen");
    lock.addEventListener("release", () => { lock = null; });
  } catch {
    lock = null; // the browser may refuse: the sound goes on all the same
  }
}

/**
 * Gives the buttons of headsets and lock screens their moves; those that a browser does not know
 * are left out.
 * @param {Record<string, (details: MediaSessionActionDetails) => void>} buttons
 */
export function obey(buttons) {
  for (const [name, move] of Object.entries(buttons)) {
    try {
      navigator.mediaSession?.setActionHandler(/** @type {MediaSessionAction} */ (name), (details) => {
        look();
        move(details);
      });
    } catch {
      continue; // its other buttons work
    }
  }
}

/** Tells lock screens whether it plays, and where. */
function tell() {
  const session = navigator.mediaSession, { duration, currentTime, paused } = audio;
  if (!session || !Number.isFinite(duration)) return;
  session.playbackState = paused ? "paused" : "playing";
  session.setPositionState?.({ duration, position: Math.min(currentTime, duration), playbackRate: 1 });
}

/**
 * Tells lock screens what is played.
 * @param {string} title
 * @param {string} artist
 * @param {string} album
 */
export function announce(title, artist, album) {
  if (!navigator.mediaSession || !("MediaMetadata" in window)) return;
  navigator.mediaSession.metadata = new MediaMetadata({
    title, artist, album, artwork: [
      { src: "icon.png", type: "image/png", sizes: "512x512" },
      { src: "icon.svg", type: "image/svg+xml", sizes: "any" }] });
}

/**
 * Begins to watch the sound: `elsewhere` is called where another tab paused it.
 * @param {() => void} elsewhere
 */
export function open(elsewhere) {
  for (const name of ["timeupdate", "seeked", "pause", "ended"]) audio.addEventListener(name, look);
  for (const name of ["loadedmetadata", "playing", "pause", "seeked"]) audio.addEventListener(name, tell);
  const frame = () => { look(); if (!audio.paused) requestAnimationFrame(frame); };
  audio.addEventListener("playing", () => {
    tabs?.postMessage("playing");
    requestAnimationFrame(frame);
    wake();
  });
  audio.addEventListener("pause", () => { wanted = false; lock?.release(); lock = null; });
  tabs?.addEventListener("message", () => { if (!audio.paused) { audio.pause(); elsewhere(); } });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { look(); wake(); } });
}
