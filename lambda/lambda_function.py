#!/usr/bin/env python3
"""What AWS Lambda calls for each of Alexa's requests: `lambda_function.handler`.

The skill is put together where this is imported: once for each process and, with SnapStart, once
for each published version, long before a listener waits. What must not be frozen into a snapshot
is not: the secret comes with the environment, random numbers from the system as they are drawn,
the time from the wall clock (a monotonic one stands still in a snapshot), and the connection to
the table is closed before it could be taken.
"""

import gc

gc.disable()  # until all is put together: hardly any of it is garbage, and to look takes 5 ms

import logging
import os
import time
from collections.abc import Callable, Mapping
from itertools import product
from pathlib import Path
from typing import Any, Final

from skill import app, log
from skill.alexa import envelope, media
from skill.alexa.api_client import AlexaApi
from skill.conversation.turn import Turn
from skill.routine.wishes import Wishes
from skill.storage.bucket_shelf import BucketShelf
from skill.storage.dynamo_store import DynamoStore
from skill.storage.listener_key import SECRET_VARIABLE, ListenerKeys
from skill.storage.store import StoreError

TABLE_VARIABLE: Final = "FOOT_ROUTINE_TABLE"
RECORDINGS_VARIABLE: Final = "FOOT_ROUTINE_RECORDINGS"
"""Names the bucket of recordings; without it none is played."""

SKILL_ID_VARIABLE: Final = "FOOT_ROUTINE_SKILL_ID"

INITIALIZATION_VARIABLE: Final = "AWS_LAMBDA_INITIALIZATION_TYPE"
"""Lambda says in it how a process came to start (Lambda's developer guide, "Defined runtime
environment variables")."""

PRACTISED: Final = frozenset({"snap-start", "provisioned-concurrency"})
"""The starts that no listener waits for: a routine is practised in them."""

PRACTICE: Final[tuple[dict[str, object], ...]] = (
    {"type": "LaunchRequest"},
    {"type": "IntentRequest", "intent": {"name": "StartRoutineIntent"}},
    {
        "type": "IntentRequest",
        "intent": {
            "name": "GoToExerciseIntent",
            "slots": {
                "exercise": {
                    "name": "exercise",
                    "value": "the towel one",
                    "resolutions": {
                        "resolutionsPerAuthority": [
                            {
                                "status": {"code": "ER_SUCCESS_MATCH"},
                                "values": [{"value": {"name": "toe curls", "id": "toe_curls"}}],
                            }
                        ]
                    },
                }
            },
        },
    },
    {"type": "IntentRequest", "intent": {"name": "AMAZON.PauseIntent"}},
    {"type": "SessionEndedRequest", "reason": "USER_INITIATED"},
)
"""A routine that nobody does: what its turns need is at hand for the first that somebody does."""

TIDY: Final = {"tidy": True}
"""What the template's daily event sends. Only that and Alexa may call the function."""

LOG = logging.getLogger(__name__)


class Entry:
    """The skill, for all the requests of a process.

    *environ* names the table, the skill's ID, and the secret that listeners are hashed under.
    Raises `ValueError` where one is missing, and `ContentError` where the content cannot be led.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        for name in (TABLE_VARIABLE, SKILL_ID_VARIABLE, SECRET_VARIABLE):
            if not environ.get(name):
                raise ValueError(f"{name} is not set")
        self._skill_id = environ[SKILL_ID_VARIABLE]
        self._store = DynamoStore(environ[TABLE_VARIABLE], now)
        keys = ListenerKeys(environ, Path(os.devnull))  # the secret is set: no file is read
        bucket = environ.get(RECORDINGS_VARIABLE)
        shelf = BucketShelf(bucket) if bucket else None
        screens = media.wanted(environ)
        self._app = app.build(
            self._store, keys.key, alexa_api=AlexaApi(), shelf=shelf, screens=screens
        )
        self._prepare(self._store.prepare)
        if environ.get(INITIALIZATION_VARIABLE) in PRACTISED:
            self._warm_up()

    def __call__(self, event: object, _context: object) -> dict[str, Any]:
        """Answer one request envelope with one response envelope; to `TIDY`, tidy the store.

        Raises `ValueError` where *event* is no request, or is for another skill; the text quotes
        nothing of it, as Lambda logs that text.
        """
        if event == TIDY:
            self._store.tidy()
            return {}
        if envelope.application_id(event) != self._skill_id:
            envelope.read(event)  # where it is no request at all, that is what is said
            raise ValueError("a request for another skill")
        return self._app.converse(event)

    def _warm_up(self) -> None:
        """Do now what the first turns would wait for: plans, models, words, Amazon's client.

        That is 30 ms and more of a whole core, and Lambda gives a small function a seventh of one.
        """
        content = self._app.library
        for language, level in product(content.languages, content.routine.levels):
            for known in ((), content.routine.ids):
                wishes = Wishes(level=level, known=known, new=not known)
                self._app.plans.plan(wishes, Turn("", 0, language, self._app.speech))
        session: dict[str, Any] = {"new": True}
        for request in PRACTICE:  # no user is named, so nothing is stored
            practice = {
                "session": session,
                "context": {"System": {"application": {}, "user": {}, "device": {}}},
                "request": {"timestamp": "2026-01-01T00:00:00Z", "locale": "en-US", **request},
            }
            answer = self._app.converse(practice)
            session = {"new": False, "attributes": answer["sessionAttributes"]}
        self._prepare(self._store.check)
        self._store.close()

    @staticmethod
    def _prepare(step: Callable[[], None]) -> None:
        """Do *step*; a start goes on without the table, and the places live in the sessions."""
        try:
            step()
        except StoreError as fault:
            LOG.warning("starting without the table: %s", fault)


def now() -> int:
    """The time, in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


log.to_stderr("WARNING")  # so a turn that goes well writes, and costs, nothing
handler = Entry(os.environ)
gc.freeze()
gc.enable()
