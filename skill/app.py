"""The only wiring: content, store, coach and skill, put together once for each process."""

import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import platformdirs

from skill.alexa import handlers
from skill.alexa.api import AlexaServices
from skill.alexa.certificates import trusted_roots
from skill.alexa.chain_fetch import ChainFetch
from skill.alexa.signing_keys import SigningKeys
from skill.alexa.verification import Verify, parsed
from skill.alexa.webservice import VerifiedSkill
from skill.conversation.keeper import Keeper
from skill.conversation.plans import Plans
from skill.conversation.turn import Turn
from skill.language import library
from skill.language.library import Library
from skill.listener.history import History
from skill.rendering.speech import Limits, Speech
from skill.storage.listener_key import ListenerKeys
from skill.storage.sqlite_store import SqliteStore
from skill.storage.store import Now, Store

KEY_FILE: Final = "listener.key"
"""Holds the secret under which listeners are hashed; it stands beside the database."""

DATABASE_VARIABLE: Final = "FOOT_ROUTINE_DB"
"""The environment variable that names the database, where the command line does not."""


@dataclass(frozen=True, slots=True)
class App:
    """A skill that is ready to answer, and what it is made of."""

    library: Library
    store: Store
    skill: VerifiedSkill

    def answer(self, headers: Mapping[str, str], body: bytes) -> bytes:
        """Answer one request, its raw *body* JSON, in JSON.

        Raises `skill.alexa.verification.Refused` where it is not to be answered.
        """
        return self.skill.answer(headers, body)

    def converse(self, envelope: Mapping[str, Any]) -> dict[str, Any]:
        """Answer one request envelope with one response envelope, through the same JSON."""
        response: dict[str, Any] = json.loads(self.answer({}, json.dumps(envelope).encode()))
        return response


def build(
    store: Store,
    listener_key: Callable[[str], str],
    verify: Verify,
    limits: Limits,
    alexa_api: AlexaServices | None = None,
) -> App:
    """Put the skill together; raises `ContentError` where its content cannot be led.

    With no *alexa_api*, which Alexa's own services are called through, it can set no reminders.
    """
    content = library.load()
    keeper = Keeper(Plans(content), store)
    skill = handlers.build(keeper, Speech(content, limits), listener_key, alexa_api)
    return App(content, store, VerifiedSkill(skill, verify))


def with_sqlite(
    database: Path,
    verify: Verify,
    limits: Limits,
    clock: Now,
    alexa_api: AlexaServices | None = None,
) -> App:
    """Put the skill together over a SQLite *database*; raises as `build` does."""
    keys = ListenerKeys(os.environ, database.parent / KEY_FILE)
    return build(SqliteStore(database, clock), keys.key, verify, limits, alexa_api)


def history(store: Store, listener: str, at: int) -> History:
    """All sessions of *listener*; the one that is under way counts as far as it was done.

    Raises `StoreError` as *store* does.
    """
    sessions = store.sessions(listener)
    content = library.load()
    turn = Turn("", at, library.DEFAULT_LANGUAGE, Speech(content), listener)
    under_way = Keeper(Plans(content), store).under_way(turn)
    return History.read([*sessions, *([under_way.entry()] if under_way else [])])


def default_database() -> Path:
    """Where the places are kept if nobody says otherwise: the user's data folder."""
    named = os.environ.get(DATABASE_VARIABLE)
    return Path(named) if named else platformdirs.user_data_path("foot-routine") / "places.db"


def signing_keys() -> SigningKeys:
    """Make the memory of Alexa's keys, which are fetched from Amazon."""
    return SigningKeys(ChainFetch(), trusted_roots(), now)


def now() -> int:
    """The time, in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def unverified(headers: Mapping[str, str], body: bytes) -> object:  # noqa: ARG001 - a `Verify`
    """Accept every request: for tools on this machine, never for the open network."""
    return parsed(body)
