"""The SDK's response models to JSON, as its `DefaultSerializer` does it, at a tenth of the time."""

from datetime import date
from enum import Enum
from typing import Any, Final, Self


class PlainJson(dict[str, Any]):
    """A JSON object that holds no model and that nobody changes, such as the session attributes.

    The SDK makes a deep copy of those for every request, by recursion, which fails where they are
    nested some 500 levels deep: a listener's session would end with a fault. So a copy is the
    object itself.
    """

    def __deepcopy__(self, _: object) -> Self:
        """Give this object: it never changes."""
        return self


PLAIN: Final = frozenset({type(None), bool, int, float, str, PlainJson})
"""The types that are JSON as they are."""


def to_json(value: Any) -> Any:  # noqa: ANN401 - models, of which the SDK has no common type, and JSON
    """Make of a model, or of a list or dict with models in it, what JSON can hold.

    Attributes that are None are left out. Raises `AttributeError` for a value that is neither a
    model nor JSON.
    """
    if type(value) in PLAIN:
        return value
    names = getattr(value, "attribute_map", None)
    if names is not None:
        return {
            key: given if type(given) in PLAIN else to_json(given)
            for name, key in names.items()
            if (given := getattr(value, name)) is not None
        }
    if isinstance(value, list):
        return [to_json(each) for each in value]
    if isinstance(value, dict):
        return {key: to_json(each) for key, each in value.items()}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    raise AttributeError(f"{type(value).__name__} is neither a model nor JSON")
