import { silence } from "./silence.js";
import { Timeline } from "./timeline.js";

const $ = (id) => document.getElementById(id);
const audio = $("audio");
const tabs = "BroadcastChannel" in window ? new BroadcastChannel("foot-routine") : null;
let labels, timeline, lock, shown = "", waiting = null, address = "";

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
const now = () => Math.round(audio.currentTime * 1000);
const tell = (text) => { $("message").textContent = text; };

async function json(path, options) {
  const answer = await fetch(path, options);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

async function open() {
  try {
    labels = await json("labels.json");
  } catch {
    tell(document.title);
    return;
  }
  document.documentElement.lang = labels.language;
  for (const name of ["start", "pause", "next", "repeat", "back", "hurts", "forget", "yes", "no", "go_on", "go_to", "notice", "stop_word"]) {
    $(name).textContent = labels[name];
  }
  listen();
  await load();
}

async function load() {
  try {
    const found = await json("timeline.json");
    timeline = new Timeline(found);
    $("title").textContent = timeline.title;
    document.title = timeline.title;
    $("exercises").replaceChildren(...timeline.exercises.map((id) => new Option(labels.exercises[id], id)));
    const place = found.place && timeline.find(found.place.exercise, found.place.side, found.place.set);
    if (place) audio.addEventListener("loadedmetadata", () => { if (!audio.currentTime) go(place); }, { once: true });
    if (found.sound) play(found.sound);
    else { play(URL.createObjectURL(silence(timeline.total))); watch(); }
  } catch {
    tell(labels.damaged);
    return;
  }
  if ($("leading").hidden) $("welcome").hidden = false;
}

function play(source) {
  if (address.startsWith("blob:")) URL.revokeObjectURL(address);
  address = source;
  audio.src = source;
}

const watch = () => follow().catch(() => tell(labels.silent));

/** Shows how far the recording is; it is taken when it is there and nothing plays yet. */
async function follow() {
  const state = await json("progress.json");
  if (state.missing) tell(labels.no_voice);
  else if (state.failed) tell(labels.failed);
  else if (state.sound) {
    tell("");
    if (audio.paused) { const at = audio.currentTime; play(state.sound); audio.currentTime = at; }
  } else {
    tell(fill(labels.making, { percent: state.percent }));
    setTimeout(watch, 1000); // no clock of the routine
  }
}

function draw() {
  if (!timeline) return;
  const ms = now(), n = timeline.at(ms), cue = timeline.cues[n];
  $("rep").textContent = cue.rep || "";
  $("words").textContent = timeline.words(ms);
  $("ring").style.strokeDashoffset = String(Math.min(100, (100 * (ms - cue.at_ms)) / cue.ms));
  const minutes = Math.max(0, Math.ceil((timeline.total - ms) / 60000));
  $("left").textContent = fill(minutes === 1 ? labels.minute_left : labels.minutes_left, { minutes });
  note(n, ms);
  const key = [cue.exercise, cue.side, cue.set].join();
  if (key === shown) return;
  shown = key;
  $("exercise").textContent = labels.exercises[cue.exercise] ?? "";
  const lifted = labels.lifted[cue.exercise]?.[cue.side];
  $("feet").textContent = [labels.works[cue.side], lifted].filter(Boolean).join(" · ");
  $("sets").textContent = cue.set ? fill(labels.set_of_sets[cue.exercise], cue) : "";
  const next = timeline.cues[timeline.starts[timeline.set(ms) + 1]];
  $("next_up").textContent = next ? fill(labels.next_up, {
    exercise: labels.exercises[next.exercise], foot: labels.works[next.side] }) : "";
  if (cue.exercise) $("exercises").value = cue.exercise;
  picture(cue);
  announce(cue);
}

/** Tells the server of each set that was heard from its start to its end. */
let heard = { set: null, from: 0, last: 0 };
function note(n, ms) {
  const set = timeline.set(ms);
  const ends = ms >= timeline.total || !timeline.cues[n].exercise;
  if (heard.set === set && !ends) { heard.last = ms; return; }
  const before = timeline.cues[timeline.starts[heard.set]];
  const on = set === heard.set + 1 || (ends && set === heard.set);
  if (before && on && ms - heard.last < 2000 && heard.from - before.at_ms < 2000) {
    const { exercise, side, set: number } = before;
    fetch("done", { method: "POST", headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ exercise, side, set: number }) }).catch(() => tell(labels.not_kept));
  }
  heard = { set: ends ? null : set, from: ms, last: ms };
}

function picture(cue) {
  const paths = labels.drawings[cue.exercise] ?? [];
  $("drawing").replaceChildren(...paths.map(([kind, d]) => {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("class", kind);
    path.setAttribute("d", d);
    return path;
  }));
  $("drawing").classList.toggle("left_foot", cue.side === "left");
}

function announce(cue) {
  if (!navigator.mediaSession || !("MediaMetadata" in window)) return;
  navigator.mediaSession.metadata = new MediaMetadata({
    title: labels.exercises[cue.exercise] ?? timeline.title, artist: $("feet").textContent,
    album: timeline.title, artwork: [{ src: "icon.svg", type: "image/svg+xml", sizes: "any" }],
  });
}

async function start() {
  for (const id of ["welcome", "question"]) $(id).hidden = true;
  for (const id of ["leading", "moves"]) $(id).hidden = false;
  try {
    await audio.play();
    tell("");
  } catch {
    tell(labels.press_start);
  }
  draw();
}

const go = (ms) => { audio.currentTime = Math.min(ms, timeline.total) / 1000; draw(); };
const toggle = () => (audio.paused ? start() : audio.pause());
const step = (sets) => go(timeline.move(now(), sets));

async function hurts() {
  audio.pause(); // at once, whatever the server answers
  const cue = timeline.cues[timeline.at(now())];
  await ask({ said: "hurts", exercise: cue.exercise, side: cue.side, set: cue.set });
}

async function ask(body) {
  $("moves").hidden = true;
  $("question").hidden = false;
  $("asked").textContent = labels.stop_word;
  waiting = null;
  for (const id of ["yes", "no"]) $(id).hidden = true;
  $("go_on").hidden = true;
  try {
    const answer = await json("say", {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    $("asked").textContent = answer.words;
    for (const id of ["yes", "no"]) $(id).hidden = !answer.asks;
    const gently = answer.asks === "gently";
    $("yes").textContent = gently ? labels.gently : labels.yes;
    $("no").textContent = gently ? labels.leave_out : labels.no;
    waiting = answer;
    $("go_on").hidden = Boolean(answer.asks) || answer.ended;
  } catch {
    $("asked").textContent = labels.unanswered;
  }
}

async function goOn() {
  if (waiting.changed) await load();
  const to = waiting.place;
  const at = timeline.find(to.exercise, to.side, to.set) ?? timeline.find(to.exercise);
  if (at !== null) go(at);
  await start();
}

function listen() {
  const moves = {
    start, pause: toggle, next: () => step(1), back: () => step(-1), repeat: () => step(0), hurts,
    forget: () => ask({ said: "forget" }),
    yes: () => ask({ said: "yes" }), no: () => ask({ said: "no" }), go_on: goOn,
  };
  for (const [id, move] of Object.entries(moves)) $(id).addEventListener("click", () => move());
  $("exercises").addEventListener("change", (event) => go(timeline.find(event.target.value)));
  const keys = { " ": toggle, ArrowRight: moves.next, ArrowLeft: moves.back, r: moves.repeat, h: hurts };
  addEventListener("keydown", (event) => {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const typed = event.target.closest("select, input") || (event.target.closest("button") && key === " ");
    if (typed || event.ctrlKey || event.metaKey || event.altKey || !keys[key] || $("moves").hidden) return;
    event.preventDefault();
    keys[key]();
  });
  for (const name of ["timeupdate", "seeked", "ended"]) audio.addEventListener(name, draw);
  const frame = () => { draw(); if (!audio.paused) requestAnimationFrame(frame); };
  audio.addEventListener("playing", () => {
    $("pause").textContent = labels.pause;
    tabs?.postMessage("playing");
    requestAnimationFrame(frame);
    wake();
  });
  audio.addEventListener("pause", () => { $("pause").textContent = labels.resume; lock?.release(); lock = null; });
  audio.addEventListener("error", () => {
    if (!timeline || address.startsWith("blob:")) return;
    const at = audio.currentTime;
    play(URL.createObjectURL(silence(timeline.total)));
    audio.currentTime = at;
    tell(labels.silent);
  });
  tabs?.addEventListener("message", () => { if (!audio.paused) { audio.pause(); tell(labels.elsewhere); } });
  document.addEventListener("visibilitychange", wake);
  const buttons = { play: start, pause: () => audio.pause(), nexttrack: moves.next, previoustrack: moves.back,
    seekforward: moves.next, seekbackward: moves.back };
  for (const [name, move] of Object.entries(buttons)) navigator.mediaSession?.setActionHandler(name, move);
}

async function wake() {
  if (document.hidden || audio.paused || lock || !navigator.wakeLock) return;
  try {
    lock = await navigator.wakeLock.request("screen");
    lock.addEventListener("release", () => { lock = null; });
  } catch {
    lock = null; // the browser may refuse: the sound goes on all the same
  }
}

if ("serviceWorker" in navigator) navigator.serviceWorker.register("worker.js").catch(() => {});
open();
