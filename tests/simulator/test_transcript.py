import pytest
from expected import difference, too_loose
from hypothesis import given
from hypothesis import strategies as st

from skill.simulator.estimator import Piece
from skill.simulator.transcript import folded, seconds, written

TOKENS = st.lists(
    st.sampled_from(["Up.", "Down.", "left", "right", "foot,", "(2 s)", "(1.24 s)"]),
    min_size=1,
    max_size=30,
)


@pytest.mark.parametrize(
    ("ms", "text"),
    [(20_000, "20 s"), (1_240, "1.24 s"), (500, "0.5 s"), (7, "0.007 s"), (123_456, "123.456 s")],
)
def test_seconds_are_written_to_the_last_digit(ms: int, text: str) -> None:
    assert seconds(ms) == text


def test_neighbouring_silences_are_one_and_none_is_not_written() -> None:
    pieces = (
        Piece("", 10_000),
        Piece("", 2_500),
        Piece("Left  foot.", 700),
        Piece("", 0),
        Piece("Well\ndone.", 600),
        Piece("", 250),
    )

    assert written(pieces) == "(12.5 s) Left foot. Well done. (0.25 s)"


@given(TOKENS, st.integers(min_value=0))
def test_one_word_more_less_or_other_is_a_difference(tokens: list[str], place: int) -> None:
    at = place % len(tokens)
    text = " ".join(tokens)
    other = " ".join([*tokens[:at], "knee", *tokens[at + 1 :]])
    more = " ".join([*tokens[:at], "knee", *tokens[at:]])
    less = " ".join([*tokens[:at], *tokens[at + 1 :]])

    assert difference(text, text) == ""
    for changed in (other, more, less):
        assert difference(text, changed) != ""
        assert difference(changed, text) != ""


@given(before=TOKENS, left_out=TOKENS, after=TOKENS)
def test_an_ellipsis_is_at_least_one_word_and_forgives_no_other(
    before: list[str], left_out: list[str], after: list[str]
) -> None:
    expected = " ".join([*before, "...", *after])

    assert difference(expected, " ".join(before + left_out + after)) == ""
    assert difference(expected, " ".join([*before, "knee", *after])) == ""
    assert difference(expected, " ".join(before + after)) != ""
    assert difference(expected, " ".join(["knee", *before[1:], *left_out, *after])) != ""
    assert difference(expected, " ".join([*before, *left_out, *after[:-1], "knee"])) != ""


@given(first=TOKENS, gap=TOKENS, middle=TOKENS, last=TOKENS)
def test_what_stands_between_two_ellipses_is_heard_between_them(
    first: list[str], gap: list[str], middle: list[str], last: list[str]
) -> None:
    expected = " ".join([*first, "...", *middle, "\N{HORIZONTAL ELLIPSIS}", *last])
    elsewhere = ["knee", *middle[:-1], "knee"]

    assert difference(expected, " ".join(first + gap + middle + gap + last)) == ""
    assert difference(expected, " ".join([*first, "knee", "knee", *last])) != ""
    assert difference(expected, " ".join(first + elsewhere + last)) != ""


@pytest.mark.parametrize(
    ("expected", "heard"),
    [
        ("a b ... c d ... e f", "a b x e f x c d"),
        ("a b ... c d ... e f", "a b x c d e f"),
        ("a b ... c d ... e f", "a b c d x e f"),
        ("a b ... c d", "a b c d"),
        ("a b ... b a", "a b a"),
        ("... c d", "c d"),
        ("a b ...", "a b"),
        ("a b ...", ""),
    ],
)
def test_order_and_every_gap_count(expected: str, heard: str) -> None:
    assert difference(expected, heard) != ""


@pytest.mark.parametrize("line", ["...", "... ...", "left ...", "... foot.", "a b ... c ... d e"])
def test_an_ellipsis_with_too_little_beside_it_is_too_loose(line: str) -> None:
    assert too_loose(line)


@pytest.mark.parametrize("line", ["Left.", "", "up... down...", "Left foot. ... (2 s) Done."])
def test_a_line_that_pins_enough_is_not_too_loose(line: str) -> None:
    assert not too_loose(line)


def test_a_difference_is_shown_with_the_words_around_it() -> None:
    expected = "one two three four five six seven (10 s) nine ten"
    heard = "one two three four five six seven (12 s) nine ten"

    assert difference(expected, heard).splitlines() == [
        "expected ... two three four five six seven (10 s) nine ten <end>",
        "heard    ... two three four five six seven (12 s) nine ten <end>",
    ]


@given(st.lists(st.sampled_from(["word", "(1.24 s)", "well-known"]), min_size=1, max_size=80))
def test_folding_keeps_the_words_and_tears_no_silence(tokens: list[str]) -> None:
    lines = folded("Alexa", " ".join(tokens)).splitlines()

    assert " ".join(line[7:] for line in lines) == " ".join(tokens)
    assert all(len(line) <= 100 for line in lines)
    assert all(line.startswith("       ") for line in lines[1:])
    assert not any(line.endswith(" s)") and line[7:].startswith("s)") for line in lines)
