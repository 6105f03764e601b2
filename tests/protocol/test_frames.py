"""Frames: one size, one encoding, and nothing else decodes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrechat_tui.protocol.errors import RemoteProtocolError
from entrechat_tui.protocol.frames import (
    FRAME_SIZE,
    PLAINTEXT_SIZE,
    Ack,
    Frame,
    Goodbye,
    Heartbeat,
    Hello,
    Settled,
    Text,
    decode_frame_untrusted,
    encode_frame,
)
from entrechat_tui.protocol.padding import pad, unpad_untrusted
from entrechat_tui.protocol.strict import U64, pack

IDS = st.integers(1, U64)
FRAMES: st.SearchStrategy[Frame] = st.one_of(
    st.builds(Hello, st.integers(60, 86_400)),
    st.builds(
        Text, IDS, st.integers(0, 142), st.integers(1, 143), st.binary(min_size=1, max_size=460)
    ),
    st.builds(Ack, IDS),
    st.just(Heartbeat()),
    st.builds(Goodbye, st.integers(0, 2)),
    st.just(Settled()),
)


@given(FRAMES)
def test_round_trip_in_one_size(frame: Frame) -> None:
    plaintext = encode_frame(frame)
    assert len(plaintext) == PLAINTEXT_SIZE == FRAME_SIZE - 16
    assert decode_frame_untrusted(plaintext) == frame


def test_the_longest_text_frame_fits() -> None:
    frame = Text(U64, 142, 143, b"\xff" * 460)
    assert decode_frame_untrusted(encode_frame(frame)) == frame


@pytest.mark.parametrize(
    ("frame", "body"),
    [
        (Hello(600), b"\x92\x00\xcd\x02\x58"),
        (Text(1, 0, 1, b"hi"), b"\x95\x01\x01\x00\x01\xc4\x02hi"),
        (Ack(7), b"\x92\x02\x07"),
        (Heartbeat(), b"\x91\x03"),
        (Goodbye(2), b"\x92\x04\x02"),
        (Settled(), b"\x91\x05"),
    ],
)
def test_the_bytes_are_those_of_the_document(frame: Frame, body: bytes) -> None:
    expected = len(body).to_bytes(2, "little") + body
    assert encode_frame(frame) == expected + bytes(PLAINTEXT_SIZE - len(expected))


BAD_BODIES = {
    "limit too short": pack([0, 59]),
    "limit too long": pack([0, 86_401]),
    "limit is a bool": pack([0, True]),
    "limit missing": pack([0]),
    "id 0": pack([1, 0, 0, 1, b"x"]),
    "index 143": pack([1, 1, 143, 143, b"x"]),
    "total 0": pack([1, 1, 0, 0, b"x"]),
    "total 144": pack([1, 1, 0, 144, b"x"]),
    "empty chunk": pack([1, 1, 0, 1, b""]),
    "chunk of 461": pack([1, 1, 0, 1, b"x" * 461]),
    "chunk is str": pack([1, 1, 0, 1, "x"]),
    "ack of 0": pack([2, 0]),
    "negative ack": pack([2, -1]),
    "heartbeat with more": pack([3, 1]),
    "unknown farewell": pack([4, 3]),
    "unknown type": pack([6]),
    "type is a bool": pack([True]),
    "type is a str": pack(["3"]),
    "no type": pack([]),
    "a map": pack({"3": 3}),
    "not shortest": b"\x91\xcc\x03",
    "float": b"\x91\xcb" + bytes(8),
    "ext": b"\x91\xd4\x01\x00",
    "two values": b"\x91\x03\x91\x03",
    "half a value": b"\x92\x03",
    "nested deeply": b"\x91" * 480,
}


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES)
def test_bad_bodies(body: bytes) -> None:
    with pytest.raises(RemoteProtocolError):
        decode_frame_untrusted(pad(body, PLAINTEXT_SIZE))


HEARTBEAT = encode_frame(Heartbeat())
BAD_PLAINTEXTS = {
    "empty body": bytes(PLAINTEXT_SIZE),
    "length beyond the end": (481).to_bytes(2, "little") + HEARTBEAT[2:],
    "length of 65535": b"\xff\xff" + HEARTBEAT[2:],
    "length big-endian": b"\x00\x02" + HEARTBEAT[2:],
    "padding not zero": HEARTBEAT[:-1] + b"\x01",
    "padding not zero at once": HEARTBEAT[:4] + b"\x01" + HEARTBEAT[5:],
    "short": HEARTBEAT[:-1],
    "long": HEARTBEAT + b"\0",
    "nothing": b"",
}


@pytest.mark.parametrize("plaintext", BAD_PLAINTEXTS.values(), ids=BAD_PLAINTEXTS)
def test_bad_plaintexts(plaintext: bytes) -> None:
    with pytest.raises(RemoteProtocolError):
        decode_frame_untrusted(plaintext)


@given(st.binary(max_size=480))
def test_whatever_decodes_encodes_to_the_same(body: bytes) -> None:
    plaintext = pad(body, PLAINTEXT_SIZE)
    try:
        frame = decode_frame_untrusted(plaintext)
    except RemoteProtocolError:
        return
    assert encode_frame(frame) == plaintext


@given(st.binary(min_size=1, max_size=98))
def test_padding_round_trip(content: bytes) -> None:
    padded = pad(content, 100)
    assert len(padded) == 100
    assert unpad_untrusted(padded) == content


@pytest.mark.parametrize("padded", [b"", b"\x01", bytes(100), b"\x63" + bytes(99)])
def test_no_content_and_more_than_fits_are_refused(padded: bytes) -> None:
    with pytest.raises(RemoteProtocolError):
        unpad_untrusted(padded)
