"""The key under which a listener's state is kept: a hash of Amazon's user ID.

The ID is the same for as long as a person has the skill enabled. It is hashed with a secret of this
installation, so that the database alone does not tell whose rows it has. With another secret no
row is found again; all of them expire.
"""

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Final

from skill.storage.store import KeyFaultError, StoreError

SECRET_VARIABLE: Final = "FOOT_ROUTINE_SECRET"  # noqa: S105 - the variable's name
"""The environment variable that holds the secret. Where it is unset or empty, a file holds it."""

LEAST_SECRET_CHARACTERS: Final = 32
"""The shortest `SECRET_VARIABLE`: 128 bits even if they are hexadecimal digits."""

SECRET_BYTES: Final = 32
"""The length of a secret that is made here: that of SHA-256's output (RFC 2104, 3)."""

KEY_BYTES: Final = 18
"""How much of the hash is kept: 144 bits, which is 24 characters without padding."""

KEYS_KEPT: Final = 256
"""Keys of the listeners heard last, with their IDs, in memory alone: each takes some 20 turns in a
routine, and hashing an ID takes a tenth of the time of a turn."""

FINGERPRINT: Final = b""
"""What is hashed to recognise a secret: no user's ID, as `key` refuses an empty one."""


class ListenerKeys:
    """Turns user IDs into the keys of a `Store`.

    The secret is `SECRET_VARIABLE` of *environ*, or else the content of *key_file*, which is read,
    or made, at the first use. Raises ValueError where the variable is set but too short.
    """

    def __init__(self, environ: Mapping[str, str], key_file: Path) -> None:
        self._secret = os.fsencode(environ.get(SECRET_VARIABLE, ""))
        if 0 < len(self._secret) < LEAST_SECRET_CHARACTERS:
            raise ValueError(
                f"{SECRET_VARIABLE} has fewer than {LEAST_SECRET_CHARACTERS} characters"
            )
        self._key_file = key_file
        self._mac: hmac.HMAC | None = None
        self._hashed = lru_cache(KEYS_KEPT)(self._hash)

    def key(self, user_id: str) -> str:
        """Return the key of this user: 24 characters, letters, digits, `-` and `_`.

        Raises `StoreError` where the ID is empty, or the secret can be neither read nor made.
        """
        if not user_id:
            raise StoreError("the request names no user")
        return self._hashed(user_id)

    def _hash(self, user_id: str) -> str:
        if self._mac is None:
            self._mac = _mac(self._secret or _secret_of(self._key_file))
        mac = self._mac.copy()  # the secret itself is hashed once
        mac.update(user_id.encode(errors="surrogatepass"))
        return _text(mac)

    def fingerprint(self, *, make: bool) -> str:
        """Return a hash that tells this secret from others; it is no listener's key.

        A key file is read each time, and the first reading is the secret from then on, so that
        processes forked later agree. Only that one makes the file, where *make* allows it. Raises
        `KeyFaultError` where it cannot be read, or has changed.
        """
        if self._mac is None and make and not self._secret:
            _secret_of(self._key_file)
        found = _mac(self._secret or _read(self._key_file))
        if self._mac is None:
            self._mac = found.copy()
        if found.digest() != self._mac.digest():
            raise KeyFaultError(f"{self._key_file}: changed since the skill was started")
        found.update(FINGERPRINT)
        return _text(found)


def _mac(secret: bytes) -> hmac.HMAC:
    return hmac.new(secret, digestmod=hashlib.sha256)


def _text(mac: hmac.HMAC) -> str:
    return base64.urlsafe_b64encode(mac.digest()[:KEY_BYTES]).decode()


def _secret_of(file: Path) -> bytes:
    """Return the secret in *file*; where the file is missing, make it with a new secret."""
    try:
        if not file.exists():
            _make(file)
    except OSError as error:
        raise StoreError(f"{error.filename or file}: {error.strerror}") from error
    return _read(file)


def _read(file: Path) -> bytes:
    try:
        secret = file.read_bytes()
    except OSError as error:
        raise KeyFaultError(f"{error.filename or file}: {error.strerror}") from error
    if len(secret) != SECRET_BYTES:
        raise KeyFaultError(f"{file}: not a key file, as its length is not {SECRET_BYTES} bytes")
    return secret


def _make(file: Path) -> None:
    """Make *file* with a new secret, unless another process has made it first.

    The secret is whole and on the disk before the file has its name.
    """
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as open_:
            open_.write(secrets.token_bytes(SECRET_BYTES))
            open_.flush()
            os.fsync(open_.fileno())
        with suppress(FileExistsError):
            os.link(draft, file)
    finally:
        draft.unlink(missing_ok=True)
