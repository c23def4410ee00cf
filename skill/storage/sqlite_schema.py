"""The tables of the SQLite database, and how a database gets them."""

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

APPLICATION: Final = int.from_bytes(b"foot")
"""SQLite's `application_id`, so that another program's database is never changed."""

IDENTITY: Final = """
    SELECT (SELECT application_id FROM pragma_application_id),
        (SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM sqlite_master)"""
"""One statement, so that the three answers agree while another process makes the tables."""

Schema = Sequence[Sequence[str]]
"""The statements of each step from one schema version to the next."""

SCHEMA: Final = (
    (
        """CREATE TABLE kept (
            listener TEXT NOT NULL PRIMARY KEY,
            version INTEGER NOT NULL,
            expires INTEGER NOT NULL,
            state TEXT NOT NULL
        )""",
        """CREATE TABLE set_aside (
            listener TEXT NOT NULL,
            version,
            expires INTEGER NOT NULL,
            state,
            why TEXT NOT NULL
        )""",
        "CREATE INDEX set_aside_listener ON set_aside (listener)",
    ),
    (
        """CREATE TABLE session (
            number INTEGER PRIMARY KEY,
            listener TEXT NOT NULL,
            expires INTEGER NOT NULL,
            entry NOT NULL
        )""",
        "CREATE INDEX session_listener ON session (listener, number)",
        "CREATE INDEX session_expires ON session (expires)",
    ),
    ("CREATE TABLE secret (fingerprint TEXT NOT NULL)",),
    (
        """CREATE TABLE month (
            listener TEXT NOT NULL,
            month TEXT NOT NULL,
            expires INTEGER NOT NULL,
            sums NOT NULL,
            PRIMARY KEY (listener, month)
        )""",
        "CREATE INDEX month_expires ON month (expires)",
    ),
)
"""The steps from each schema version to the next; `expires` is in milliseconds since 1970. To
change the schema, add a step: the files out there have taken the others."""

TABLES: Final = ("kept", "set_aside", "session", "month")
"""Those with the columns `listener` and `expires`."""


def prepare(connection: sqlite3.Connection) -> None:
    """Make the database ours and current, but leave one that is not for us as it is.

    Raises `sqlite3.DatabaseError` for that, too.
    """
    application, version, tables = connection.execute(IDENTITY).fetchone()
    if application != APPLICATION and (version or tables):
        raise sqlite3.DatabaseError("another program's database")
    if version > len(SCHEMA):
        raise sqlite3.DatabaseError(f"made by a newer foot-routine (schema {version})")
    connection.text_factory = bytes  # a strange row may not even be UTF-8
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA secure_delete = ON")  # what is forgotten is overwritten
    if version < len(SCHEMA):
        migrate(connection, SCHEMA)
    # SQLite does not wait for a lock here. Without WAL all is as safe, only slower, and the next
    # connection tries again.
    with suppress(sqlite3.OperationalError):
        connection.execute("PRAGMA journal_mode = WAL")


def migrate(connection: sqlite3.Connection, schema: Schema) -> None:
    """Take the steps that the database has not taken yet: all of them, or none."""
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        (taken,) = connection.execute("PRAGMA user_version").fetchone()
        for step in schema[taken:]:
            for statement in step:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {max(taken, len(schema))}")
