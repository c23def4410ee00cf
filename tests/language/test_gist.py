from skill.language.gist import Gist, GistReader

READER = GistReader(
    Gist(
        openings=("could you", "i'd rather"),
        passed=("the", "please"),
        alike={"start": ("begin", "get going"), "go to": ("jump to",)},
    ),
    negations=("not",),
)


def gist(said: str) -> str:
    return " ".join(READER.of(said.split()))


def test_an_opening_is_taken_off_and_words_that_carry_nothing_are_passed_over() -> None:
    assert gist("could you begin the routine please") == "start routine"


def test_the_longest_phrase_that_means_the_same_is_replaced() -> None:
    assert gist("get going") == "start"
    assert gist("jump to the circles") == "go to circles"


def test_no_opening_is_taken_off_before_a_negation() -> None:
    assert gist("i'd rather not begin") == "i'd rather not start"
    assert gist("i'd rather begin") == "start"


def test_something_is_always_left() -> None:
    assert gist("the") == "the"
    assert gist("could you") == "could you"
    assert gist("") == ""


def test_within_an_utterance_no_opening_is_taken_off() -> None:
    assert READER.inner(("could", "you", "begin")) == ("could", "you", "start")
