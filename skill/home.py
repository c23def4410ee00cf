"""A skill on a machine of one's own: over SQLite, with a key file, and Alexa's keys from Amazon."""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import platformdirs

from skill import app
from skill.alexa import media
from skill.alexa.api import AlexaServices
from skill.alexa.certificates import trusted_roots
from skill.alexa.chain_fetch import ChainFetch
from skill.alexa.chain_file import ChainFile
from skill.alexa.signing_keys import SigningKeys
from skill.alexa.verification import parsed
from skill.app import App
from skill.conversation.keeper import Keeper
from skill.conversation.plans import Plans
from skill.conversation.turn import Turn
from skill.language import library
from skill.listener.history import History
from skill.recording.shelf import Shelf
from skill.rendering.speech import ALEXAS, Limits, Speech
from skill.storage.listener_key import ListenerKeys
from skill.storage.sqlite_store import SqliteStore
from skill.storage.store import Now, Store
from skill.storage.tidying import tidied

KEY_FILE: Final = "listener.key"
"""Holds the secret under which listeners are hashed; it stands beside the database."""

CHAIN_FILE: Final = "alexa-chains.json"
"""Holds the certificate chains that Alexa signs with; it stands beside the database."""

DATABASE_VARIABLE: Final = "FOOT_ROUTINE_DB"
"""The environment variable that names the database, where the command line does not."""


def build(
    database: Path,
    clock: Now,
    limits: Limits = ALEXAS,
    alexa_api: AlexaServices | None = None,
    shelf: Shelf | None = None,
) -> App:
    """Put the skill together over a SQLite *database*.

    What is kept too long is deleted first, and the log of the database emptied. Raises
    `ContentError` as `app.build` does, ValueError where the secret in the environment is too short,
    and `KeyFaultError` where the secret is not that of the database.
    """
    content = library.load()  # first: where it cannot be led, no file is made
    keys = ListenerKeys(os.environ, database.parent / KEY_FILE)
    store = SqliteStore(database, clock, keys.fingerprint)
    tidied(store.tidy)
    store.close()  # a server forks its workers from this process
    screens = media.wanted(os.environ)
    return app.build(store, keys.key, limits, alexa_api, content, shelf, screens=screens)


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


def signing_keys(database: Path) -> SigningKeys:
    """Make the cache of Alexa's keys, which are fetched from Amazon, and kept beside *database*."""
    return SigningKeys(ChainFetch(), trusted_roots(), now, ChainFile(database.parent / CHAIN_FILE))


def now() -> int:
    """The time, in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def unverified(headers: Mapping[str, str], body: bytes) -> object:  # noqa: ARG001 - a `Verify`
    """Accept every request: for tools on this machine, never for the open network."""
    return parsed(body)


async def nothing_to_fetch(url: str) -> None:
    """Be an `Arrive` where no request is verified."""
