"""Phrases that follow from others: in their shorter form, between fillers, and said twice."""

from dataclasses import replace

from skill.language.interaction_model import Intent, Phrases


def contracted(phrases: Phrases) -> Phrases:
    """Give *phrases* with the samples of the skill's intents in their shorter form, each once."""
    amazons = {said for intent in phrases.intents if intent.built_in for said in intent.samples}

    def short(intent: Intent) -> Intent:
        if intent.built_in:
            return intent
        samples: dict[str, None] = {}
        for sample in intent.samples:
            shorter = " ".join(phrases.contracted(sample.split()))
            samples[sample if shorter in amazons else shorter] = None
        return replace(intent, samples=tuple(samples))

    return replace(phrases, intents=tuple(map(short, phrases.intents)))


def framed(phrases: Phrases) -> Phrases:
    """Give *phrases* with the phrases that the frames make, each to an intent of the skill's.

    A phrase of Amazon's within a frame goes to the intent that means the same; a phrase of the
    skill's that is one word is listed said twice.
    """
    taken = {sample for intent in phrases.intents for sample in intent.samples}
    meant = {intent.name: intent.samples for intent in phrases.intents}
    intents = []
    for intent in phrases.intents:
        more = [
            *_twice(intent),
            *(
                frame.replace("{said}", sample)
                for frame in phrases.fillers.frames
                for sample in meant.get(intent.like, ())
            ),
        ]
        fresh = tuple(sample for sample in dict.fromkeys(more) if sample not in taken)
        intents.append(replace(intent, samples=(*intent.samples, *fresh)))
    return replace(phrases, intents=tuple(intents))


def _twice(intent: Intent) -> list[str]:
    if intent.built_in:
        return []
    return [f"{said} {said}" for said in intent.samples if said.isalpha()]
