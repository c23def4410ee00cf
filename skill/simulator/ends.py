"""What is meant by the first or last words of an utterance alone, such as "hang on"."""

from skill.language.interaction_model import Phrases
from skill.simulator.reading import Reading


class Ends:
    """Hears `leads` and `trails` of the gist of *phrases*, in utterances of *most* words."""

    def __init__(self, phrases: Phrases, most: int) -> None:
        by_name = {intent.name: intent for intent in phrases.intents}
        self._most = most
        self._leads, self._trails = (
            {tuple(said.split()): by_name[name] for name, ends in table.items() for said in ends}
            for table in (phrases.gist.leads, phrases.gist.trails)
        )

    def reading(self, words: tuple[str, ...], only: str = "") -> Reading | None:
        """What the longest of them in *words* means; None where that is not *only* what is asked.

        So "stop for a moment" waits, and does not stop.
        """
        for length in range(min(len(words) - 1, self._most), 0, -1):
            intent = self._leads.get(words[:length]) or self._trails.get(words[-length:])
            if intent:
                wanted = only in {"", intent.meaning}
                return Reading(intent, length, ()) if wanted else None
        return None
