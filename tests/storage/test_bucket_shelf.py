"""Recordings in a bucket; Amazon's own client, with its stubber in place of the network."""

import io
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from skill.recording.shelf import ShelfError
from skill.storage.bucket_shelf import SIGNED_S, BucketShelf

AMAZON = {
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "id",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_CONFIG_FILE": "none",
    "AWS_SHARED_CREDENTIALS_FILE": "none",
    "AWS_EC2_METADATA_DISABLED": "true",
}


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> BucketShelf:
    for name, value in AMAZON.items():
        monkeypatch.setenv(name, value)
    return BucketShelf("feet")


def stubbed(shelf: BucketShelf) -> Any:  # noqa: ANN401 - Amazon's package has no types
    return import_module("botocore.stub").Stubber(shelf._client())  # noqa: SLF001 - its own client


def test_an_address_is_signed_for_two_hours_without_asking(shelf: BucketShelf) -> None:
    address = urlsplit(shelf.address("en-US-0123456789ab"))
    query = parse_qs(address.query)

    assert address.scheme == "https"
    assert address.hostname
    assert address.hostname.startswith("feet.s3")
    assert address.path == "/en-US-0123456789ab.mp3"
    assert query["X-Amz-Expires"] == [str(SIGNED_S)] == ["7200"]
    assert query["X-Amz-Signature"]


def test_a_file_is_read_and_a_missing_one_is_none(shelf: BucketShelf) -> None:
    with stubbed(shelf) as amazon:
        wanted = {"Bucket": "feet", "Key": "index.json"}
        amazon.add_response("get_object", {"Body": io.BytesIO(b"{}")}, wanted)
        amazon.add_client_error("get_object", "NoSuchKey")

        assert shelf.content("index.json") == b"{}"
        assert shelf.recordings() == ()


def test_a_bucket_that_cannot_be_read_is_a_fault_of_one_line(shelf: BucketShelf) -> None:
    with stubbed(shelf) as amazon:
        amazon.add_client_error("get_object", "AccessDenied")
        with pytest.raises(ShelfError, match="the bucket feet cannot be read: AccessDenied"):
            shelf.recordings()
