"""Requests that are nearly right: each is answered or refused, quickly, and nothing else happens.

Unverified on purpose: behind a good signature only Amazon's own mistakes arrive, but whoever runs
the skill with local tools sends theirs.
"""

import json
import logging
import random
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import pytest
from changed_envelopes import changed, garbled
from ears import ears_for, phrases_for
from size import of
from turns import LAUNCH, SECOND, Turns, ended, intent

from skill import home
from skill.alexa.refusal import Refused
from skill.alexa.verification import MOST_BODY_BYTES
from skill.alexa.webservice import VerifiedSkill
from skill.app import App
from skill.conversation.turn import Slot
from skill.simulator.acceptance import faults
from skill.simulator.device import DeviceSession

COUNT: Final = of(3_000, 100_000)

LONGEST_S: Final = 2.0
"""Processor time for one request; they take a few milliseconds, whatever else the machine does."""

PHRASES: Final = phrases_for("en")


def real_bodies(folder: Path | None) -> list[bytes]:
    """What Amazon really sent, where the shared fixtures are."""
    return [each.read_bytes() for each in sorted(folder.rglob("body.json"))] if folder else []


def fixtures() -> Path | None:
    beside = (above / "shared" / "fixtures" for above in Path(__file__).parents)
    return next((place for place in beside if place.is_dir()), None)


@pytest.fixture
def bodies(turns: Turns) -> list[bytes]:
    """Envelopes of every kind, with the session attributes of a routine that is under way."""
    heard = UNDERSTOOD.hear("start the ten minute routine")
    requests = [LAUNCH, intent("WhyIntent", exercise=Slot("heel raises", "heel_raises"))]
    requests += [{"type": "IntentRequest", "intent": heard}]
    requests += [intent(each.name) for each in PHRASES.intents]
    requests += [ended("ERROR"), ended("USER_INITIATED")]
    requests += [{"type": "AlexaSkillEvent.SkillDisabled", "eventCreationTime": "2026-01-05"}]
    turns.launch()
    session = DeviceSession(
        "s", is_new=False, attributes=turns.say("StartRoutineIntent").attributes
    )
    made = [turns.device.envelope(each, session, turns.clock()) for each in requests]
    return [json.dumps(each).encode() for each in made] + real_bodies(fixtures())


@pytest.fixture
def skill(made: App) -> VerifiedSkill:
    """The skill behind HTTP, without a check of who asks."""
    return VerifiedSkill(made.skill, home.unverified)


UNDERSTOOD: Final = ears_for("en")


def test_a_request_that_is_nearly_right_is_answered_or_refused(
    skill: VerifiedSkill, bodies: list[bytes], caplog: pytest.LogCaptureFixture
) -> None:
    """No other exception, no fault in the log, no wait, and no answer that Alexa would refuse."""
    caplog.set_level(logging.ERROR)
    chance, answered, slowest = random.Random(20), 0, 0.0  # noqa: S311 - to be the same each time
    for number in range(COUNT):
        body = chance.choice(bodies)
        if number % 3:
            envelope = changed(json.loads(body), chance)
            body = json.dumps(envelope).encode()
        else:
            body = garbled(body, chance)
        began = time.thread_time()
        try:
            response = skill.answer({}, body)
        except Refused as refused:
            lines = str(refused).splitlines()
        except BaseException as fault:
            fault.add_note(f"for {body!r}")
            raise
        else:
            answered += 1
            lines = ["answered", *faults(json.loads(response), "IntentRequest")]
        slowest = max(slowest, time.thread_time() - began)
        assert len(lines) == 1, (lines, body)
        assert not caplog.records, (caplog.text, body)

    assert slowest < LONGEST_S
    assert COUNT // 20 < answered < COUNT, "the changes are too small, or too large"


@pytest.mark.parametrize(
    "shape",
    [
        lambda depth: b"[" * depth,
        lambda depth: b"[" * depth + b"]" * depth,
        lambda depth: b'{"request":' * (depth // 8) + b"1" + b"}" * (depth // 8),
    ],
    ids=["open", "closed", "objects"],
)
def test_a_request_that_is_nested_as_deep_as_its_size_allows_is_refused(
    skill: VerifiedSkill, shape: Callable[[int], bytes]
) -> None:
    body = shape(MOST_BODY_BYTES // 2)

    assert len(body) <= MOST_BODY_BYTES
    with pytest.raises(Refused):
        skill.answer({}, body)


def test_attributes_that_are_nested_deeply_are_refused_or_answered(
    skill: VerifiedSkill, turns: Turns
) -> None:
    """They are given to the skill unread: whatever reads them first must not fall over."""
    turns.launch()
    session = DeviceSession("s", is_new=False, attributes={"version": 1})
    envelope = turns.device.envelope(LAUNCH, session, turns.clock() + SECOND)
    text = json.dumps(envelope)
    answered = set()
    for depth in (100, 900, 990, 1_000, 5_000, 25_000):
        deep = "[" * depth + "]" * depth
        for place in ('"wishes": {"minutes": 20}', '"wishes": DEEP', '"done": {"toe_curls": DEEP}'):
            inside = '"version": 1, ' + place.replace("DEEP", deep)
            with suppress(Refused):
                skill.answer({}, text.replace('"version": 1', inside).encode())
                answered.add(depth)

    assert 100 in answered


@pytest.fixture
def unspoken(turns: Turns) -> bytes:
    """An event that no listener made: its session attributes are given back as they are."""
    turns.launch()
    session = DeviceSession("s", is_new=False, attributes={"spoilt": 0})
    event = {"type": "AlexaSkillEvent.SkillDisabled"}
    return json.dumps(turns.device.envelope(event, session, turns.clock())).encode()


@pytest.mark.parametrize("spoilt", [b"1e999", b"NaN"])
def test_attributes_that_json_cannot_hold_are_refused(
    skill: VerifiedSkill, unspoken: bytes, spoilt: bytes
) -> None:
    assert json.loads(skill.answer({}, unspoken))
    with pytest.raises(Refused, match="not JSON"):
        skill.answer({}, unspoken.replace(b'"spoilt": 0', b'"spoilt": ' + spoilt))


@pytest.mark.parametrize("depth", [250, 480, 1_000])
def test_attributes_nested_deeply_are_given_back_or_refused(
    skill: VerifiedSkill, unspoken: bytes, depth: int
) -> None:
    """The SDK would copy them, by recursion, and fail."""
    deep = b"[" * depth + b"]" * depth
    body = unspoken.replace(b'"spoilt": 0', b'"spoilt": ' + deep)

    if depth == 250:
        assert deep in skill.answer({}, body)
    else:
        with pytest.raises(Refused, match="nested too deeply"):
            skill.answer({}, body)


@pytest.mark.parametrize("zone", ["+99:99", "-24:00"])
def test_a_time_in_no_zone_there_is_is_refused(
    skill: VerifiedSkill, turns: Turns, zone: str
) -> None:
    envelope = turns.device.envelope(LAUNCH, DeviceSession("s"), turns.clock())
    body = json.dumps(envelope).encode()

    with pytest.raises(Refused, match="no time at which"):
        skill.answer({}, body.replace(b"00Z", b"00" + zone.encode()))


@pytest.mark.parametrize(
    ("key", "other"),
    [
        (b'"System"', b'"system"'),
        (b'"device"', b'"__class__"'),
        (b'"device"', b'"__dict__"'),
        (b'"locale"', b'"\\u005F_dict__"'),
        (b'"attributes"', b'"__deepcopy__"'),
    ],
)
def test_a_key_that_is_named_like_an_attribute_counts_for_nothing(
    skill: VerifiedSkill, turns: Turns, key: bytes, other: bytes
) -> None:
    """The SDK sets what it does not know as an attribute, whatever that then overwrites."""
    envelope = turns.device.envelope(LAUNCH, DeviceSession("s"), turns.clock())
    body = json.dumps(envelope).encode()

    assert key in body
    answered = json.loads(skill.answer({}, body.replace(key, other)))
    assert faults(answered, "LaunchRequest") == ()
    assert answered["response"]["outputSpeech"]
