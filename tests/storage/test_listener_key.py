import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from skill.storage.listener_key import (
    LEAST_SECRET_CHARACTERS,
    SECRET_BYTES,
    SECRET_VARIABLE,
    ListenerKeys,
)
from skill.storage.store import StoreError

NO_FILE = Path("/dev/null/none")
USER = "amzn1.ask.account.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
LONG_ENOUGH = "a secret that is just long enough"

users = st.text(st.characters(exclude_categories=()), min_size=1)
"""Also with half a surrogate pair, which JSON can name alone and UTF-8 cannot write."""


def keys_of(secret: str) -> ListenerKeys:
    return ListenerKeys({SECRET_VARIABLE: secret}, NO_FILE)


def test_a_key_is_the_same_for_ever() -> None:
    """HMAC-SHA-256, 18 bytes of it, as openssl gives it: an upgrade must find everybody's rows."""
    assert keys_of(LONG_ENOUGH).key(USER) == "0H6SlBgUR3mRraEIebf44cOl"


@given(user=users)
@example(user="\ud83d")
def test_a_key_is_short_and_tells_nothing_of_the_user(user: str) -> None:
    key = keys_of(LONG_ENOUGH).key(user)

    assert re.fullmatch(r"[\w-]{24}", key, re.ASCII)
    assert key == keys_of(LONG_ENOUGH).key(user)
    assert key != keys_of(LONG_ENOUGH[::-1]).key(user)


@given(user=users, other=users)
def test_no_two_users_share_a_key(user: str, other: str) -> None:
    keys = keys_of(LONG_ENOUGH)

    assert (keys.key(user) == keys.key(other)) == (user == other)


def test_without_a_user_nothing_can_be_kept() -> None:
    """All requests that name nobody would share one row."""
    with pytest.raises(StoreError, match=r"^the request names no user$"):
        keys_of(LONG_ENOUGH).key("")


def test_a_secret_that_can_be_guessed_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match=f"^{SECRET_VARIABLE} has fewer than 32 characters$"):
        keys_of("x" * (LEAST_SECRET_CHARACTERS - 1))


@pytest.mark.parametrize("environ", [{}, {SECRET_VARIABLE: ""}], ids=["unset", "empty"])
def test_without_a_variable_a_secret_is_made_and_kept(
    environ: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "kept" / "foot.key"
    key = ListenerKeys(environ, file).key(USER)

    assert file.stat().st_size == SECRET_BYTES
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert list(file.parent.iterdir()) == [file]
    assert ListenerKeys(environ, file).key(USER) == key
    assert ListenerKeys(environ, tmp_path / "other.key").key(USER) != key


def test_all_who_make_the_secret_at_once_have_the_same(tmp_path: Path) -> None:
    start = Barrier(8)

    def key(_: int) -> str:
        start.wait()
        return ListenerKeys({}, tmp_path / "foot.key").key(USER)

    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(key, range(8)))

    assert len(keys) == 1


@pytest.mark.parametrize("found", [b"", b"x" * (SECRET_BYTES - 1), b"x" * (SECRET_BYTES + 1)])
def test_a_file_that_is_no_secret_is_named_and_left_alone(tmp_path: Path, found: bytes) -> None:
    """Whose rows would be found under a new one? And when it is mended, that is used at once."""
    file = tmp_path / "foot.key"
    file.write_bytes(found)
    keys = ListenerKeys({}, file)
    with pytest.raises(StoreError, match=f"^{file}: not a key file") as raised:
        keys.key(USER)

    assert USER not in str(raised.value)
    assert file.read_bytes() == found
    file.write_bytes(os.urandom(SECRET_BYTES))
    assert keys.key(USER)


def test_a_secret_that_cannot_be_read_or_made_is_told() -> None:
    with pytest.raises(StoreError, match=r"^/dev/null: File exists$") as raised:
        ListenerKeys({}, NO_FILE).key(USER)

    assert USER not in str(raised.value)
