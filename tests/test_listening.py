"""What is written about the routine by ear is current, and the playhead is never too sure."""

import pytest
from interruptions import FACTORS, TRIES, accuracy
from listening import FILE, page, written_voices


def test_the_page_is_current() -> None:
    """Written by `python tests/support/listening.py`, which alone measures the voices."""
    text = FILE.read_text(encoding="utf-8")

    assert text == page(written_voices(text))


@pytest.mark.parametrize("factor", FACTORS)
def test_no_set_counts_as_done_that_was_not_heard_to_its_end(factor: int) -> None:
    found = accuracy(factor)

    assert found.unheard == 0
    assert found.exercise == TRIES
    assert found.set >= TRIES * 8 // 10
