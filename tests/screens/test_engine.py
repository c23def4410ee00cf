"""What a screen really shows, in Amazon's own engine under a fake clock."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser
from project import PROJECT
from screens_shown import routine, waiting
from size import LONG
from viewhost import CHROMIUM, ENGINE, VIEWPORTS, Viewhost, Viewport, browser, viewhost

NODE: Final = shutil.which("node")
MISSING: Final = [
    what
    for what, there in {
        "chromium is not installed (Debian: chromium, fonts-noto-core)": CHROMIUM,
        "node is not installed": NODE,
        "Amazon's engine is not installed (npm ci --prefix tests/screens)": ENGINE.exists(),
    }.items()
    if not there
]
if MISSING and "CI" not in os.environ:
    pytest.skip("; ".join(MISSING), allow_module_level=True)

WHOLE: Final = {each.name: LONG or each.name in {"round", "large"} for each in VIEWPORTS}
"""The screens on which a whole routine is run, a second of it in a twentieth of one. On the others
it is the beginning of each exercise and its end; in the long run all of it."""

BEGINNING_MS: Final = 20_000
END_MS: Final = 15_000

FONTS: Final = re.compile(r"FontUtils|ERR_FAILED|bigger than parent bounds")
"""What the engine says of Amazon's fonts, which are not fetched here, and of sizes that it rounds
to whole pixels."""

LATE_MS: Final = 250
"""How late a text may be: the document looks at its clock ten times a second, and goes on to a
block and to a row in one look each."""

ONTO: Final = 50
"""How many ms the one event may be off its moment."""

LEADING: Final = 6
"""Pixels around the letters of a line that may be outside of its box."""

LEAST_TARGET: Final = 48
LEAST_CONTRAST: Final = 4.5

BOXES: Final = """() => {
    const view = document.getElementById("view").getBoundingClientRect();
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
}"""

TARGETS: Final = """() => [...document.querySelectorAll("#view .noSwipe")]
    .filter((each) => each.querySelector("p"))
    .map((each) => {
        const box = each.getBoundingClientRect();
        return {label: each.textContent.trim(), width: box.width, height: box.height,
                x: box.left + box.width / 2, y: box.top + box.height / 2};
    })"""
"""The engine gives what can be touched this class, and writes no roles."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as launched:
        yield launched


def words_at(data: dict[str, Any], at: int) -> dict[str, str]:
    """What the data say that is shown *at* so many ms after the first word."""
    block = [each for each in data["blocks"] if each[0] <= at][-1]
    row = [each for each in data["patterns"][block[1]] if block[0] + each[0] <= at][-1]
    step = data["steps"][block[2]]
    return {
        "said": data["texts"][row[3]],
        "rep": data["texts"][row[4]],
        "foot": step["foot"],
        "set": step["set"],
        "next": step["next"],
    }


def moments(data: dict[str, Any]) -> list[int]:
    """When rows begin, in ms after the first word."""
    return [block[0] + row[0] for block in data["blocks"] for row in data["patterns"][block[1]]]


def text_of(host: Viewhost) -> list[str]:
    shown: str = host.page.evaluate("() => document.getElementById('view').innerText")
    return [line for line in shown.splitlines() if line.strip()]


def nothing_is_cut(host: Viewhost) -> None:
    for box in host.page.evaluate(BOXES):
        assert box["left"] >= -1, box
        assert box["top"] >= -1, box
        assert box["right"] <= host.viewport.width + 1, box
        assert box["bottom"] <= host.viewport.height + 1, box
        assert box["room"] >= -LEADING, box
        assert box["above"] >= -LEADING, box


def targets_are_large(host: Viewhost, buttons: list[dict[str, str]]) -> None:
    targets = host.page.evaluate(TARGETS)

    assert [each["label"] for each in targets] == [each["label"] for each in buttons]
    for each in targets:
        assert min(each["width"], each["height"]) >= LEAST_TARGET, each


def faults(host: Viewhost) -> list[str]:
    return [each for each in host.messages if not FONTS.search(each)]


@pytest.mark.parametrize("viewport", VIEWPORTS, ids=lambda viewport: viewport.name)
def test_a_whole_routine_shows_the_plans_words_at_their_moments(
    chromium: Browser, viewport: Viewport
) -> None:
    with viewhost(chromium, viewport) as host:
        for directive in routine(viewport):
            data = directive["datasources"]["screen"]
            host.show(directive["document"], directive["datasources"])
            targets_are_large(host, data["buttons"])
            for at in sorted({*moments(data)}):
                if not WHOLE[viewport.name] and at > BEGINNING_MS:
                    break
                host.until(data["start"] + at + LATE_MS)
                shown = text_of(host)
                for part, words in words_at(data, at).items():
                    assert not words or words in shown, (part, at, words, shown, host.at)
            nothing_is_cut(host)
            if not WHOLE[viewport.name]:
                host.skip_to(data["wait"] - END_MS)
            host.until(data["wait"] + 1_000)
            (event,) = host.events()

            assert event[1] == ["next", "timed"]
            assert abs(event[0] - data["wait"]) <= ONTO
        assert faults(host) == []


@pytest.mark.parametrize("viewport", VIEWPORTS, ids=lambda viewport: viewport.name)
def test_every_screen_that_waits_shows_its_words_and_its_buttons(
    chromium: Browser, viewport: Viewport
) -> None:
    with viewhost(chromium, viewport) as host:
        for name, directive in waiting(viewport).items():
            data = directive["datasources"]["screen"]
            host.show(directive["document"], directive["datasources"])
            host.until(500)
            shown = " ".join(text_of(host))

            for part in ("title", "said", "asked"):
                assert data[part] in shown, (name, part, shown)
            targets_are_large(host, data["buttons"])
            nothing_is_cut(host)
        assert faults(host) == []


def test_a_touch_sends_the_move_of_its_button(chromium: Browser) -> None:
    viewport = VIEWPORTS[3]
    directive = routine(viewport)[0]
    with viewhost(chromium, viewport) as host:
        host.show(directive["document"], directive["datasources"])
        host.until(1_000)
        for target in host.page.evaluate(TARGETS):
            host.page.mouse.click(target["x"], target["y"])
            host.until(host.at + 200)
        moves = [arguments for _, arguments in host.events()]

    assert moves == [[each["move"]] for each in directive["datasources"]["screen"]["buttons"]]


def parts_of(part: object) -> Iterator[dict[str, Any]]:
    """All objects in a document."""
    if isinstance(part, dict):
        yield part
    for each in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from parts_of(each)


@pytest.mark.parametrize("viewport", VIEWPORTS[:2], ids=lambda viewport: viewport.name)
def test_whatever_can_be_touched_has_a_role_and_a_label(viewport: Viewport) -> None:
    for directive in (*routine(viewport), *waiting(viewport).values()):
        document = directive["document"]
        touched = [each for each in parts_of(document) if each.get("type") == "TouchWrapper"]

        assert touched
        for each in touched:
            assert each["role"] == "button"
            assert each["accessibilityLabel"]


def luminance(colour: str) -> float:
    """WCAG 2.2, "relative luminance"."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_all_text_stands_out_from_what_is_behind_it(chromium: Browser) -> None:
    directive = routine(VIEWPORTS[3])[0]
    (resources,) = directive["document"]["resources"]
    ground, key = resources["colors"]["ground"], resources["colors"]["key"]
    with viewhost(chromium, VIEWPORTS[3]) as host:
        host.show(directive["document"], directive["datasources"])
        host.until(20_000)
        labels = {each["label"] for each in directive["datasources"]["screen"]["buttons"]}
        for box in host.page.evaluate(BOXES):
            red, green, blue = map(int, re.findall(r"\d+", box["color"])[:3])
            behind = key if box["text"] in labels else ground

            assert contrast(f"#{red:02x}{green:02x}{blue:02x}", behind) >= LEAST_CONTRAST, box


CHECK: Final = """
const {StaticAplTemplateValidator} = require("apl-suggester");
const validator = new StaticAplTemplateValidator();
const documents = JSON.parse(require("fs").readFileSync(process.argv[1]));
(async () => {
    const found = [];
    for (const each of documents) { found.push(...await validator.validate(each)); }
    process.stdout.write(JSON.stringify(found));
})();
"""


def test_amazons_checker_finds_nothing(tmp_path: Path) -> None:
    documents = {
        json.dumps(directive["document"], sort_keys=True)
        for viewport in VIEWPORTS
        for directive in (*routine(viewport), *waiting(viewport).values())
    }
    file = tmp_path / "documents.json"
    file.write_text(f"[{','.join(documents)}]")
    done = subprocess.run(  # noqa: S603 - Amazon's own
        [str(NODE), "-e", CHECK, str(file)],
        cwd=PROJECT / "tests" / "screens",
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []
