// What a test does in the page with Amazon's engine; viewhost.py calls it.

"use strict";

const FRAME_MS = 16;
const LEAD_MS = 120; // how long before a look its time is told: a tick has the time told last
const FRAMES_AROUND = 16; // as many before a moment as after it
const LEADING = 6; // pixels around the letters of a line that may be outside of its box

const screenView = () => document.getElementById("view");
let frames = []; // moments at which a frame is drawn; after the last, all are
let looks = [];
let events = [];
let shown = null;
let isRound = false;

/** One range for all: each that is made is kept up to date at every change of the page. */
function rangeOnce() {
    const range = document.createRange();
    document.createRange = () => range;
}

/** From now on, frames come by the fake clock, and where `frames` says. */
function drawByClock() {
    window.requestAnimationFrame = (draw) => {
        const now = Date.now();
        const next = frames.find((at) => at > now) ?? now + FRAME_MS;
        return window.setTimeout(() => draw(performance.now()), next - now);
    };
    window.cancelAnimationFrame = (id) => window.clearTimeout(id);
}

let began = null;

/** Show a document; `began` is the moment of its first frame, once that came. */
function show(given) {
    began = null;
    showDocument(given).then((at) => { began = at; });
}

/** Show a document with its data, in place of the one before; return when its first frame came. */
async function showDocument([text, data, viewport, now]) {
    if (shown) { shown.destroy(); }
    const view = screenView();
    view.replaceChildren();
    view.style.width = `${viewport.width}px`;
    view.style.height = `${viewport.height}px`;
    const content = AplRenderer.Content.create(text);
    content.addData("payload", data);
    frames = [];
    events = [];
    isRound = viewport.shape === "ROUND";
    shown = AplRenderer.default.create({
        content, view, theme: "dark", utcTime: now, localTimeAdjustment: 0,
        environment: {agentName: "tests", agentVersion: "1",
                      allowOpenUrl: false, disallowVideo: true},
        developerToolOptions: {mappingKey: "x", writeKeys: []},
        viewport: {isRound, shape: viewport.shape,
                   width: viewport.width, height: viewport.height, dpi: 160, mode: viewport.mode},
        onSendEvent: (event) => events.push({at: Date.now(), arguments: event.arguments}),
    });
    await shown.init();
    return new Promise((began) => window.requestAnimationFrame(() => began(Date.now())));
}

/** Look at each of `moments`; unless every frame is wanted, draw at those and around `due` alone.
 * A little before each, the engine is told the time, as a frame would, but draws nothing.
 *
 * Meanwhile the view is transparent, so that the browser paints nothing: boxes stay as they are.
 */
function watch([moments, due, everyFrame]) {
    const seen = new Set();
    looks = [];
    screenView().style.opacity = 0;
    const around = Array.from({length: FRAMES_AROUND}, (_, at) => due + (at - 8) * FRAME_MS);
    const after = due + 900;
    frames = everyFrame ? [] : [...moments, ...around, after].sort((one, other) => one - other);
    for (const at of moments) {
        if (!everyFrame) { window.setTimeout(() => shown.updateTime(), at - LEAD_MS - Date.now()); }
        window.setTimeout(() => looks.push(look(at, seen)), at - Date.now() + 1);
    }
}

/** All looks; the view is painted again. */
function watched() {
    screenView().style.opacity = 1;
    return looks;
}

/** The lines that are shown, and what of them is cut; a layout that was `seen` is not measured. */
function look(at, seen) {
    const text = screenView().innerText;
    const kind = text.replace(/\d/g, "0");
    const cut = seen.has(kind) ? [] : cutTexts();
    seen.add(kind);
    return {at, lines: text.split("\n").filter((line) => line.trim()), cut};
}

/** Each text with its box, from the view's corner, and the colour of its letters. */
function boxes() {
    const view = screenView().getBoundingClientRect();
    return [...document.querySelectorAll("#view *")]
        .filter((each) => [...each.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
        .map((each) => {
            const range = document.createRange();
            range.selectNodeContents(each);
            const box = range.getBoundingClientRect();
            let frame = each;
            while (frame.parentElement && getComputedStyle(frame).overflow !== "hidden"
                   && frame.parentElement.id !== "view") { frame = frame.parentElement; }
            const around = frame.getBoundingClientRect();
            return {text: each.textContent, left: box.left - view.left, top: box.top - view.top,
                    right: box.right - view.left, bottom: box.bottom - view.top,
                    room: around.bottom - box.bottom, above: box.top - around.top,
                    color: getComputedStyle(each).color};
        });
}

/** The texts that reach out of the screen or of their own boxes. */
function cutTexts() {
    return boxes().filter((box) => isOff(box) || box.room < -LEADING || box.above < -LEADING);
}

/** Whether a box reaches out of the screen; the corners of a round one are not there. */
function isOff({left, top, right, bottom}) {
    const {width, height} = screenView().getBoundingClientRect();
    if (left < -1 || top < -1 || right > width + 1 || bottom > height + 1) { return true; }
    const far = Math.hypot(Math.max(width / 2 - left, right - width / 2),
                           Math.max(height / 2 - top, bottom - height / 2));
    return isRound && far > width / 2 + LEADING;
}

const TOUCH_WRAPPER = 9; // ComponentType of the engine
const ACCESSIBILITY_LABEL = 1; // its PropertyKey; it has none for a role

/** What the engine has a screen reader say of each thing that can be touched; it writes no HTML. */
function labels(within = shown.context.topComponent()) {
    const found = within.getType() === TOUCH_WRAPPER
        ? [within.getCalculatedByKey(ACCESSIBILITY_LABEL)] : [];
    const inside = Array.from({length: within.getChildCount()}, (_, at) => within.getChildAt(at));
    return [...found, ...inside.flatMap((each) => labels(each))];
}

/** What can be touched: the engine gives it this class, and writes no roles. */
function targets() {
    return [...document.querySelectorAll("#view .noSwipe")]
        .filter((each) => each.querySelector("p"))
        .map((each) => {
            const box = each.getBoundingClientRect();
            const view = screenView().getBoundingClientRect();
            const off = isOff({left: box.left - view.left, top: box.top - view.top,
                               right: box.right - view.left, bottom: box.bottom - view.top});
            return {label: each.textContent.trim(), width: box.width, height: box.height, off,
                    x: box.left + box.width / 2, y: box.top + box.height / 2};
        });
}
