"""What a listener chooses on the page before the start."""

from collections.abc import Mapping
from typing import Any

from skill.conversation import wish_list
from skill.conversation.wish_list import WishList
from skill.language.words import Words
from skill.rendering import page
from skill.terminal.page_talk import PageTalk


def shown(talk: PageTalk, words: Words) -> dict[str, Any]:
    """What the listener wishes, and what there is to wish for, as JSON."""
    visit = talk.visit()
    wished = WishList.of(visit.state.wishes, visit.routine)
    gentler = wish_list.is_gentler_possible(visit)
    return page.wishes(words, visit.routine, wished, gentler=gentler)


def take(talk: PageTalk, words: Words, wished: Mapping[str, Any]) -> dict[str, Any]:
    """Take what is *wished*, before the start or at the place that is kept.

    It holds what a `WishList` reads, and whether it is for `always`. Raises `ValueError` where
    that makes no sense.
    """
    visit = talk.visit()
    always = wished.get("always") is True
    plan = visit.plan
    reply = wish_list.take(visit, WishList.read(wished, visit.routine), always=always)
    kept = talk.keep(visit, visit.remember())
    said = " ".join(words.spoken(line) for line in reply.lines)
    changed = visit.plan != plan
    return {"words": said, "changed": changed, "kept": kept, "wishes": shown(talk, words)}
