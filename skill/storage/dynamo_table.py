"""One DynamoDB table, with time limits so that each answer or fault comes well within Alexa's 8 s.

Region, credentials and endpoint are those of the environment, as for any of Amazon's tools. The
process needs the permissions GetItem, UpdateItem and DeleteItem on the table, and Query on its
index. The table's partition key is `listener`, a string. The index, `INDEX`, has the items with the
string `passing`, in the order of the number `expires`, and of them the keys only.
"""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final, Literal, Protocol

from skill.storage.store import StoreError

CONNECT_S: Final = 0.4
"""Seconds that one attempt waits for a connection: a choice, as is `READ_S`."""

READ_S: Final = 0.6
"""Seconds that it then waits for an answer. DynamoDB answers in milliseconds (its developer guide:
single-digit)."""

ATTEMPTS: Final = 2
"""With botocore's pause of 50 ms between them, a call ends within 2.1 s. A turn loads and saves."""

RETRY_MODE: Final = "legacy"
"""botocore's mode with the fixed pause. The pause of its standard mode is up to 1 s where requests
are throttled, and up to 5 s more where a response header asks for it."""

SERVICE: Final = "dynamodb"
"""DynamoDB, as botocore calls it."""

SERVICES: Final = (SERVICE, "sts", "sso", "sso-oidc", "signin")
"""All that is asked: DynamoDB, and what botocore asks for credentials."""

KEY: Final = "listener"

INDEX: Final = "passing"
"""The name of the index, and of the attribute that puts an item into it."""

EXPIRES: Final = "expires"
"""When the item is no longer to be found, in seconds since 1970."""

Item = Mapping[str, Any]
"""Attributes by name, each as DynamoDB writes it: `{"S": text}`, `{"N": digits}`, and so on."""

IN_INDEX: Final[Item] = {"S": "yes"}
"""What the attribute `passing` holds."""


class ConditionFailed(Exception):  # noqa: N818 - a condition that does not hold is no error
    """An update's condition does not hold for *item*, which the table has."""

    def __init__(self, item: Item) -> None:
        super().__init__()
        self.item = item


class _Client(Protocol):
    """The methods used of botocore's client, which has no types."""

    def get_item(self, **request: object) -> dict[str, Any]: ...
    def update_item(self, **request: object) -> dict[str, Any]: ...
    def delete_item(self, **request: object) -> dict[str, Any]: ...
    def query(self, **request: object) -> dict[str, Any]: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class _Amazon:
    """botocore's client, and its exceptions; both are imported late."""

    client: _Client
    """Knows region, credentials and endpoint."""
    faults: tuple[type[Exception], ...]
    """What the client raises."""
    no_credentials: type[Exception]
    """The one of them after which a new client is needed to look for credentials again."""


class DynamoTable:
    """The table called *name*. Nothing is connected to before the first use.

    Every fault, from a missing package to a time-out, is a `StoreError`.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._amazon: _Amazon | None = None
        self._connecting = threading.Lock()

    def prepare(self) -> None:
        """Make the client, which may ask for credentials; raises `StoreError`."""
        self._connected()

    def get(self, listener: str) -> Item:
        """Return the item as the last write left it, or an empty one."""
        answer = self._ask("get_item", Key=_key(listener), ConsistentRead=True)
        item: Item = answer.get("Item", {})
        return item

    def passing(self, expires_by: int) -> Iterator[str]:
        """Yield the key of each item in the index that expires by then, in ms since 1970."""
        start: dict[str, object] = {}
        while True:
            page = self._ask(
                "query",
                IndexName=INDEX,
                KeyConditionExpression="#passing = :passing AND #expires <= :expires_by",
                ExpressionAttributeNames={"#passing": INDEX, "#expires": EXPIRES},
                ExpressionAttributeValues={
                    ":passing": IN_INDEX,
                    ":expires_by": seconds(expires_by),
                },
                **start,
            )
            for item in page["Items"]:
                yield item[KEY]["S"]
            if "LastEvaluatedKey" not in page:
                return
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    def update(
        self,
        listener: str,
        *,
        update: str,
        condition: str,
        values: Mapping[str, object],
        attributes: tuple[str, ...],
    ) -> None:
        """Change the item in one step, or raise `ConditionFailed` where *condition* does not hold.

        The expressions write each of *attributes* as `#name`, as DynamoDB reserves many names.
        """
        self._ask(
            "update_item",
            Key=_key(listener),
            UpdateExpression=update,
            ConditionExpression=condition,
            ExpressionAttributeNames={f"#{name}": name for name in attributes},
            ExpressionAttributeValues=values,
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )

    def delete(self, listener: str) -> None:
        """Delete the item, if there is one."""
        self._ask("delete_item", Key=_key(listener))

    def close(self) -> None:
        """Close the connections; a later use connects anew, with the same client."""
        with self._connecting:
            if self._amazon:
                self._amazon.client.close()

    def _ask(
        self,
        operation: Literal["get_item", "update_item", "delete_item", "query"],
        **request: object,
    ) -> dict[str, Any]:
        amazon = self._connected()
        ask = getattr(amazon.client, operation)
        try:
            answer: dict[str, Any] = ask(TableName=self._name, **request)
        except amazon.faults as error:
            # Where no answer came, some faults have no response, and others have None.
            response: dict[str, Any] = getattr(error, "response", None) or {}
            code = response.get("Error", {}).get("Code", type(error).__name__)
            if code == "ConditionalCheckFailedException":
                raise ConditionFailed(response.get("Item", {})) from error
            if isinstance(error, amazon.no_credentials):
                with self._connecting:
                    self._amazon = None  # another client will look for credentials again
            raise StoreError(f"the table {self._name} cannot be used: {code}") from error
        return answer

    def _connected(self) -> _Amazon:
        with self._connecting:
            if self._amazon is None:
                self._amazon = _connect()
            return self._amazon


def _connect() -> _Amazon:
    """Build a client of botocore's: what boto3 adds to it takes time to start, and is not used.

    It is imported here, as a skill without DynamoDB runs without it.
    """
    try:
        session = import_module("botocore.session").get_session()
        loaders = import_module("botocore.loaders")
        config = import_module("botocore.config")
        exceptions = import_module("botocore.exceptions")
    except ImportError as error:
        raise StoreError("DynamoDB needs the package boto3, which is not installed") from error
    try:
        loader = loaders.create_loader(session.get_config_variable("data_path"))
        # Else botocore looks through the folders of its 400 services, twice.
        loader.list_available_services = lambda type_name: SERVICES  # noqa: ARG005 - its interface
        session.register_component("data_loader", loader)
        client = session.create_client(
            SERVICE,
            config=config.Config(
                connect_timeout=CONNECT_S,
                read_timeout=READ_S,
                retries={"mode": RETRY_MODE, "total_max_attempts": ATTEMPTS},
            ),
        )
    except (exceptions.BotoCoreError, ValueError) as error:
        raise StoreError(f"DynamoDB cannot be set up: {error}") from error
    return _Amazon(
        client,
        (exceptions.BotoCoreError, exceptions.ClientError),
        exceptions.NoCredentialsError,
    )


def _key(listener: str) -> Item:
    return {KEY: {"S": listener}}


def number(item: Item, name: str) -> int | None:
    """Return the whole number under *name*; None where there is none."""
    digits = item.get(name, {}).get("N", "")
    return int(digits) if digits.isdecimal() else None


def seconds(ms: int) -> Item:
    """Return a time in milliseconds as an attribute in seconds."""
    return {"N": str(ms // 1000)}
