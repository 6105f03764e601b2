"""What is not canonical, or not of the shape, is one RemoteProtocolError that repeats nothing."""

import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrechat_tui.protocol.errors import RemoteProtocolError
from entrechat_tui.protocol.strict import (
    U64,
    Array,
    Binary,
    Boolean,
    Exactly,
    Integer,
    Map,
    Optional,
    Several,
    Shape,
    Tagged,
    Text,
    pack,
    unpack_untrusted,
)


class Anything:
    """Lets the decoder's own rules alone decide."""

    def check_untrusted(self, value: object, name: str) -> None:
        pass


EVERYTHING = Array(
    nothing=Exactly(None),
    protocol=Exactly("entrechat"),
    yes=Boolean(),
    number=Integer(0),
    key=Binary(4, 4),
    name=Text(1, 5),
    extra=Map({"key": Binary(1, 3)}, Binary(0, 300)),
    frame=Tagged({1: Array(type=Exactly(1)), 2: Array(type=Exactly(2), id=Integer(1, 9))}),
)
VALUE = [None, "entrechat", True, 300, b"abcd", "héé", {"b": b"", "key": b"12"}, [2, 7]]


def refused(data: bytes, shape: Shape, max_len: int = 5000) -> str:
    with pytest.raises(RemoteProtocolError) as caught:
        unpack_untrusted(data, max_len=max_len, shape=shape, name="thing")
    assert type(caught.value) is RemoteProtocolError
    # A traceback prints what hangs on an error, and the library's errors hold the input.
    assert caught.value.__context__ is None
    return str(caught.value)


def test_round_trip() -> None:
    assert unpack_untrusted(pack(VALUE), max_len=99, shape=EVERYTHING, name="thing") == VALUE


def test_map_keys_are_packed_sorted() -> None:
    keys = ["z", "é", "a", "\U0001f600", "\uffee", "aa"]
    packed = pack({"outer": (dict.fromkeys(keys, 1),)})
    found = [packed.index(key.encode() + b"\x01") for key in sorted(keys, key=str.encode)]
    assert found == sorted(found)


def test_every_truncation_and_every_byte_behind_is_refused() -> None:
    whole = pack(VALUE)
    for end in range(len(whole)):
        assert refused(whole[:end], EVERYTHING) == "thing is not one MessagePack value"
    for byte in range(256):
        assert refused(whole + bytes([byte]), EVERYTHING) == "thing is not one MessagePack value"


def test_too_long_is_refused_before_decoding() -> None:
    assert refused(b"\xc1" * 11, Anything(), max_len=10) == "thing is longer than 10 bytes"


NOT_CANONICAL = {
    "uint 8 for a fixint": b"\xcc\x7f",
    "uint 16 for a fixint": b"\xcd\x00\x01",
    "uint 16 for a uint 8": b"\xcd\x00\xff",
    "uint 32 for a uint 16": b"\xce\x00\x00\xff\xff",
    "uint 64 for a uint 32": b"\xcf\x00\x00\x00\x00\xff\xff\xff\xff",
    "int 8 for a fixint": b"\xd0\x01",
    "int 8 for a negative fixint": b"\xd0\xff",
    "int 16 for a uint 8": b"\xd1\x00\xff",
    "int 32 for a uint 16": b"\xd2\x00\x00\x01\x00",
    "int 64 for a uint 16": b"\xd3\x00\x00\x00\x00\x00\x00\x01\x00",
    "int 64 for a negative fixint": b"\xd3" + b"\xff" * 8,
    "str 8 for a fixstr": b"\xd9\x01A",
    "str 16 for a fixstr": b"\xda\x00\x01A",
    "str 16 for a str 8": b"\xda\x00\xff" + b"A" * 255,
    "str 32 for a fixstr": b"\xdb\x00\x00\x00\x01A",
    "bin 16 for a bin 8": b"\xc5\x00\x01A",
    "bin 32 for a bin 8": b"\xc6\x00\x00\x00\x01A",
    "array 16 for a fixarray": b"\xdc\x00\x01\x01",
    "array 32 for a fixarray": b"\xdd\x00\x00\x00\x01\x01",
    "map 16 for a fixmap": b"\xde\x00\x01\xa1A\x01",
    "map 32 for a fixmap": b"\xdf\x00\x00\x00\x01\xa1A\x01",
    "keys out of order": b"\x82\xa1B\x01\xa1A\x01",
    "keys out of order within": b"\x91\x81\xa1A\x82\xa1B\x01\xa1A\x01",
    "a key twice": b"\x82\xa1A\x01\xa1A\x01",
    "a key twice, with another value": b"\x82\xa1A\x01\xa1A\x02",
}


@pytest.mark.parametrize("data", NOT_CANONICAL.values(), ids=NOT_CANONICAL.keys())
def test_a_second_encoding_of_a_value_is_refused(data: bytes) -> None:
    assert refused(data, Anything()) == "thing is not in canonical form"


NOT_A_VALUE = {
    "nothing": b"",
    "the reserved byte": b"\xc1",
    "two values": b"\x01\x01",
    "ext of no bytes": b"\xc7\x00\x05",
    "ext 8": b"\xc7\x03\x05AAA",
    "ext 16": b"\xc8\x00\x03\x05AAA",
    "ext 32": b"\xc9\x00\x00\x00\x03\x05AAA",
    "fixext 1": b"\xd4\x05A",
    "fixext 16": b"\xd8\x05" + b"A" * 16,
    "timestamp 32": b"\xd6\xff" + b"A" * 4,
    "timestamp 64": b"\xd7\xff" + b"A" * 8,
    "timestamp 96": b"\xc7\x0c\xff" + b"A" * 12,
    "timestamp of no bytes": b"\xc7\x00\xff",
    "str that is not UTF-8": b"\xa4\xff\xfeAA",
    "str with a surrogate": b"\xa3\xed\xa0\x80",
    "str with an overlong form": b"\xa2\xc1\x81",
    "an integer as a key": b"\x81\x01\x01",
    "nil as a key": b"\x81\xc0\x01",
    "an array as a key": b"\x81\x90\x01",
    "a nest of 1,100 arrays": b"\x91" * 1100 + b"\x01",
    "a nest of 1,100 maps": b"\x81\xa1A" * 1100 + b"\x01",
    "a nest without an end": b"\x91" * 4000,
    **{
        f"a length of 2**32 - 1 after {code:#x}": bytes([code]) + b"\xff\xff\xff\xffAAAA"
        for code in (0xC6, 0xC9, 0xDB, 0xDD, 0xDF)
    },
    **{
        f"a length of 2**16 - 1 after {code:#x}": bytes([code]) + b"\xff\xffAAAA"
        for code in (0xC5, 0xC8, 0xDA, 0xDC, 0xDE)
    },
}


@pytest.mark.parametrize("data", NOT_A_VALUE.values(), ids=NOT_A_VALUE.keys())
def test_what_is_not_one_value_is_refused(data: bytes) -> None:
    assert refused(data, Anything()) == "thing is not one MessagePack value"


@pytest.mark.parametrize("depth", [20, 500, 900])
def test_a_nest_that_the_library_takes_is_refused_by_its_shape(depth: int) -> None:
    assert refused(b"\x91" * depth + b"\x01", EVERYTHING) == "thing is not an array of 8"


BINARY = Binary(2, 3)
TEXT = Text(2, 3)
MAP = Map({"key": BINARY}, BINARY)
TAGGED = Tagged({1: Array(type=Exactly(1), id=Integer(1))})
SEVERAL = Several(Optional(TEXT))
MISFITS: list[tuple[Shape, Any, str]] = [
    (Exactly(None), False, "thing is not the value None"),
    (Exactly("entrechat"), "Entrechat", "thing is not the value 'entrechat'"),
    (Exactly("entrechat"), b"entrechat", "thing is not the value 'entrechat'"),
    (Exactly(1), True, "thing is not the value 1"),
    (Exactly(0), 0.0, "thing is not the value 0"),
    (Boolean(), 1, "thing is not a boolean"),
    (Boolean(), None, "thing is not a boolean"),
    (Integer(1, 9), 0, "thing is not an integer from 1 to 9"),
    (Integer(1, 9), 10, "thing is not an integer from 1 to 9"),
    (Integer(1, 9), -5, "thing is not an integer from 1 to 9"),
    (Integer(0, 1), True, "thing is not an integer from 0 to 1"),
    (Integer(0, 1), 1.0, "thing is not an integer from 0 to 1"),
    (Integer(0), float("nan"), f"thing is not an integer from 0 to {U64}"),
    (Integer(0), "1", f"thing is not an integer from 0 to {U64}"),
    (BINARY, b"A", "thing is not a bin of 2 to 3 bytes"),
    (BINARY, b"AAAA", "thing is not a bin of 2 to 3 bytes"),
    (BINARY, "AA", "thing is not a bin of 2 to 3 bytes"),
    (TEXT, "é", "thing is not a str of 2 to 3 code points"),
    (TEXT, "éééé", "thing is not a str of 2 to 3 code points"),
    (TEXT, b"AA", "thing is not a str of 2 to 3 code points"),
    (Array(a=BINARY), [], "thing is not an array of 1"),
    (Array(a=BINARY), [b"AA", b"AA"], "thing is not an array of 1"),
    (Array(a=BINARY), {"AA": 1}, "thing is not an array of 1"),
    (Array(a=BINARY, b=Array(c=TEXT)), [b"AA", [1]], "c is not a str of 2 to 3 code points"),
    (TAGGED, {}, "thing is not an array that begins with its type"),
    (TAGGED, [], "thing is not an array that begins with its type"),
    (TAGGED, [True, 1], "thing is not an array that begins with its type"),
    (TAGGED, [1.0, 1], "thing is not an array that begins with its type"),
    (TAGGED, [77, 1], "thing is of an unknown type"),
    (TAGGED, [1], "thing is not an array of 2"),
    (TAGGED, [1, 0], f"id is not an integer from 1 to {U64}"),
    (SEVERAL, {}, "thing is not an array"),
    (SEVERAL, None, "thing is not an array"),
    (SEVERAL, [None, "A"], "an element of thing is not a str of 2 to 3 code points"),
    (Optional(TEXT), False, "thing is not a str of 2 to 3 code points"),
    (MAP, [], "thing is not a map with str keys"),
    (MAP, {b"key": b"AA"}, "thing is not a map with str keys"),
    (MAP, {}, "key is not a bin of 2 to 3 bytes"),
    (MAP, {"key": b"A"}, "key is not a bin of 2 to 3 bytes"),
    (MAP, {"AAA": "AA", "key": b"AA"}, "a value in thing is not a bin of 2 to 3 bytes"),
]


@pytest.mark.parametrize(("shape", "value", "sentence"), MISFITS)
def test_a_misfit_is_named_by_the_rule(shape: Shape, value: Any, sentence: str) -> None:
    assert refused(pack(value), shape) == sentence


@pytest.mark.parametrize("value", [[], [None], ["AA", None, "AAA"]])
def test_an_array_of_any_length(value: list[str | None]) -> None:
    assert unpack_untrusted(pack(value), max_len=99, shape=SEVERAL, name="thing") == value


def test_a_map_with_keys_of_two_types_is_refused() -> None:
    data = b"\x82\xc4\x03key\xc4\x02AA\xa3key\xc4\x02AA"
    assert refused(data, MAP) == "thing is not a map with str keys"


def test_floats_are_refused_in_every_place() -> None:
    for packed in (struct.pack(">Bf", 0xCA, 1), struct.pack(">Bd", 0xCB, float("nan"))):
        for shape in (Exactly(None), Boolean(), Integer(0), BINARY, TEXT, MAP, TAGGED, EVERYTHING):
            refused(packed, shape)


@given(st.binary(max_size=60))
def test_any_bytes_decode_canonically_or_are_refused(data: bytes) -> None:
    try:
        value = unpack_untrusted(data, max_len=60, shape=EVERYTHING, name="thing")
    except RemoteProtocolError:
        return
    assert pack(value) == data


@given(st.data())
def test_any_change_of_a_byte_is_refused_or_another_value(data: st.DataObject) -> None:
    changed = bytearray(pack(VALUE))
    at = data.draw(st.integers(0, len(changed) - 1))
    changed[at] ^= data.draw(st.integers(1, 255))
    try:
        value = unpack_untrusted(bytes(changed), max_len=99, shape=EVERYTHING, name="thing")
    except RemoteProtocolError:
        return
    assert value != VALUE
