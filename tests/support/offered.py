"""The phrases that the skill's sentences offer to a listener."""

import re
from collections.abc import Iterator
from typing import Final

from skill.language.words import Words

QUOTED: Final = r'"([^"]+)"'


def offered(words: Words) -> Iterator[tuple[str, str]]:
    """Every phrase any sentence offers, with the key of the sentence."""
    for key, sentence in words.sentences.items():
        for text in sentence.texts:
            yield from ((key, phrase) for phrase in re.findall(QUOTED, text))
