"""Conversations of two real sides: what is sent arrives, once, in order, however it is cut."""

from collections.abc import Callable, Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrechat_tui.protocol.connection import Connection
from entrechat_tui.protocol.direction import WINDOW
from entrechat_tui.protocol.errors import LocalProtocolError
from entrechat_tui.protocol.events import (
    NEED_DATA,
    Delivered,
    Ended,
    Event,
    Farewell,
    HeartbeatReceived,
    Opened,
    PeerGoodbye,
    PeerIdentified,
    Settled,
    Step,
    StepDone,
    TextReceived,
    WordsReady,
)
from entrechat_tui.protocol.frames import (
    FRAME_SIZE,
    Ack,
    Goodbye,
    Heartbeat,
    Text,
)
from entrechat_tui.protocol.frames import Settled as SettledFrame
from entrechat_tui.protocol.meeting import Role
from entrechat_tui.protocol.messages import MAX_TEXT

from .peers import (
    ADA,
    BOB,
    GREETING,
    OTHER,
    Cut,
    Pair,
    Peer,
    assert_over,
    byte_by_byte,
    end,
    events_of,
    feed,
    met,
    open_pair,
    side,
    whole,
)

BOTH = pytest.mark.parametrize("role", Role)
DIALERS_WORDS, HOSTS_WORDS = (1418, 131, 1259), (850, 1683, 1702)
STEPS: list[Event] = [StepDone(step) for step in Step]


def conversation(cut: Cut) -> Pair:
    """All that two people can do."""
    pair = Pair(cut)
    pair.exchange()
    pair.dialer.send_text("Bonjour, ça va ?")
    pair.host.send_heartbeat()
    pair.host.send_text("漢" * 700)
    pair.exchange()
    pair.dialer.send_text("first")
    pair.dialer.send_text("second")
    pair.exchange()
    pair.dialer.send_goodbye(Farewell.LIMIT)
    pair.exchange()
    return pair


def assert_conversation(pair: Pair) -> None:
    assert pair.dialer_events == [
        *STEPS,
        PeerIdentified(BOB.identity),
        Opened(600),
        WordsReady(own=DIALERS_WORDS, peers=HOSTS_WORDS),
        HeartbeatReceived(),
        TextReceived(1, "漢" * 700),
        Delivered(1),
        Delivered(2),
        Delivered(3),
        PeerGoodbye(Farewell.PERSON),
        Settled(),
    ]
    assert pair.host_events == [
        *STEPS,
        PeerIdentified(ADA.identity),
        Opened(600),
        WordsReady(own=HOSTS_WORDS, peers=DIALERS_WORDS),
        TextReceived(1, "Bonjour, ça va ?"),
        Delivered(1),
        TextReceived(2, "first"),
        TextReceived(3, "second"),
        PeerGoodbye(Farewell.LIMIT),
        Settled(),
    ]


@pytest.mark.parametrize("cut", [whole, byte_by_byte])
def test_a_conversation(cut: Cut) -> None:
    assert_conversation(conversation(cut))


@given(st.integers(0, 2**32))
def test_a_conversation_cut_anywhere(seed: int) -> None:
    random = Random(seed)

    def cut(data: bytes) -> list[bytes]:
        pieces = []
        while data:
            size = random.choice((1, 13, 29, 77, 498, 5000)) + random.randrange(3)
            pieces.append(data[:size])
            data = data[size:]
        return pieces

    assert_conversation(conversation(cut))


def test_the_shorter_wish_is_the_limit() -> None:
    for dialer_wish, host_wish in ((60, 86_400), (86_400, 60), (900, 900)):
        pair = Pair()
        pair.dialer, pair.host = (
            side(Role.DIALER, limit=dialer_wish),
            side(Role.HOST, limit=host_wish),
        )
        pair.exchange()
        agreed = Opened(min(dialer_wish, host_wish))
        assert agreed in pair.dialer_events and agreed in pair.host_events


def test_a_side_is_open_from_hello_to_goodbye() -> None:
    pair = Pair()
    assert not pair.dialer.open and not pair.host.open
    pair.exchange()
    assert pair.dialer.open and pair.host.open
    pair.host.send_goodbye(Farewell.PERSON)
    assert pair.dialer.open and not pair.host.open
    pair.to_dialer()
    assert not pair.dialer.open


def test_text_may_stand_right_behind_hello() -> None:
    dialer, host = side(Role.DIALER), side(Role.HOST)
    feed(host, dialer.data_to_send())
    feed(dialer, host.data_to_send())
    dialer.send_text("early")
    assert feed(host, dialer.data_to_send())[-2:] == [Opened(3600), TextReceived(1, "early")]


# --- messages ---

SCRIPTS = {
    "latin": "é",
    "arabic": "ش",
    "cjk": "漢",
    "emoji": "👩‍👩‍👧‍👦",
    "controls": "\x1b[2J\u202e",
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_64_kib_both_ways(script: str) -> None:
    text = script * (MAX_TEXT // len(script.encode()))
    pair = open_pair()
    pair.dialer.send_text(text)
    pair.host.send_text(text)
    pair.exchange()
    assert pair.host_events == [TextReceived(1, text), Delivered(1)]
    assert pair.dialer_events == [TextReceived(1, text), Delivered(1)]


def test_10_000_messages_each_way() -> None:
    pair = open_pair()
    count = 10_000
    sent = dict.fromkeys((pair.dialer, pair.host), 0)
    for _ in range(count // WINDOW + 1):
        for one in sent:
            for _ in range(min(one.window, count - sent[one])):
                sent[one] = one.send_text(f"message {sent[one] + 1}")
        pair.exchange()
    for events in (pair.dialer_events, pair.host_events):
        texts = [event for event in events if isinstance(event, TextReceived)]
        assert texts == [TextReceived(n, f"message {n}") for n in range(1, count + 1)]
        assert Delivered(count) in events


@BOTH
def test_the_window(role: Role) -> None:
    peer, connection = met(role)
    assert connection.window == WINDOW
    for n in range(WINDOW):
        assert connection.send_text("x") == n + 1
    sent = connection.data_to_send()
    assert connection.window == 0
    with pytest.raises(LocalProtocolError):
        connection.send_text("one more")
    assert connection.data_to_send() == b""
    assert len(peer.read(sent)) == WINDOW
    assert feed(connection, peer.frames(Ack(100))) == [Delivered(100)]
    assert connection.unacknowledged == range(101, WINDOW + 1)
    assert connection.window == 100
    assert connection.send_text("one more") == WINDOW + 1


def test_one_acknowledgement_for_many() -> None:
    pair = open_pair()
    for word in ("one", "two", "three"):
        pair.dialer.send_text(word)
    feed(pair.host, pair.dialer.data_to_send())
    pair.host.acknowledge(3)
    pair.to_dialer()
    assert pair.dialer_events == [Delivered(3)]
    assert not pair.dialer.unacknowledged


@BOTH
def test_other_frames_may_come_between_chunks(role: Role) -> None:
    peer, connection = met(role)
    connection.send_text("ours")
    first, second = Text(1, 0, 2, b"a" * 460), Text(1, 1, 2, b"b")
    assert feed(connection, peer.frames(first)) == []
    assert connection.partial
    between = feed(connection, peer.frames(Heartbeat(), Ack(1)))
    assert between == [HeartbeatReceived(), Delivered(1)]
    assert connection.partial
    assert feed(connection, peer.frames(second)) == [TextReceived(1, "a" * 460 + "b")]
    assert not connection.partial


@BOTH
def test_every_whole_frame_is_a_sign_of_life(role: Role) -> None:
    peer, connection = met(role)
    assert connection.frames_received == len(GREETING)
    data = peer.frames(Text(1, 0, 2, b"a" * 460), Heartbeat())
    feed(connection, data[:-1])
    assert connection.frames_received == len(GREETING) + 1
    feed(connection, data[-1:])
    assert connection.frames_received == len(GREETING) + 2


# --- goodbye ---


def test_goodbye_from_both_sides_at_once() -> None:
    pair = open_pair()
    pair.dialer.send_goodbye(Farewell.PERSON)
    pair.host.send_goodbye(Farewell.SHUTDOWN)
    pair.exchange()
    assert pair.dialer_events == [PeerGoodbye(Farewell.SHUTDOWN), Settled()]
    assert pair.host_events == [PeerGoodbye(Farewell.PERSON), Settled()]


@pytest.mark.parametrize("both", [True, False])
def test_goodbye_with_texts_in_flight_both_ways(both: bool) -> None:
    pair = open_pair()
    long = "x" * 5000
    for one in (pair.dialer, pair.host):
        one.send_text(long)
        one.send_text("last")
    pair.dialer.send_goodbye(Farewell.PERSON)
    if both:
        pair.host.send_goodbye(Farewell.PERSON)
    pair.exchange()
    for events in (pair.dialer_events, pair.host_events):
        assert [event for event in events if isinstance(event, TextReceived)] == [
            TextReceived(1, long),
            TextReceived(2, "last"),
        ]
        assert Delivered(2) in events
        assert events[-1] == Settled()


@BOTH
def test_a_side_settles_only_when_its_person_has_seen_everything(role: Role) -> None:
    peer, connection = met(role, Text(1, 0, 1, b"one"), Text(2, 0, 1, b"two"), Goodbye(0))
    assert peer.read(connection.data_to_send()) == [Goodbye(0)]
    connection.acknowledge(1)
    assert peer.read(connection.data_to_send()) == [Ack(1)]
    assert not connection.settled
    connection.acknowledge(2)
    assert connection.settled
    assert peer.read(connection.data_to_send()) == [Ack(2), SettledFrame()]
    assert feed(connection, peer.frames(SettledFrame())) == [Settled()]


@BOTH
def test_a_side_settles_only_when_its_messages_are_acknowledged(role: Role) -> None:
    peer, connection = met(role)
    connection.send_text("one")
    connection.send_text("two")
    connection.send_goodbye(Farewell.LIMIT)
    connection.data_to_send()
    feed(connection, peer.frames(Goodbye(0), Ack(1)))
    assert connection.data_to_send() == b""
    assert feed(connection, peer.frames(Heartbeat(), Ack(2))) == [HeartbeatReceived(), Delivered(2)]
    assert len(connection.data_to_send()) == FRAME_SIZE


# --- the end of the stream ---


@BOTH
def test_the_stream_ends_in_every_state(role: Role) -> None:
    """Clean only once our own SETTLED has gone out, whatever came of the peer's."""
    half = Text(1, 0, 2, b"a" * 460)
    for frames in ([], [Heartbeat()], [half], [Ack(1)], [Goodbye(0)], [Ack(1), Heartbeat()]):
        for tail in (0, 1, FRAME_SIZE - 1):
            peer, connection = Peer(role), side(OTHER[role])
            peer.meet(connection)
            feed(connection, peer.frames(*GREETING))
            connection.send_text("ours")
            feed(connection, peer.frames(*frames) + bytes(tail))
            connection.data_to_send()
            assert end(connection) == [Ended(clean=False)]
            assert_over(connection)
            assert connection.unacknowledged == (range(2, 2) if Ack(1) in frames else range(1, 2))


@BOTH
def test_the_stream_ends_before_hello(role: Role) -> None:
    peer, connection = Peer(role), side(OTHER[role])
    peer.meet(connection)
    assert end(connection) == [Ended(clean=False)]
    assert_over(connection)


@BOTH
@pytest.mark.parametrize("sent", [True, False])
def test_the_stream_ends_after_our_settled(role: Role, sent: bool) -> None:
    _, connection = met(role, Goodbye(0))
    if sent:
        connection.data_to_send()
    assert end(connection) == [Ended(clean=sent)]
    assert_over(connection)


@BOTH
@pytest.mark.parametrize("tail", [0, 1, FRAME_SIZE - 1])
def test_half_a_settled_is_as_good_as_none(role: Role, tail: int) -> None:
    peer, connection = met(role, Goodbye(0))
    connection.data_to_send()
    feed(connection, peer.frames(SettledFrame())[:tail])
    assert end(connection) == [Ended(clean=True)]


@BOTH
def test_the_stream_ends_after_both_settled(role: Role) -> None:
    _, connection = met(role, Goodbye(0), SettledFrame())
    connection.data_to_send()
    assert end(connection) == [Ended(clean=True)]
    assert_over(connection)


def test_the_end_comes_after_what_stands_before_it() -> None:
    peer, connection = met(Role.DIALER)
    connection.receive_data(peer.frames(Heartbeat(), Heartbeat()))
    connection.receive_data(b"")
    assert events_of(connection) == [HeartbeatReceived(), HeartbeatReceived(), Ended(clean=False)]


# --- our own mistakes ---


def greeting() -> Connection:
    connection = side(Role.HOST)
    feed(connection, Peer(Role.DIALER).opening())
    return connection


def talking() -> Connection:
    return met(Role.DIALER)[1]


def leaving() -> Connection:
    connection = talking()
    connection.send_goodbye(Farewell.PERSON)
    return connection


def done() -> Connection:
    return met(Role.DIALER, Goodbye(0))[1]


MISTAKES: dict[str, tuple[Callable[[Connection], object], Sequence[Callable[[], Connection]]]] = {
    "text": (lambda one: one.send_text("x"), (greeting, leaving, done)),
    "ack": (lambda one: one.acknowledge(1), (greeting, talking, leaving, done)),
    "heartbeat": (lambda one: one.send_heartbeat(), (greeting, done)),
    "goodbye": (lambda one: one.send_goodbye(Farewell.PERSON), (greeting, leaving, done)),
    "empty text": (lambda one: one.send_text(""), (talking,)),
    "long text": (lambda one: one.send_text("x" * (MAX_TEXT + 1)), (talking,)),
    "half a pair": (lambda one: one.send_text("\ud83d"), (talking,)),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_of_ours_sends_nothing_and_costs_nothing(name: str) -> None:
    attempt, states = MISTAKES[name]
    for make in states:
        connection = make()
        connection.data_to_send()
        with pytest.raises(LocalProtocolError):
            attempt(connection)
        assert connection.data_to_send() == b""
        assert connection.next_event() is NEED_DATA


def test_bytes_after_the_end_of_the_stream() -> None:
    connection = talking()
    connection.receive_data(b"")
    with pytest.raises(LocalProtocolError):
        connection.receive_data(b"more")


def test_an_acknowledgement_must_rise() -> None:
    _, connection = met(Role.DIALER, Text(1, 0, 1, b"x"), Text(2, 0, 1, b"y"))
    connection.acknowledge(2)
    for message_id in (1, 2, 3):
        with pytest.raises(LocalProtocolError):
            connection.acknowledge(message_id)


def test_all_frames_on_the_wire_have_one_size() -> None:
    pair = open_pair()
    one = pair.dialer
    for act in (
        lambda: one.send_text("x"),
        one.send_heartbeat,
        lambda: one.send_goodbye(Farewell.PERSON),
    ):
        act()
        assert len(one.data_to_send()) == FRAME_SIZE
