import pytest

from skill.simulator.estimator import Piece
from skill.terminal.teletype import Teletype, words


def test_words_come_by_their_share_of_the_speech() -> None:
    pieces = (Piece("Lift it.", 800), Piece("", 10_000), Piece("", 0), Piece("Down.", 500))

    assert [(word.start, word.text) for word in words(pieces)] == [
        (0, "Lift"),
        (500, "it."),
        (800, "(10 s)"),
        (10_800, "Down."),
    ]


@pytest.mark.parametrize("columns", [12, 20, 40, 80])
def test_lines_are_full_and_nothing_is_lost(columns: int) -> None:
    text = "Slowly raise the right heel, and lower it, ten times."
    teletype = Teletype((Piece(text, 5_000), Piece("", 1_500)))
    lines = [line for ms in range(0, 7_000, 100) for line in teletype.write(ms, columns)]
    lines += teletype.break_off()

    assert " ".join(" ".join(lines).split()) == f"Alexa: {text} (1.5 s)"
    assert all(len(line) <= max(columns, len("Alexa: Slowly")) for line in lines)
    assert teletype.line == ""
    assert teletype.break_off() == []


def test_what_comes_after_a_break_goes_on_in_a_line_of_its_own() -> None:
    teletype = Teletype((Piece("Up and down.", 1_200),))
    teletype.write(0, 80)

    assert teletype.break_off() == ["Alexa: Up"]
    assert teletype.write(1_200, 80) == []
    assert teletype.line == "       and down."
