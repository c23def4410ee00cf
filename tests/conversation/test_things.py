"""What may be used in the place of a thing."""

import pytest
from situations import answer


@pytest.mark.parametrize("said", ["can i use a dog lead", "is a broomstick okay"])
@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("band", ["For the band, take a scarf, a belt or a long towel."]),
        ("circlesprompt", ["For the towel, take any cloth, or a sock."]),
        ("heel", ["For the chair, take what stands firm and does not slide."]),
        ("welcome", ["For the chair, take", "For the towel, take", "For the band, take"]),
    ],
)
def test_of_what_is_not_known_it_is_told_what_would_do(at: str, told: list[str], said: str) -> None:
    _, heard = answer(at, said)

    assert heard.text.startswith("I do not know that thing.")
    assert all(each in heard.text for each in told)


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("band", "Loop the band round the ball of your foot"),
        ("curls", "Put both heels on the near end of the towel"),
    ],
)
def test_what_is_in_trouble_needs_no_name(at: str, told: str) -> None:
    _, heard = answer(at, "it slipped off")

    assert heard.text.startswith(told)
