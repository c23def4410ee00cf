"""A DynamoDB that speaks Amazon's protocol over HTTP on loopback, in a process of its own.

It answers one request at a time, as moto looks at a write's condition and writes in two steps that
threads could get between; DynamoDB itself does both at once.
"""

import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from threading import Thread
from typing import Any

from werkzeug.serving import make_server

TABLE = "foot-routine"


@contextmanager
def running_dynamo() -> Iterator[str]:
    """Run the server, with the store's table in it, and yield its URL.

    It ends with its standard input, so it does not outlive the tests however they end.
    """
    with subprocess.Popen(  # noqa: S603 - this very file
        [sys.executable, __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout
        url = server.stdout.readline().strip()
        assert url, "the DynamoDB server did not start"
        create_table(url, TABLE, "listener", index="passing")
        yield url
        server.communicate()


def amazon_environment(url: str) -> dict[str, str]:
    """Return the variables that lead Amazon's tools to *url*, and to nothing of this machine."""
    return {
        "AWS_ENDPOINT_URL_DYNAMODB": url,
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "id",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_CONFIG_FILE": "none",
        "AWS_SHARED_CREDENTIALS_FILE": "none",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


@cache
def client(url: str) -> Any:  # noqa: ANN401 - Amazon's package has no types
    """Return boto3's own client, to see and to spoil what a store keeps.

    One for each *url*, as it takes long to make; it connects anew after it was closed.
    """
    return import_module("boto3").client(
        "dynamodb",
        endpoint_url=url,
        region_name="eu-west-1",
        aws_access_key_id="id",
        aws_secret_access_key="secret",  # noqa: S106 - nobody's
    )


def create_table(url: str, name: str, key: str, index: str = "") -> None:
    """Make a table whose items are found by the string *key*.

    The *index* has those with the attribute of that name, in the order of `expires`, as the
    template's table has it.
    """
    attributes = [(key, "S"), *([(index, "S"), ("expires", "N")] if index else ())]
    keys = [{"AttributeName": index, "KeyType": "HASH"}]
    keys += [{"AttributeName": "expires", "KeyType": "RANGE"}]
    keys_only = {"ProjectionType": "KEYS_ONLY"}
    indexes = [{"IndexName": index, "KeySchema": keys, "Projection": keys_only}]
    dynamo = client(url)
    dynamo.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
        AttributeDefinitions=[
            {"AttributeName": each, "AttributeType": kind} for each, kind in attributes
        ],
        BillingMode="PAY_PER_REQUEST",
        **({"GlobalSecondaryIndexes": indexes} if index else {}),
    )
    dynamo.close()


def main() -> None:
    """Serve until standard input ends."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    moto = import_module("moto.moto_server.werkzeug_app")  # it changes boto3 where it is imported
    server = make_server("127.0.0.1", 0, moto.DomainDispatcherApplication(moto.create_backend_app))
    Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(f"http://127.0.0.1:{server.port}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
