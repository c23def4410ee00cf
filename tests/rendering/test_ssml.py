"""Silence to the millisecond, words that are always XML, and the length of any speech."""

from typing import Final
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lengths import length_ms

from skill.language.rate import SpeechRate
from skill.rendering import ssml
from skill.rendering.ssml import MOST_BREAK_MS
from skill.simulator import estimator
from skill.simulator.estimator import Piece, SsmlError

RATE: Final = SpeechRate(ms_per_line=0, ms_per_character=60)

LONGEST_MS: Final = 20 * 60 * 1000

TEXT: Final = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")))
"""What people and authors write: any script, any punctuation, no control characters."""


def breaks(spoken: str) -> list[str]:
    """The times of all breaks."""
    return [
        element.attrib["time"]
        for element in ElementTree.fromstring(spoken).iter("break")  # noqa: S314 - our own speech
    ]


@given(st.integers(0, LONGEST_MS))
def test_silence_lasts_what_it_should_in_breaks_that_alexa_takes(ms: int) -> None:
    """At most 10 s a break, and a unit on each."""
    times = breaks(ssml.speak(ssml.silence(ms)))
    lengths = [
        int(time[:-2]) if time.endswith("ms") else int(time.removesuffix("s")) * 1000
        for time in times
    ]

    assert sum(lengths) == ms
    assert all(0 < length <= MOST_BREAK_MS for length in lengths)
    assert len(lengths) == -(-ms // MOST_BREAK_MS)


@given(st.integers(0, LONGEST_MS))
def test_the_estimator_counts_silence_exactly(ms: int) -> None:
    assert length_ms(ssml.speak(ssml.silence(ms)), RATE) == ms


@given(TEXT)
def test_any_text_survives_escaping(text: str) -> None:
    """Ampersands, brackets and quotes are said and never read as markup."""
    pieces = estimator.read(ssml.speak(ssml.words(text)), RATE)

    assert "".join(piece.text for piece in pieces) == " ".join(text.split())


@pytest.mark.parametrize("text", ["a & b", "a < b", "a > b", 'a "b"', "a 'b'", "<break/>", "&amp;"])
def test_a_mark_of_xml_is_said_as_it_is_written(text: str) -> None:
    assert estimator.read(ssml.speak(ssml.words(text)), RATE) == (Piece(text, RATE.ms(text)),)


@given(st.text(st.characters(exclude_categories=())))
def test_whatever_is_said_is_well_formed(text: str) -> None:
    """A listener's words are a stranger's: no character in them may break a response."""
    ElementTree.fromstring(ssml.speak(ssml.words(text)))  # noqa: S314 - our own speech


@given(TEXT, st.integers(0, 500), st.integers(1, 200))
def test_words_take_as_long_as_a_line_and_its_characters(text: str, line: int, each: int) -> None:
    rate = SpeechRate(line, each)
    said = " ".join(text.split())

    assert rate.ms(text) == (line + len(said) * each if said else 0)
    assert length_ms(ssml.speak(ssml.words(text)), rate) == rate.ms(text)


def test_every_count_takes_as_long_as_the_others() -> None:
    rate = SpeechRate(120, 60, ms_per_count=420, counts=frozenset({"One.", "Eleven."}))

    assert [rate.ms(text) for text in ("One.", "Eleven.", "Ten.")] == [420, 420, 360]
    assert length_ms("<speak>Eleven.</speak>", rate) == 420
    assert length_ms('<speak><prosody rate="50%">One.</prosody></speak>', rate) == 840


@given(st.lists(st.tuples(TEXT, st.integers(0, 30_000)), max_size=6))
def test_lengths_add_up(parts: list[tuple[str, int]]) -> None:
    """So whatever is put together from cues lasts what its cues last."""
    spoken = ssml.speak(
        "".join(ssml.words(text) + ssml.silence(ms or 1) for text, ms in parts),
    )

    assert length_ms(spoken, RATE) == sum(RATE.ms(text) + (ms or 1) for text, ms in parts)


READ: Final[dict[str, tuple[str, tuple[Piece, ...]]]] = {
    "nothing": ("", ()),
    "space": (" \n ", ()),
    "words": ("Hold on.", (Piece("Hold on.", 480),)),
    "white space counts once": ("Hold \n  on.", (Piece("Hold on.", 480),)),
    "words and silence": (
        'Up.<break time="2s"/>Down.',
        (Piece("Up.", 180), Piece("", 2_000), Piece("Down.", 300)),
    ),
    "silences in a row are one": (
        '<break time="10s"/><break time="5500ms"/> <break time="0.25s"/>',
        (Piece("", 15_750),),
    ),
    "a break without a time is a comma": ("a<break/>", (Piece("a", 60), Piece("", 250))),
    "a strong break is a sentence": ('<break strength="strong"/>', (Piece("", 500),)),
    "a very strong break is a paragraph": ('<break strength="x-strong"/>', (Piece("", 1_000),)),
    "no break at all": ('a<break strength="none"/>', (Piece("a", 60), Piece("", 0))),
    "a break of no whole seconds": ('<break time="1.5s"/>', (Piece("", 1_500),)),
    "less than a millisecond is nothing": ('<break time="0.0009s"/>', (Piece("", 0),)),
    "sentences are parted by a space": ("<s>Up.</s><s>Down.</s>", (Piece("Up. Down.", 540),)),
    "paragraphs too": ("<p>Up.</p>Down.", (Piece("Up. Down.", 540),)),
    "an alias is what is said": ('<sub alias="ten">10</sub> s', (Piece("ten s", 300),)),
    "half as fast is twice as long": (
        '<prosody rate="50%">ab</prosody>cd',
        (Piece("abcd", 2 * 120 + 2 * 60),),
    ),
    "rates have names": ('<prosody rate="x-fast">abc</prosody>', (Piece("abc", 120),)),
    "rates multiply": (
        '<prosody rate="50%">a<prosody rate="200%">b</prosody></prosody>',
        (Piece("ab", 180),),
    ),
    "however slow that makes it": (
        '<prosody rate="20%">' * 3 + "a" + "</prosody>" * 3,
        (Piece("a", 7_500),),
    ),
    "pitch alone changes no length": ('<prosody pitch="low">ab</prosody>', (Piece("ab", 120),)),
    "other tags are transparent": (
        '<emphasis level="strong">ab</emphasis> <say-as interpret-as="digits">12</say-as>',
        (Piece("ab 12", 300),),
    ),
    "a break within a phrase": (
        "<prosody rate='50%'>a<break time='1s'/>b</prosody>",
        (Piece("a", 120), Piece("", 1_000), Piece("b", 120)),
    ),
}


@pytest.mark.parametrize(("inside", "pieces"), READ.values(), ids=READ)
def test_speech_is_read_as_it_is_heard(inside: str, pieces: tuple[Piece, ...]) -> None:
    assert estimator.read(ssml.speak(inside), RATE) == pieces
    assert length_ms(ssml.speak(inside), RATE) == sum(piece.ms for piece in pieces)


UNREADABLE: Final = {
    "a bare ampersand": "left & right",
    "an open tag": "<p>left",
    "a recording": '<audio src="https://example.org/a.mp3"/>',
    "a break without unit": '<break time="10"/>',
    "a break of no number": '<break time="tens"/>',
    "a break of nothing": '<break time="s"/>',
    "a break before now": '<break time="-1s"/>',
    "a break of minutes": '<break time="1m"/>',
    "a strength that is none": '<break strength="mighty"/>',
    "a rate that is none": '<prosody rate="brisk">a</prosody>',
    "a rate of nothing": '<prosody rate="0%">a</prosody>',
    "a rate without percent": '<prosody rate="80">a</prosody>',
}


@pytest.mark.parametrize("inside", UNREADABLE.values(), ids=UNREADABLE)
def test_speech_of_no_known_length_is_an_error_in_one_line(inside: str) -> None:
    with pytest.raises(SsmlError) as fault:
        length_ms(ssml.speak(inside), RATE)

    assert "\n" not in str(fault.value)


FRAGMENTS: Final = (
    *("Up.", " ", "&", "<", ">", '"', "/>", "0", "s", "<p>", "</p>", "<audio/>", "<break/>"),
    *('<break time="', '<break strength="', '<prosody rate="', '">', "</prosody>", "%", "slow"),
)


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=8).map("".join))
def test_nothing_but_its_own_error_comes_of_reading_anything(inside: str) -> None:
    try:
        pieces = estimator.read(ssml.speak(inside), RATE)
    except SsmlError:
        return

    assert all(piece.ms >= 0 for piece in pieces)
