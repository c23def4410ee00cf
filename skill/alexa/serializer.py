"""Alexa's JSON to the SDK's models and back: the SDK's own results, at a fraction of their cost.

`DefaultSerializer` finds out what a model is made of, and looks its classes up by name, again for
every value of every request. The models never change, so here each is looked at once. What has the
usual shape is read by such a plan, and all else is left to `DefaultSerializer` itself: odd values
give the same models or the same errors. Three things differ: a moment in UTC has Python's own time
zone and not dateutil's, and is the same moment; a dict of no models is `PlainJson`; and a model
with a key such as `__dict__` is refused.
"""

import json
import re
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from enum import Enum
from importlib import import_module
from typing import Any, Final, Self

from ask_sdk_core.exceptions import SerializationException
from ask_sdk_core.serialize import DefaultSerializer

Convert = Callable[[Any], Any]

USUAL: Final[dict[object, tuple[Convert, set[type]]]] = {
    str: (str, {str}),
    int: (int, {int}),
    float: (float, {float, int}),
    bool: (bool, {bool}),
}
"""How a value of each native type is made, and of which types of JSON's."""

STAMP: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z", re.ASCII)
"""How Alexa writes every moment (Amazon, request reference: ISO 8601, in UTC)."""


MISSING: Final = ...
"""Nothing stands under a key: no JSON is that, nor of its type."""


class PlainJson(dict[str, Any]):
    """JSON as it came or as it goes, with no model in it and nobody to change it.

    So nobody has to look through it, and a copy is the same one: the SDK copies the session
    attributes at every request.
    """

    def __deepcopy__(self, _: object) -> Self:
        """Give itself, for there is nothing to keep apart."""
        return self


AS_IT_IS: Final = frozenset({str, int, float, bool, PlainJson})
"""The types that are JSON already; most values are of one of them, and no call is spent on it."""


class PlannedSerializer(DefaultSerializer):
    """To be set as a skill's `serializer`; safe to share by threads.

    It keeps a plan for each type that it has met: of models, those that Alexa sent and the skill
    answered with. Of the models in *wanted*, only those attributes are read; the rest stay None.
    """

    def __init__(self, wanted: Mapping[type, Collection[str]] | None = None) -> None:
        self._wanted = wanted or {}
        self._readers: dict[object, Convert] = {}
        self._writers: dict[type, Convert] = {}

    def deserialize(self, payload: str | bytes | None, obj_type: object) -> Any:  # noqa: ANN401 - of obj_type
        """Make the value of *obj_type* that *payload*, JSON, describes; None where that is None.

        Raises `SerializationException` where it describes none.
        """
        if payload is None:
            return None
        try:
            parsed = json.loads(payload)
        except (ValueError, RecursionError) as fault:
            raise SerializationException(f"not JSON: {fault}") from fault
        return self.read(parsed, obj_type)

    def read(self, parsed: object, obj_type: object) -> Any:  # noqa: ANN401 - of obj_type
        """Do as `deserialize` with JSON that is *parsed* already."""
        if parsed is None:
            return None
        read = self._readers.get(obj_type)
        if read is None:
            read = self._readers[obj_type] = self._reader(obj_type)
        return read(parsed)

    def serialize(self, obj: object) -> Any:  # noqa: ANN401 - whatever JSON can hold
        """Make of *obj* what JSON can hold: its models become dicts, without what is None."""
        write = self._writers.get(type(obj))
        if write is None:
            write = self._writers[type(obj)] = self._writer(type(obj))
        return write(obj)

    # Reading, type by type. A type inside another is planned when a value of it is first met.

    def _reader(self, obj_type: object) -> Convert:
        as_the_sdk_does = self._as_the_sdk_does(obj_type)
        if isinstance(obj_type, str):
            if inside := re.fullmatch(r"list\[([^,]*)\]", obj_type):
                return self._list_reader(inside[1], as_the_sdk_does)
            if inside := re.fullmatch(r"dict\([^,]*, (.*)\)", obj_type):
                return self._dict_reader(inside[1], as_the_sdk_does)
            if obj_type.startswith(("list[", "dict(")):
                return as_the_sdk_does
            obj_type = self.NATIVE_TYPES_MAPPING.get(obj_type) or _model(obj_type)
        return self._class_reader(obj_type, as_the_sdk_does)

    def _class_reader(self, obj_type: object, as_the_sdk_does: Convert) -> Convert:
        if obj_type is object:
            return _itself
        if obj_type in USUAL:
            cast, usual = USUAL[obj_type]
            return lambda parsed: cast(parsed) if type(parsed) in usual else as_the_sdk_does(parsed)
        if obj_type is datetime:
            return lambda parsed: _moment(parsed) or as_the_sdk_does(parsed)
        if isinstance(obj_type, type) and issubclass(obj_type, Enum):
            members = {member.value: member for member in obj_type}
            return lambda parsed: (
                members[parsed]
                if type(parsed) is str and parsed in members
                else as_the_sdk_does(parsed)
            )
        if _is_planned(obj_type):
            by_type = hasattr(obj_type, "get_real_child_model")
            reader = self._reader_by_type if by_type else self._model_reader
            return reader(obj_type, as_the_sdk_does)
        return as_the_sdk_does

    def _as_the_sdk_does(self, obj_type: object) -> Convert:
        plain = super().deserialize
        return lambda parsed: plain(json.dumps(parsed), obj_type)

    def _list_reader(self, inside: str, as_the_sdk_does: Convert) -> Convert:
        def read(parsed: object) -> object:
            if type(parsed) is not list:
                return as_the_sdk_does(parsed)
            return [self.read(each, inside) for each in parsed]

        return read

    def _dict_reader(self, inside: str, as_the_sdk_does: Convert) -> Convert:
        if inside == "object":
            return lambda parsed: (
                PlainJson(parsed) if type(parsed) is dict else as_the_sdk_does(parsed)
            )

        def read(parsed: object) -> object:
            if type(parsed) is not dict:
                return as_the_sdk_does(parsed)
            return {key: self.read(each, inside) for key, each in parsed.items()}

        return read

    def _model_reader(self, model: Any, as_the_sdk_does: Convert) -> Convert:  # noqa: ANN401 - the SDK has no type for its models
        known = frozenset(model.attribute_map.values())
        wanted = self._wanted.get(model, model.attribute_map.keys())
        fields = [
            (
                model.attribute_map[attribute],
                attribute,
                obj_type,
                self.NATIVE_TYPES_MAPPING.get(obj_type),
            )
            for attribute, obj_type in model.deserialized_types.items()
            if attribute in wanted
        ]
        empty = vars(model())
        readers = self._readers

        def read(parsed: Any) -> object:  # noqa: ANN401 - whatever JSON can hold
            if type(parsed) is not dict:
                return as_the_sdk_does(parsed)
            made = model.__new__(model)
            made.__dict__ = values = empty.copy()
            try:
                for key, attribute, obj_type, native in fields:
                    value = parsed.get(key, MISSING)
                    if type(value) is native or value is None:  # as most are, and no call is spent
                        values[attribute] = value
                    elif value is not MISSING:
                        inside = readers.get(obj_type)
                        values[attribute] = inside(value) if inside else self.read(value, obj_type)
                if not parsed.keys() <= known:
                    _set_strange(made, parsed, known)
            except SerializationException:
                raise
            except Exception as fault:  # whatever it is, the SDK has one kind for it
                raise SerializationException(str(fault)) from fault
            return made

        return read

    def _reader_by_type(self, model: Any, as_the_sdk_does: Convert) -> Convert:  # noqa: ANN401 - the same
        """For a model that stands for several: the JSON itself names the one it is."""
        readers: dict[str, Convert] = {}

        def read(parsed: object) -> object:
            if type(parsed) is not dict:
                return as_the_sdk_does(parsed)
            try:
                name = model.get_real_child_model(parsed)
            except Exception as fault:  # the same
                raise SerializationException(str(fault)) from fault
            if name not in readers:
                readers[name] = self._model_reader(_model(name), as_the_sdk_does)
            return readers[name](parsed)

        return read

    # Writing.

    def _writer(self, kind: type) -> Convert:
        if kind is PlainJson or issubclass(kind, self.PRIMITIVE_TYPES):
            return _itself
        if kind is list:
            return lambda given: [self.serialize(each) for each in given]
        if kind is dict:
            return lambda given: {key: self.serialize(each) for key, each in given.items()}
        if _is_planned(kind):
            return self._model_writer(kind)
        return super().serialize

    def _model_writer(self, model: Any) -> Convert:  # noqa: ANN401 - the SDK has no type for its models
        names = [(name, model.attribute_map[name]) for name in model.deserialized_types]

        def write(given: object) -> object:
            return {
                key: value if type(value) in AS_IT_IS else self.serialize(value)
                for name, key in names
                if (value := getattr(given, name)) is not None
            }

        return write


def _set_strange(made: object, parsed: dict[str, Any], known: frozenset[str]) -> None:
    """Keep what no attribute is for, last of all, as it may have the name of one."""
    for key in parsed.keys() - known:
        if key.startswith("__"):  # or of one that takes the place of all others
            raise SerializationException("a name that Python keeps for itself")
        setattr(made, key, parsed[key])


def _is_planned(kind: object) -> bool:
    """It is a model like all of the SDK's: each attribute has a type, and a key in the JSON.

    `DefaultSerializer` completes others, in the class itself.
    """
    types, keys = getattr(kind, "deserialized_types", None), getattr(kind, "attribute_map", {})
    return types is not None and types.keys() == keys.keys() and len({*keys.values()}) == len(keys)


def _itself(value: object) -> object:
    return value


def _moment(parsed: object) -> datetime | None:
    """Read a moment as Alexa writes it; None where it is written otherwise, or is none."""
    if not isinstance(parsed, str) or not STAMP.fullmatch(parsed):
        return None
    try:
        return datetime.fromisoformat(parsed)
    except ValueError:
        return None  # the SDK shall say why


def _model(name: str | None) -> Any:  # noqa: ANN401 - a class of the SDK's, which has no type for them
    """Import the model called *name*; raises `SerializationException` where there is none."""
    module, _, model = (name or "").rpartition(".")
    try:
        return getattr(import_module(module), model)
    except (ImportError, AttributeError, ValueError) as fault:
        raise SerializationException(f"no model is called {name}") from fault
