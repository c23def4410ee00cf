"""One response after the other, held against the plan that it speaks."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final
from xml.etree import ElementTree

import pytest
from lengths import length_ms
from offered import offered
from plans import ENGLISH, LIBRARY, PLAIN, ROUTINE, planned

from skill.conversation.reply import Reply, Steps
from skill.language import words
from skill.language.library import Library
from skill.language.table import Table
from skill.rendering.speech import Limits, Speech
from skill.routine.model import Kind, Side
from skill.routine.plan import Line, Plan
from skill.routine.planner import MINUTE_MS
from skill.routine.playhead import Sounding, timeline
from skill.routine.progress import Phase, Progress
from skill.routine.wishes import Wishes
from skill.simulator import estimator

RATE: Final = ENGLISH.rate

MORE: Final = Line("say_next")

WISHES: Final = {
    "the default": Wishes(),
    "everything known": Wishes(known=ROUTINE.ids),
    "the left foot, with the largest doses": Wishes(feet=Side.LEFT),
    "slow": Wishes(pace="slow"),
    "brisk, with some known": Wishes(pace="brisk", known=ROUTINE.ids[:2]),
    "circles alone, with the largest doses": Wishes(exercises=("ankle_circles",)),
    "ten minutes": Wishes(10),
}

LIMITS: Final = {
    "as shipped": Limits(),
    "a minute": Limits(seconds=60),
    "no time at all": Limits(seconds=0),
    "few characters": Limits(characters=1_500),
    "no characters at all": Limits(characters=0),
}

OPENINGS: Final[tuple[tuple[Line, ...], ...]] = (
    (),
    (Line("going_on"),),
    (Line("only_foot", (("side", "left"),)), Line("longest", (("minutes", 20),))),
)


@dataclass(frozen=True, slots=True)
class Led:
    """A response that leads: its speech, how far it leads, and when its first cue begins."""

    ssml: str
    until: int
    lead_ms: int


def lead(speech: Speech, plan: Plan, progress: Progress, opening: tuple[Line, ...] = ()) -> Led:
    """Let *speech* lead what *progress* points at in *plan*, as a visit does."""
    reach = speech.reach("en", opening, Steps.of(plan, progress), MORE)
    steps = Steps.of(plan, progress.led_until(reach.until))
    said = speech.render(Reply("en", opening, steps, MORE)).speech
    return Led(said, reach.until, reach.lead_ms)


@dataclass(frozen=True, slots=True)
class Case:
    """One response: what *progress* leads of *plan*, after the words of *opening*."""

    plan: Plan
    progress: Progress
    opening: tuple[Line, ...]
    led: Led

    @property
    def soundings(self) -> tuple[Sounding, ...]:
        """What the playhead believes to be heard."""
        led = self.progress.led_until(self.led.until)
        return tuple(timeline(self.plan, led, self.led.lead_ms))

    @property
    def prompted(self) -> bool:
        """The plan asks what comes next, and the response does not have to."""
        return self.soundings[-1].cue.kind is Kind.PROMPT


def starts(plan: Plan) -> Iterator[Progress]:
    """Every set, reached in order and by a jump, with the rest of its exercise to be led."""
    course = plan.course
    for step, place in enumerate(course):
        until = max(at for at, each in enumerate(course) if each.exercise == place.exercise) + 1
        for entered in (False, True):
            yield Progress(course, step, Phase.LEADING, step, until, entered=entered)


def cases(wishes: Wishes, limits: Limits) -> Iterator[Case]:
    plan = planned(wishes)
    speech = Speech(LIBRARY, limits)
    for number, progress in enumerate(starts(plan)):
        opening = OPENINGS[number % len(OPENINGS)]
        yield Case(plan, progress, opening, lead(speech, plan, progress, opening))


@pytest.fixture(scope="module", params=WISHES.values(), ids=list(WISHES))
def shipped(request: pytest.FixtureRequest) -> list[Case]:
    """Every response that can lead a set of one plan, as shipped."""
    return list(cases(request.param, Limits()))


def moments(spoken: str) -> list[tuple[int, str]]:
    """When each run of words begins, in ms from the first, and the words."""
    at = 0
    found = []
    for piece in estimator.read(spoken, RATE):
        if piece.text:
            found.append((at, piece.text))
        at += piece.ms
    return found


def break_times(spoken: str) -> list[str]:
    root = ElementTree.fromstring(spoken)  # noqa: S314 - the skill's own speech
    return [element.attrib["time"] for element in root.iter("break")]


def test_every_word_is_said_at_the_moment_the_plan_says(shipped: list[Case]) -> None:
    """Silence before each cue is exact to the millisecond, whatever words it is cut around."""
    for case in shipped:
        expected = []
        at = 0
        for line in case.opening:
            expected.append((at, ENGLISH.spoken(line)))
            at += ENGLISH.ms(line) + ROUTINE.breath_ms
        for sounding in case.soundings:
            expected += [
                (sounding.start_ms + mark.ms, ENGLISH.spoken(mark.line))
                for mark in sounding.cue.lines
            ]
        if not case.prompted:
            expected.append((case.soundings[-1].end_ms, ENGLISH.spoken(MORE)))

        assert moments(case.led.ssml) == expected


def test_a_response_lasts_what_its_cues_last(shipped: list[Case]) -> None:
    """The estimator and the playhead agree to the millisecond on its end."""
    for case in shipped:
        more_ms = 0 if case.prompted else ENGLISH.ms(MORE)

        assert length_ms(case.led.ssml, RATE) == case.soundings[-1].end_ms + more_ms


def test_no_break_is_longer_than_alexa_allows(shipped: list[Case]) -> None:
    for case in shipped:
        for time in break_times(case.led.ssml):
            ms = int(time[:-2]) if time.endswith("ms") else int(time[:-1]) * 1000
            assert 0 < ms <= 10_000


def test_no_response_is_longer_than_alexa_allows(shipped: list[Case]) -> None:
    for case in shipped:
        assert len(case.led.ssml) < 8_000


def test_a_hold_of_twenty_seconds_is_told_at_half_way_and_at_its_last_five() -> None:
    """Twenty seconds from the cue to the next cue; ten to half-way, fifteen to the last five."""
    plan = planned(Wishes())
    first = plan.course.index(plan.steps_of("toe_walking")[0].place)
    progress = Progress(plan.course).go_to("toe_walking")
    led = lead(Speech(LIBRARY), plan, progress)
    said = moments(led.ssml)
    holds = [at for at, (_, text) in enumerate(said) if text.endswith("twenty seconds.")]

    assert progress.at == first
    assert len(holds) == 3 * len(plan.steps_of("toe_walking"))
    for at in holds:
        (begin, _), half_way, last_five, (end, _) = said[at : at + 4]
        assert half_way == (begin + 10_000, "Halfway.")
        assert last_five == (begin + 15_000, "Last five.")
        assert end == begin + 20_000


def test_a_rest_between_rounds_is_as_long_as_it_is_said_to_be() -> None:
    for minutes in (15, 20):
        plan = planned(Wishes(minutes, exercises=("toe_walking",)))
        progress = Progress(plan.course).begin()
        said = moments(lead(Speech(LIBRARY), plan, progress).ssml)
        rests = [at for at, (_, text) in enumerate(said) if " Rest for " in text]

        assert rests
        for at in rests:
            begin, text = said[at]
            seconds = next(n for n in range(10, 16) if f" {ENGLISH.numbers[n]} seconds" in text)
            on = next(at for at, text in said[at:] if text.startswith("Feet straight"))
            assert on == begin + seconds * 1000


@pytest.mark.parametrize("limits", LIMITS.values(), ids=LIMITS)
@pytest.mark.parametrize("wishes", [Wishes(), Wishes(pace="slow")], ids=["default", "slow"])
def test_a_response_leads_as_many_sets_as_its_limits_hold_and_at_least_one(
    wishes: Wishes, limits: Limits
) -> None:
    """It splits at a set boundary only: where the plan asks, or else not before it must."""
    for case in cases(wishes, limits):
        led, progress = case.led, case.progress
        assert progress.at < led.until <= progress.until
        sets = led.until - progress.at
        if sets > 1:
            assert len(led.ssml) <= limits.characters
            assert length_ms(led.ssml, RATE) <= limits.seconds * 1000
        asked = any(cue.kind is Kind.PROMPT for cue in case.plan.steps[led.until - 1].cues)
        if led.until < progress.until and not asked:
            wide = Speech(LIBRARY, Limits(100_000, 100_000))
            further = progress._replace(until=led.until + 1)
            more = lead(wide, case.plan, further, case.opening)
            spare = len(ENGLISH.spoken(MORE)) + 1
            assert (
                len(more.ssml) + spare > limits.characters
                or length_ms(more.ssml, RATE) + ENGLISH.ms(MORE) > limits.seconds * 1000
            )


@pytest.mark.parametrize("limits", LIMITS.values(), ids=LIMITS)
def test_what_is_split_is_led_whole(limits: Limits) -> None:
    """Answer by answer, every set of the routine is led once, and in order."""
    plan = planned(Wishes())
    speech = Speech(LIBRARY, limits)
    progress = Progress(plan.course).begin()
    led: list[int] = []
    while progress.phase is Phase.LEADING:
        until = lead(speech, plan, progress).until
        led += range(progress.at, until)
        progress = progress.led_until(until).finished().next()

    assert led == list(range(len(plan.steps)))


def test_one_response_leads_one_whole_exercise_of_the_default_plan() -> None:
    """Nobody who is stretching has to speak every half minute."""
    plan = planned(Wishes())
    speech = Speech(LIBRARY)
    for exercise in plan.exercises:
        progress = Progress(plan.course).go_to(exercise)
        led = lead(speech, plan, progress)

        assert led.until == progress.until
        assert 2 * MINUTE_MS <= length_ms(led.ssml, RATE) <= 5 * MINUTE_MS


def test_an_open_response_ends_with_what_may_be_said_next(shipped: list[Case]) -> None:
    offering = {key for key, _ in offered(ENGLISH)}
    for case in shipped:
        last = [mark.line for sounding in case.soundings for mark in sounding.cue.lines][-1]
        line = last if case.prompted else MORE
        assert line.key in offering
        assert moments(case.led.ssml)[-1][1] == ENGLISH.spoken(line)


@pytest.mark.parametrize(
    "wishes", [*PLAIN[::4], *WISHES.values()], ids=lambda each: f"{each.minutes}-{each.pace}"
)
def test_all_that_is_heard_of_a_routine_stays_within_its_minutes(wishes: Wishes) -> None:
    """Every response that leads it, be it split or not, up to the end of the last set."""
    plan = planned(wishes)
    speech = Speech(LIBRARY)
    ms = -sum(cue.ms for cue in plan.steps[-1].cues if cue.kind is Kind.PROMPT)
    progress = Progress(plan.course).begin()
    while progress.phase is Phase.LEADING:
        led = lead(speech, plan, progress)
        ms += length_ms(led.ssml, RATE)
        progress = progress.led_until(led.until).finished().next()

    assert plan.ms <= ms <= min(wishes.minutes, 20) * MINUTE_MS


def test_the_left_foot_is_never_called_the_right(shipped: list[Case]) -> None:
    """Every opening of a set on one foot names that foot."""
    for case in shipped:
        for before, sounding in pairwise([None, *case.soundings]):
            side = case.plan.steps[sounding.step].place.side if sounding else Side.BOTH
            if sounding is None or side is Side.BOTH or not sounding.cue.line:
                continue
            if before is None or before.step != sounding.step:
                said = " ".join(ENGLISH.spoken(mark.line) for mark in sounding.cue.lines).lower()
                assert side in said
                assert side.other not in said.replace(f"lift your {side.other} foot", "")


# Words, and only words.

NASTY: Final = "Say <break/> & \"it\" > 'that' ]]> &amp; {{done}}."


def nasty(*lines: Line) -> str:
    """Say *lines* in a language of marks that XML and Python would like to read."""
    marks = words.parse(
        "xx",
        Table(
            {
                "speech": {
                    "ms_per_line": 1,
                    "ms_per_character": 1,
                    "ms_per_count": 1,
                    "spread": [100, 100],
                },
                "names": {
                    "numbers": ["none"],
                    "and": "{first} & {last}",
                    "comma": "{first}<{last}",
                },
                "lines": {"nasty": NASTY, "said": "I do not know {said}.", "more": "A & B."},
            },
            "xx/words.toml",
        ),
    )
    return Speech(Library(ROUTINE, {"xx": marks})).render(Reply("xx", lines)).speech


def test_marks_of_xml_are_said_and_not_obeyed() -> None:
    spoken = nasty(Line("nasty"), Line("more"))

    assert moments(spoken) == [(0, "Say <break/> & it > 'that' ]]> &amp; {done}. A & B.")]


@pytest.mark.parametrize(
    "said", ["</speak>", "a & b", "<audio src='x'/>", "{n}", "{0.__class__}", "it's", "]]>", "ÿ→😀"]
)
def test_what_a_listener_said_is_said_back_as_it_was(said: str) -> None:
    spoken = nasty(Line("said", (("said", said),)))

    assert moments(spoken) == [(0, f"I do not know {said}.")]


def test_a_list_is_joined_and_escaped() -> None:
    line = Line("said", (("said", ("a", "b", "c")),))

    assert moments(nasty(line)) == [(0, "I do not know a<b & c.")]


@pytest.mark.parametrize("quiet_ms", [0, 1, 10_000, 40_000, 41_500])
def test_a_reprompt_is_quiet_first(quiet_ms: int) -> None:
    """Time to fetch a towel; after it, what may be said next."""
    routine = replace(ROUTINE, nudge_after_ms=quiet_ms)
    speech = Speech(Library(routine, LIBRARY.languages))
    spoken = speech.render(Reply("en", reprompt=MORE)).reprompt

    assert moments(spoken) == [(quiet_ms, ENGLISH.spoken(MORE))]
    assert len(break_times(spoken)) == -(-quiet_ms // 10_000)


def test_a_reply_of_nothing_says_nothing() -> None:
    spoken = Speech(LIBRARY).render(Reply(end=True))

    assert not spoken.speech
    assert not spoken.reprompt


def test_two_media_with_different_limits_live_in_one_process() -> None:
    """The longer one leads further in the same plan; neither changes the other."""
    plan = planned(Wishes())
    progress = Progress(plan.course).begin()
    short, long = Speech(LIBRARY, Limits(seconds=60)), Speech(LIBRARY)

    assert lead(short, plan, progress).until < lead(long, plan, progress).until
    assert lead(short, plan, progress) == lead(Speech(LIBRARY, Limits(seconds=60)), plan, progress)
    assert short.longest_ms < long.longest_ms
