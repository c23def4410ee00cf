"""What a screen really shows, in Amazon's own engine under a fake clock."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from itertools import pairwise
from math import ceil
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser
from project import PROJECT
from screens_shown import routine, waiting
from size import LONG
from viewhost import CHROMIUM, ENGINE, VIEWPORTS, Look, Viewhost, Viewport, viewhost

NODE: Final = shutil.which("node")
MISSING: Final = [
    what
    for what, there in {
        "chromium is not installed (Debian: chromium, fonts-noto-core)": CHROMIUM,
        "node is not installed": NODE,
        "Amazon's engine is not installed (npm ci --prefix tests)": ENGINE.exists(),
    }.items()
    if not there
]
if MISSING and "CI" not in os.environ:
    pytest.skip("; ".join(MISSING), allow_module_level=True)

FONTS: Final = re.compile(r"FontUtils|ERR_FAILED|bigger than parent bounds")
"""What the engine says of Amazon's fonts, which are not fetched here, and of sizes that it rounds
to whole pixels."""

CLOCK: Final = re.compile(r"[0-9]:[0-9]{2}$")
"""The time left, at the end of its line."""

LATE_MS: Final = 250
"""How late a text may be: the document looks at its clock ten times a second."""

EARLY_MS: Final = 50
"""How long before the next text the one before it still stands there."""

EARLY_ON: Final = {each.name for each in VIEWPORTS if LONG or each.name == "medium"}
"""Where it is looked at that, which takes half as much time again: the clock is one for all."""

ONTO: Final = 50
"""How many ms the one event may be off its moment."""

LEAST_TARGET: Final = 48
MOST_FILLED: Final = 0.8
"""The most of a button's width that its label takes: a device may have a wider font."""
LEAST_CONTRAST: Final = 4.5


@pytest.fixture(scope="module")
def host(browser: Browser) -> Viewhost:
    """One page for all: to start the engine takes two seconds, and it gets faster with use."""
    return viewhost(browser)


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
        "lifted": step["lifted"],
        "next": step["next"],
    }


def moments(data: dict[str, Any]) -> list[int]:
    """When rows begin, in ms after the first word."""
    return sorted(
        {block[0] + row[0] for block in data["blocks"] for row in data["patterns"][block[1]]}
    )


def looks_at(data: dict[str, Any], viewport: Viewport) -> dict[int, int]:
    """When to look, in ms after the document came, and at the text of which moment."""
    begin = moments(data)
    start = data["start"]
    early = (
        {}
        if viewport.name not in EARLY_ON
        else {
            start + after - EARLY_MS: at
            for at, after in pairwise(begin)
            if after - at > LATE_MS + EARLY_MS
        }
    )
    return early | {start + at + LATE_MS: at for at in begin}


def counted(data: dict[str, Any], at: int) -> tuple[float, float]:
    """The seconds of the cue, and of the whole, that are left *at* so many ms after the words."""
    begin, pattern, _ = next(each for each in reversed(data["blocks"]) if each[0] <= at)
    row = next(each for each in reversed(data["patterns"][pattern]) if begin + each[0] <= at)
    whole = max(data["after"], min(data["whole"], data["ends"] - at))
    return max(0, begin + row[2] - at) / 1000, whole / 1000


def nothing_is_counted_wrong(data: dict[str, Any], look: Look) -> None:
    """The seconds are those of the moment, or of at most `LATE_MS` before."""
    said = look.at - data["start"]
    (shown,) = (int(line) for line in look.lines if line.isdecimal())
    (clock,) = (line[-5:].strip() for line in look.lines if CLOCK.search(line))
    minutes, seconds = map(int, clock.split(":"))
    for found, now, before in zip(
        (shown, 60 * minutes + seconds),
        counted(data, said),
        counted(data, max(0, said - LATE_MS)),
        strict=True,
    ):
        assert ceil(now) <= found <= ceil(before) or found == ceil(now), (found, now, before, look)


def targets_are_large_and_have_labels(host: Viewhost, buttons: list[dict[str, str]]) -> None:
    targets = host.boxes("targets")

    assert [each["label"] for each in targets] == [each["label"] for each in buttons]
    assert host.labels() == [each["label"] for each in buttons]
    for each in targets:
        assert min(each["width"], each["height"]) >= LEAST_TARGET, each
        assert not each["off"], each
    written = {each["text"]: each["right"] - each["left"] for each in host.boxes("boxes")}
    for each in targets:
        assert written[each["label"]] <= MOST_FILLED * each["width"], each


def faults(host: Viewhost) -> list[str]:
    return [each for each in host.messages if not FONTS.search(each)]


@pytest.mark.parametrize("viewport", VIEWPORTS, ids=lambda viewport: viewport.name)
def test_a_whole_routine_shows_the_plans_words_at_their_moments(
    host: Viewhost, viewport: Viewport
) -> None:
    host.become(viewport)
    for directive in routine(viewport):
        data = directive["datasources"]["screen"]
        host.show(directive["document"], directive["datasources"])
        targets_are_large_and_have_labels(host, data["buttons"])
        when = looks_at(data, viewport)
        looks = host.watch(sorted(when), data["wait"], every_frame=LONG)

        assert [look.at for look in looks] == sorted(when)
        for look in looks:
            for part, words in words_at(data, when[look.at]).items():
                assert not words or words in look.lines, (part, words, look)
            nothing_is_counted_wrong(data, look)
            assert look.cut == []
        (event,) = host.events()
        assert event[1] == ["next", "timed"]
        assert abs(event[0] - data["wait"]) <= ONTO
    assert faults(host) == []


def test_every_screen_that_waits_shows_its_words_and_its_buttons(host: Viewhost) -> None:
    for viewport in VIEWPORTS:
        host.become(viewport)
        for name, directive in waiting(viewport).items():
            data = directive["datasources"]["screen"]
            host.show(directive["document"], directive["datasources"])
            host.until(500)
            shown = " ".join(host.lines())

            for part in ("title", "said", "asked"):
                assert data[part] in shown, (viewport.name, name, part, shown)
            targets_are_large_and_have_labels(host, data["buttons"])
            assert host.boxes("cutTexts") == [], (viewport.name, name)
        assert faults(host) == [], viewport.name


def test_a_touch_sends_the_move_of_its_button(host: Viewhost) -> None:
    host.become(VIEWPORTS[3])
    directive = routine(VIEWPORTS[3])[0]
    host.show(directive["document"], directive["datasources"])
    host.until(1_000)
    for target in host.boxes("targets"):
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


def test_all_text_stands_out_from_what_is_behind_it(host: Viewhost) -> None:
    for viewport in VIEWPORTS:
        host.become(viewport)
        for directive in (routine(viewport)[0], *waiting(viewport).values()):
            (resources,) = directive["document"]["resources"]
            ground, key = resources["colors"]["ground"], resources["colors"]["key"]
            host.show(directive["document"], directive["datasources"])
            host.watch([20_000], 20_000, every_frame=False)
            labels = {each["label"] for each in directive["datasources"]["screen"]["buttons"]}
            texts = host.boxes("boxes")

            assert texts, viewport.name
            for box in texts:
                red, green, blue = map(int, re.findall(r"\d+", box["color"])[:3])
                behind = key if box["text"] in labels else ground
                found = contrast(f"#{red:02x}{green:02x}{blue:02x}", behind)
                assert found >= LEAST_CONTRAST, (viewport.name, box)


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
