"""Words that are placed at their moments, at a speed at which they fit."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from arranged import DELIVERY, arranged

from skill.recording.timeline import Timeline, TimelineCue
from skill.routine.wishes import Wishes

np = pytest.importorskip("numpy")
track = pytest.importorskip("skill.recording.track")

RATE = 24_000


class HummingVoice:
    """Hums so many milliseconds for each character, with half a second of silence at each end."""

    def __init__(self, ms_per_character: int) -> None:
        self.ms_per_character = ms_per_character
        self.name = "hum"
        self.rate = RATE

    def say(self, text: str, speed: float) -> Any:  # noqa: ANN401 - samples, where numpy is installed
        """Hum."""
        length = round(len(text) * self.ms_per_character * RATE / 1000 / speed)
        hum = np.sin(np.arange(length) / 10)
        silence = np.zeros(RATE // 2)
        return np.concatenate([silence, hum, silence]).astype(np.float32)


def timeline_of(*cues: tuple[int, str], kind: str = "rest", tick: bool = False) -> Timeline:
    """A timeline of nothing but so many milliseconds, and what is said in them."""
    placed, at = [], 0
    for ms, words in cues:
        placed.append(TimelineCue(at, ms, "toe_curls", "left", 1, 5, 0, kind, words))
        at += ms
    return Timeline("Toes", DELIVERY._replace(tick=tick), tuple(placed))


def rendered(timeline: Timeline, ms_per_character: int = 50) -> Any:  # noqa: ANN401 - a `Track`
    """The track of *timeline*, hummed."""
    return track.render(timeline, HummingVoice(ms_per_character), lambda _, __: None)


def test_words_stand_at_their_moment_to_the_sample() -> None:
    made = rendered(timeline_of((1_501, "one"), (2_003, ""), (1_000, "two words")))

    assert [each.at for each in made.said] == [0, 3_504 * 44_100 // 1000]
    assert made.sound.size == 4_504 * 44_100 // 1000
    for each in made.said:
        part = made.sound[each.at : each.at + each.samples.size]
        assert np.abs(part - each.samples * track.FULL_SCALE).max() < 1
    assert not made.sound[made.said[0].samples.size : made.said[1].at].any()


@pytest.mark.parametrize(
    ("ms", "speed"), [(1_060, 1.0), (1_020, 1.05), (960, 1.1), (930, 1.15), (890, 1.2), (855, 1.25)]
)
def test_a_line_is_said_at_the_slowest_speed_that_fits(ms: int, speed: float) -> None:
    """Twenty characters take 1000 ms, and 50 ms that are kept at their ends."""
    (said,) = rendered(timeline_of((ms, "a" * 20))).said

    assert said.speed == speed
    assert said.samples.size <= ms * 44.1


def test_pauses_are_shortened_before_a_line_is_said_faster() -> None:
    """A second of silence between two hums of half a second."""

    class HesitatingVoice(HummingVoice):
        def say(self, text: str, speed: float) -> Any:  # noqa: ANN401 - samples
            return np.concatenate([super().say(text, speed)] * 2)

    timeline = timeline_of((1_400, "a" * 10))
    (said,) = track.render(timeline, HesitatingVoice(50), lambda *_: None).said

    assert said.speed == 1.0
    assert said.samples.size / 44.1 == pytest.approx(500 + 250 + 500 + 50, abs=20)


def test_a_line_too_long_for_its_room_is_named_with_its_milliseconds() -> None:
    timeline = timeline_of((500, "short"), (700, "a sentence too long"))

    with pytest.raises(track.LineTooLongError) as refused:
        rendered(timeline)
    message = str(refused.value)
    assert '"a sentence too long"' in message
    assert "toe_curls" in message
    assert "at 500 ms" in message
    assert "has 700 ms" in message
    assert re.search(r"takes 8\d\d ms at 1\.25 times", message)


def test_the_words_are_never_louder_than_full_scale() -> None:
    made = rendered(timeline_of((1_000, "one"), (1_000, "two")))
    level = np.sqrt(np.mean(np.square(np.concatenate([each.samples for each in made.said]))))

    assert level == pytest.approx(0.1, abs=0.005)
    assert np.abs(made.sound).max() <= 0.9 * track.FULL_SCALE


def sounds_at(made: Any) -> list[int]:  # noqa: ANN401 - a `Track`
    """The milliseconds at which something begins to be heard after 100 ms of silence."""
    loud = np.flatnonzero(np.abs(made.sound) > 100)
    starts = loud[np.flatnonzero(np.diff(loud, prepend=-44_100) > 4_410)]
    return [round(start / 44.1) for start in starts]


def test_each_beat_has_a_tick() -> None:
    timeline = timeline_of((1_500, ""), (1_500, ""), (2_000, ""), kind="move", tick=True)
    going_on = [cue._replace(opens=cue.at_ms != 1_500) for cue in timeline.cues]

    assert sounds_at(rendered(timeline)) == pytest.approx([0, 1_500, 3_000], abs=5)
    whole = Timeline("Toes", timeline.delivery, tuple(going_on))
    assert sounds_at(rendered(whole)) == pytest.approx([0, 3_000], abs=5)


def test_without_ticks_a_beat_is_silent() -> None:
    assert not rendered(timeline_of((1_500, ""), (1_500, ""), kind="move")).sound.any()


def test_a_rest_has_no_tick() -> None:
    assert not rendered(timeline_of((1_500, ""), kind="rest", tick=True)).sound.any()


def test_each_change_of_feet_has_a_chime() -> None:
    made = rendered(timeline_of((3_000, ""), (3_000, ""), kind="change"))
    again = timeline_of((3_000, ""), (3_000, ""), kind="change")
    other = tuple(cue._replace(side="right" if cue.at_ms else "left") for cue in again.cues)
    both = rendered(Timeline("Toes", again.delivery, other))

    assert sounds_at(made) == pytest.approx([0], abs=10)
    assert sounds_at(both) == pytest.approx([0, 3_000], abs=10)


def test_the_progress_is_told_up_to_the_last_cue() -> None:
    told: list[tuple[int, int]] = []
    timeline = timeline_of((1_000, "one"), (1_000, ""), (1_000, "two"))
    track.render(timeline, HummingVoice(50), lambda *done: told.append(done))

    assert told == [(1, 3), (2, 3), (3, 3)]


def test_a_whole_routine_is_spoken_line_by_line_only_once() -> None:
    """A count that was said is said again from memory."""
    asked: list[str] = []
    voice = HummingVoice(30)
    timeline = arranged(Wishes())

    def say(text: str, speed: float) -> Any:  # noqa: ANN401 - samples
        asked.append(text)
        return voice.say(text, speed)

    track.render(timeline, SimpleNamespace(name="hum", rate=RATE, say=say), lambda *_: None)

    words = [cue.words for cue in timeline.cues if cue.words]
    assert len(asked) == len(set(asked)) == len(set(words)) < len(words)
