"""The recordings of a private bucket of S3, each address signed for the one play it is for.

Region, credentials and endpoint are those of the environment, as for `DynamoTable`. The process
needs the permissions GetObject and ListBucket; without the latter S3 does not say that a file is
missing.
"""

import threading
from importlib import import_module
from typing import Any, Final

from skill.recording.shelf import Shelf, ShelfError
from skill.storage.dynamo_table import CONNECT_S, READ_S

SIGNED_S: Final = 2 * 60 * 60
"""Seconds that an address is good for: a routine with long pauses in it."""

ATTEMPTS: Final = 1
"""A turn asks the bucket three times at most, and the table twice, within Alexa's 8 s."""

MISSING: Final = frozenset({"NoSuchKey", "404"})


class BucketShelf(Shelf):
    """The recordings in the bucket called *name*. Nothing is connected to before the first use."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._kept: Any = None  # botocore's client, which has no types
        self._connecting = threading.Lock()

    def content(self, file: str) -> bytes | None:
        """The content of a *file* in the bucket."""
        exceptions = import_module("botocore.exceptions")
        try:
            written: bytes = self._client().get_object(Bucket=self._name, Key=file)["Body"].read()
        except exceptions.ClientError as fault:
            code = fault.response.get("Error", {}).get("Code", "")
            if code in MISSING:
                return None
            raise ShelfError(f"the bucket {self._name} cannot be read: {code}") from fault
        except exceptions.BotoCoreError as fault:
            raise ShelfError(f"the bucket {self._name} cannot be read: {fault}") from fault
        return written

    def address(self, name: str) -> str:
        """An address that is good for `SIGNED_S`; it is made without asking S3."""
        exceptions = import_module("botocore.exceptions")
        try:
            signed: str = self._client().generate_presigned_url(
                "get_object",
                Params={"Bucket": self._name, "Key": f"{name}.mp3"},
                ExpiresIn=SIGNED_S,
            )
        except exceptions.BotoCoreError as fault:
            raise ShelfError(f"no address can be signed: {fault}") from fault
        return signed

    def _client(self) -> Any:  # noqa: ANN401 - botocore's
        with self._connecting:
            if self._kept is None:
                config = import_module("botocore.config").Config(
                    signature_version="s3v4",
                    connect_timeout=CONNECT_S,
                    read_timeout=READ_S,
                    retries={"total_max_attempts": ATTEMPTS},
                )
                self._kept = (
                    import_module("botocore.session")
                    .get_session()
                    .create_client("s3", config=config)
                )
            return self._kept
