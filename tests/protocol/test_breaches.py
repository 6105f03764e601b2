"""Every rule for frames, broken by a peer that is authentic otherwise."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrechat_tui.protocol.events import Farewell, TextReceived
from entrechat_tui.protocol.frames import (
    CHUNK_SIZE,
    FRAME_SIZE,
    Accepted,
    Ack,
    Answer,
    Arrived,
    Card,
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
    encode_frame,
)
from entrechat_tui.protocol.identity import encode_identity
from entrechat_tui.protocol.meeting import Role

from .peers import ADA, GREETING, OTHER, Peer, breach, feed, met, side

FULL = b"x" * CHUNK_SIZE


def text(message_id: int) -> Text:
    return Text(message_id, 0, 1, b"hello")


HELLO, COMMIT = GREETING
REVEAL = Reveal(b"r" * 32)
CARD = Card(encode_identity(ADA.identity), bytes(64))
BREACHES: dict[str, tuple[Frame, ...]] = {
    "text before hello": (text(1),),
    "ack before hello": (Ack(1),),
    "heartbeat before hello": (Heartbeat(),),
    "goodbye before hello": (Goodbye(0),),
    "settled before hello": (Settled(),),
    "hello twice": (HELLO, HELLO),
    "commit before hello": (COMMIT,),
    "hello without commit": (HELLO, text(1)),
    "goodbye before commit": (HELLO, Goodbye(0)),
    "commit twice": (*GREETING, COMMIT),
    "reveal of another nonce": (*GREETING, REVEAL),
    "verified before reveal": (*GREETING, Verified(True)),
    "a card without proof": (*GREETING, CARD),
    "a card that is none": (*GREETING, Card(b"identity", bytes(64))),
    "accepted without a card": (*GREETING, Accepted()),
    "answer without an offer": (*GREETING, Answer(True)),
    "parcel without an offer": (*GREETING, Parcel(0, 1, b"x")),
    "parcel before the answer": (*GREETING, Offer(1, 0), Parcel(0, 1, b"x")),
    "arrived without an offer": (*GREETING, Arrived()),
    "offer twice": (*GREETING, Offer(1, 0), Offer(1, 0)),
    "offer of nothing": (*GREETING, Offer(0, 0)),
    "offer of more than 1 MiB": (*GREETING, Offer(2**20 + 1, 0)),
    "card after goodbye": (*GREETING, Goodbye(0), CARD),
    "offer after goodbye": (*GREETING, Goodbye(0), Offer(1, 0)),
    "limit too short": (Hello(59),),
    "limit too long": (Hello(86_401),),
    "settled without goodbye": (*GREETING, Settled()),
    "ids begin at 1": (*GREETING, text(2)),
    "id 0": (*GREETING, text(0)),
    "id repeated": (*GREETING, text(1), text(1)),
    "id skipped": (*GREETING, text(1), text(3)),
    "index does not begin at 0": (*GREETING, Text(1, 1, 2, b"x")),
    "index skipped": (*GREETING, Text(1, 0, 3, FULL), Text(1, 2, 3, b"x")),
    "index repeated": (*GREETING, Text(1, 0, 3, FULL), Text(1, 0, 3, FULL)),
    "index beyond total": (*GREETING, Text(1, 1, 1, b"x")),
    "total changed": (*GREETING, Text(1, 0, 3, FULL), Text(1, 1, 2, b"x")),
    "total 0": (*GREETING, Text(1, 0, 0, b"x")),
    "total 144": (*GREETING, Text(1, 0, 144, FULL)),
    "chunk empty": (*GREETING, Text(1, 0, 1, b"")),
    "chunk of 461": (*GREETING, Text(1, 0, 1, FULL + b"x")),
    "chunk short before the last": (*GREETING, Text(1, 0, 2, b"x")),
    "another message within one": (*GREETING, Text(1, 0, 2, FULL), text(2)),
    "more than 64 KiB": (*GREETING, *(Text(1, i, 143, FULL) for i in range(143))),
    "not UTF-8": (*GREETING, Text(1, 0, 1, b"\xff")),
    "window exceeded": (*GREETING, *map(text, range(1, 258))),
    "window exceeded by the first chunk": (
        *GREETING,
        *map(text, range(1, 257)),
        Text(257, 0, 2, FULL),
    ),
    "ack of 0": (*GREETING, Ack(0)),
    "ack of what was not sent": (*GREETING, Ack(4)),
    "ack does not rise": (*GREETING, Ack(2), Ack(2)),
    "ack falls": (*GREETING, Ack(2), Ack(1)),
    "unknown farewell": (*GREETING, Goodbye(3)),
    "goodbye within a message": (*GREETING, Text(1, 0, 2, FULL), Goodbye(0)),
    "goodbye twice": (*GREETING, Goodbye(0), Goodbye(0)),
    "text after goodbye": (*GREETING, Goodbye(0), text(1)),
    "hello after goodbye": (*GREETING, Goodbye(0), HELLO),
    "settled without an ack of ours": (*GREETING, text(1), Ack(3), Goodbye(0), Settled()),
    "settled owing us an ack": (*GREETING, Ack(2), Goodbye(0), Settled()),
    "settled twice": (*GREETING, Ack(3), Goodbye(0), Settled(), Settled()),
    "heartbeat after settled": (*GREETING, Ack(3), Goodbye(0), Settled(), Heartbeat()),
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("frames", BREACHES.values(), ids=BREACHES)
def test_each_rule(frames: Sequence[Frame], role: Role) -> None:
    """The peer breaks it against a side that has sent three messages."""
    peer, connection = Peer(role), side(OTHER[role])
    peer.meet(connection)
    for _ in range(3):
        connection.send_text("ours")
    feed(connection, peer.frames(*frames[:-1]))
    breach(connection, peer.frames(frames[-1]))


HEARTBEAT = encode_frame(Heartbeat())
BAD_PLAINTEXTS = {
    "empty body": bytes(482),
    "padding not zero": HEARTBEAT[:-1] + b"\1",
    "length too long": b"\xff\xff" + HEARTBEAT[2:],
    "not shortest": b"\x03\0\x91\xcc\x03" + HEARTBEAT[5:],
    "unknown type": b"\x02\0\x91\x0f" + HEARTBEAT[4:],
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("plaintext", BAD_PLAINTEXTS.values(), ids=BAD_PLAINTEXTS)
def test_each_encoding_that_is_none(plaintext: bytes, role: Role) -> None:
    peer, connection = met(role)
    breach(connection, peer.seal(plaintext))


@pytest.mark.parametrize("role", Role)
def test_frames_are_bound_to_their_place(role: Role) -> None:
    for order in ([0, 0], [1, 0], [0, 2]):
        peer, connection = met(role)
        sealed = [peer.frames(Heartbeat()) for _ in range(3)]
        breach(connection, b"".join(sealed[index] for index in order))


@pytest.mark.parametrize("role", Role)
def test_what_we_sent_ourselves_is_refused(role: Role) -> None:
    _, connection = met(role)
    connection.send_heartbeat()
    breach(connection, connection.data_to_send())


@pytest.mark.parametrize("role", Role)
@given(at=st.integers(0, FRAME_SIZE - 1), bit=st.integers(0, 7))
def test_one_wrong_bit(role: Role, at: int, bit: int) -> None:
    peer, connection = met(role)
    frame = bytearray(peer.frames(Heartbeat()))
    frame[at] ^= 1 << bit
    breach(connection, bytes(frame))


@given(st.binary(min_size=482, max_size=482))
def test_an_authentic_peer_that_sends_noise(plaintext: bytes) -> None:
    peer, connection = met(Role.DIALER)
    breach(connection, peer.seal(plaintext))


@pytest.mark.parametrize("role", Role)
def test_what_stands_before_the_breach_is_told_once(role: Role) -> None:
    peer, connection = met(role)
    connection.receive_data(peer.frames(text(1), text(2)) + b"?" * FRAME_SIZE)
    assert connection.next_event() == TextReceived(1, "hello")
    assert connection.next_event() == TextReceived(2, "hello")
    breach(connection, b"?")


@pytest.mark.parametrize("role", Role)
def test_one_byte_after_settled(role: Role) -> None:
    peer, connection = met(role)
    connection.send_goodbye(Farewell.PERSON)
    feed(connection, peer.frames(Goodbye(0), Settled()))
    breach(connection, b"\0")


def test_no_error_carries_what_the_peer_sent() -> None:
    peer, connection = met(Role.DIALER)
    raised: BaseException | None = breach(connection, peer.frames(Text(1, 0, 1, b"words\xff")))
    while raised is not None:
        assert "words" not in repr((raised, vars(raised)))
        raised = raised.__context__
