"""Frames: one size, one encoding, and nothing else decodes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrechat_tui.protocol.errors import RemoteProtocolError
from entrechat_tui.protocol.frames import (
    FRAME_SIZE,
    PLAINTEXT_SIZE,
    Accepted,
    Ack,
    Answer,
    Arrived,
    Card,
    Commit,
    Frame,
    Goodbye,
    Heartbeat,
    Hello,
    Offer,
    Parcel,
    Reveal,
    Settled,
    Text,
    Verified,
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
    st.builds(Commit, st.binary(min_size=32, max_size=32)),
    st.builds(Reveal, st.binary(min_size=32, max_size=32)),
    st.builds(Verified, st.booleans()),
    st.builds(Card, st.binary(min_size=1, max_size=371), st.binary(min_size=64, max_size=64)),
    st.just(Accepted()),
    st.builds(Offer, st.integers(1, 2**20), st.integers(0, 65_535)),
    st.builds(Answer, st.booleans()),
    st.builds(
        Parcel, st.integers(0, 2279), st.integers(1, 2280), st.binary(min_size=1, max_size=460)
    ),
    st.just(Arrived()),
)


@given(FRAMES)
def test_round_trip_in_one_size(frame: Frame) -> None:
    plaintext = encode_frame(frame)
    assert len(plaintext) == PLAINTEXT_SIZE == FRAME_SIZE - 16
    assert decode_frame_untrusted(plaintext) == frame


@pytest.mark.parametrize(
    "frame",
    [
        Text(U64, 142, 143, b"\xff" * 460),
        Card(b"\xff" * 371, b"\xff" * 64),
        Parcel(2279, 2280, b"\xff" * 460),
    ],
)
def test_the_longest_frames_fit(frame: Frame) -> None:
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
        (Commit(b"c" * 32), b"\x92\x06\xc4\x20" + b"c" * 32),
        (Reveal(b"n" * 32), b"\x92\x07\xc4\x20" + b"n" * 32),
        (Verified(True), b"\x92\x08\xc3"),
        (Card(b"i", b"p" * 64), b"\x93\x09\xc4\x01i\xc4\x40" + b"p" * 64),
        (Accepted(), b"\x91\x0a"),
        (Offer(4096, 3), b"\x93\x0b\xcd\x10\x00\x03"),
        (Answer(False), b"\x92\x0c\xc2"),
        (Parcel(1, 9, b"k"), b"\x94\x0d\x01\x09\xc4\x01k"),
        (Arrived(), b"\x91\x0e"),
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
    "commitment of 31": pack([6, bytes(31)]),
    "nonce of 33": pack([7, bytes(33)]),
    "verified is an integer": pack([8, 1]),
    "identity of 372": pack([9, bytes(372), bytes(64)]),
    "empty identity": pack([9, b"", bytes(64)]),
    "proof of 63": pack([9, b"i", bytes(63)]),
    "offer of nothing": pack([11, 0, 0]),
    "offer of more than 1 MiB": pack([11, 2**20 + 1, 0]),
    "65,536 contacts": pack([11, 1, 65_536]),
    "answer is nil": pack([12, None]),
    "parcel index 2280": pack([13, 2280, 2280, b"x"]),
    "parcel total 2281": pack([13, 0, 2281, b"x"]),
    "empty parcel": pack([13, 0, 1, b""]),
    "parcel of 461": pack([13, 0, 1, bytes(461)]),
    "unknown type": pack([15]),
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
