"""Canonical MessagePack, and shapes that say exactly what may stand in it.

protocol.md, "Conventions": the shortest encoding of every value, sorted map keys, no duplicate
keys, no ext types, no floats. What a peer sends is decoded, held against a shape, encoded again
and compared. The errors name the rule and never repeat a value.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

import msgpack

from .errors import RemoteProtocolError

U64 = 2**64 - 1


class Shape(Protocol):
    """What a decoded value must be: an exact type (a bool is no integer) within bounds."""

    def check_untrusted(self, value: object, name: str) -> None:
        """Raise RemoteProtocolError, with ``name`` in it, unless ``value`` has this shape."""


def _require(fits: bool, name: str, wanted: str) -> None:
    if not fits:
        raise RemoteProtocolError(f"{name} is not {wanted}")


@dataclass(frozen=True)
class Exactly:
    """One value: an integer, a str, or None for nil."""

    value: int | str | None

    def check_untrusted(self, value: object, name: str) -> None:
        fits = type(value) is type(self.value) and value == self.value
        _require(fits, name, f"the value {self.value!r}")


@dataclass(frozen=True)
class Boolean:
    """true or false."""

    def check_untrusted(self, value: object, name: str) -> None:
        _require(type(value) is bool, name, "a boolean")


@dataclass(frozen=True)
class Integer:
    """An integer from ``low`` to ``high``, both included."""

    low: int
    high: int = U64

    def check_untrusted(self, value: object, name: str) -> None:
        fits = type(value) is int and self.low <= value <= self.high
        _require(fits, name, f"an integer from {self.low} to {self.high}")


@dataclass(frozen=True)
class Binary:
    """A bin of ``low`` to ``high`` bytes."""

    low: int
    high: int

    def check_untrusted(self, value: object, name: str) -> None:
        fits = type(value) is bytes and self.low <= len(value) <= self.high
        _require(fits, name, f"a bin of {self.low} to {self.high} bytes")


@dataclass(frozen=True)
class Text:
    """A str of ``low`` to ``high`` code points."""

    low: int
    high: int

    def check_untrusted(self, value: object, name: str) -> None:
        fits = type(value) is str and self.low <= len(value) <= self.high
        _require(fits, name, f"a str of {self.low} to {self.high} code points")


class Array:
    """An array of these elements; their names are for the errors alone."""

    def __init__(self, **elements: Shape) -> None:
        self._elements = tuple(elements.items())

    def check_untrusted(self, value: object, name: str) -> None:
        size = len(self._elements)
        if type(value) is not list or len(value) != size:
            raise RemoteProtocolError(f"{name} is not an array of {size}")
        for (element_name, shape), element in zip(self._elements, value, strict=True):
            shape.check_untrusted(element, element_name)


@dataclass(frozen=True)
class Several:
    """An array of any number of elements, all of one shape."""

    element: Shape

    def check_untrusted(self, value: object, name: str) -> None:
        if type(value) is not list:
            raise RemoteProtocolError(f"{name} is not an array")
        for element in value:
            self.element.check_untrusted(element, f"an element of {name}")


@dataclass(frozen=True)
class Optional:
    """nil, or a value of this shape."""

    shape: Shape

    def check_untrusted(self, value: object, name: str) -> None:
        if value is not None:
            self.shape.check_untrusted(value, name)


@dataclass(frozen=True)
class Tagged:
    """An array whose first element, an integer, says which of these shapes the whole has."""

    kinds: Mapping[int, Shape]

    def check_untrusted(self, value: object, name: str) -> None:
        if type(value) is not list or not value or type(value[0]) is not int:
            raise RemoteProtocolError(f"{name} is not an array that begins with its type")
        shape = self.kinds.get(value[0])
        if shape is None:
            raise RemoteProtocolError(f"{name} is of an unknown type")
        shape.check_untrusted(value, name)


@dataclass(frozen=True)
class Map:
    """A map of str to ``values`` with at least the keys of ``required``, each with its shape."""

    required: Mapping[str, Shape]
    values: Shape

    def check_untrusted(self, value: object, name: str) -> None:
        if type(value) is not dict or any(type(key) is not str for key in value):
            raise RemoteProtocolError(f"{name} is not a map with str keys")
        for key, shape in self.required.items():
            shape.check_untrusted(value.get(key), key)
        for element in value.values():
            self.values.check_untrusted(element, f"a value in {name}")


def _sorted(value: Any) -> Any:
    """The same value with sorted map keys. Code point order is UTF-8 byte order."""
    if type(value) is dict:
        return {key: _sorted(value[key]) for key in sorted(value)}
    if type(value) in (list, tuple):
        return [_sorted(element) for element in value]
    return value


def pack(value: Any) -> bytes:
    """The canonical encoding of nil, bool, int, str, bytes, and lists, tuples, maps of them."""
    packed: bytes = msgpack.packb(_sorted(value))
    return packed


def unpack_untrusted(data: bytes, *, max_len: int, shape: Shape, name: str) -> Any:
    """Decode one value of the given shape, the whole of ``data``, at most ``max_len`` bytes.

    Arrays come as lists. ``name`` is what the errors call it. Raises RemoteProtocolError.
    """
    if len(data) > max_len:
        raise RemoteProtocolError(f"{name} is longer than {max_len} bytes")
    value = _unpack_untrusted(data, name)
    # The shape goes first: it bounds the depth, so that encoding again cannot run out of stack.
    shape.check_untrusted(value, name)
    if pack(value) != data:
        raise RemoteProtocolError(f"{name} is not in canonical form")
    return value


def _no_ext(code: int, data: bytes) -> None:
    """Refuse what ``max_ext_len=0`` lets through: an ext of no bytes."""
    raise ValueError


def _unpack_untrusted(data: bytes, name: str) -> Any:
    size = len(data)
    # The library's errors hold the peer's bytes, and one that is raised while another is handled
    # carries it along: so ours is raised outside the block.
    with suppress(ValueError):
        return msgpack.unpackb(
            data,
            max_array_len=size,
            max_map_len=size,
            max_str_len=size,
            max_bin_len=size,
            max_ext_len=0,
            ext_hook=_no_ext,
        )
    raise RemoteProtocolError(f"{name} is not one MessagePack value")
