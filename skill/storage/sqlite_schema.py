"""The tables of the SQLite database."""

from typing import Final

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
