"""Two sides in memory: the real one twice, or the real one and one that can break every rule."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest

from entrechat_tui.protocol.connection import Connection
from entrechat_tui.protocol.errors import LocalProtocolError, RemoteProtocolError
from entrechat_tui.protocol.events import (
    NEED_DATA,
    Event,
    Farewell,
    Signal,
    TextReceived,
)
from entrechat_tui.protocol.frames import (
    FRAME_SIZE,
    Commit,
    Frame,
    Hello,
    decode_frame_untrusted,
    encode_frame,
)
from entrechat_tui.protocol.header import HEADER_SIZE, tagged_header
from entrechat_tui.protocol.identity import UserIdentity, encode_identity, make_identity
from entrechat_tui.protocol.meeting import MeetingKeys, Role, meeting_keys
from entrechat_tui.protocol.noise import HandshakeState
from entrechat_tui.protocol.padding import pad

KEYS = meeting_keys(bytes(range(32)), 1_900_000)
ADA = make_identity("Ada", bytes(range(96)), 1_700_000_000)
BOB = make_identity("Bob", bytes(range(96, 192)), 1_700_000_001)
PEOPLE = {Role.DIALER: ADA, Role.HOST: BOB}
NONCES = {Role.DIALER: b"D" * 32, Role.HOST: b"H" * 32}
EPHEMERALS = {Role.DIALER: b"d" * 32, Role.HOST: b"h" * 32}
GREETING = (Hello(600), Commit(bytes(32)))
OTHER = {Role.DIALER: Role.HOST, Role.HOST: Role.DIALER}

Cut = Callable[[bytes], Iterable[bytes]]


def whole(data: bytes) -> Sequence[bytes]:
    return [data] if data else []


def byte_by_byte(data: bytes) -> Sequence[bytes]:
    return [data[at : at + 1] for at in range(len(data))]


def side(role: Role, **changes: Any) -> Connection:
    arguments = {"ephemeral": EPHEMERALS[role], "nonce": NONCES[role], "limit": 3600, **changes}
    user = arguments.pop("user", PEOPLE[role])
    return Connection(role, arguments.pop("keys", KEYS), user, **arguments)


def events_of(connection: Connection) -> list[Event]:
    """Every event at hand."""
    events = []
    while not isinstance(event := connection.next_event(), Signal):
        events.append(event)
    return events


def feed(connection: Connection, data: bytes, cut: Cut = whole) -> list[Event]:
    """Give it bytes; the events that come of them."""
    events = []
    for piece in cut(data):
        connection.receive_data(piece)
        events += events_of(connection)
    return events


def end(connection: Connection) -> list[Event]:
    """The stream ends; the events that come of it."""
    connection.receive_data(b"")
    return events_of(connection)


def acknowledge_all(connection: Connection, events: Iterable[Event]) -> None:
    for event in events:
        if isinstance(event, TextReceived):
            connection.acknowledge(event.message_id)


class Pair:
    """Two real sides, and every event of each."""

    def __init__(self, cut: Cut = whole) -> None:
        self.dialer = side(Role.DIALER, limit=600)
        self.host = side(Role.HOST, limit=900)
        self.dialer_events: list[Event] = []
        self.host_events: list[Event] = []
        self._cut = cut

    def exchange(self) -> None:
        """Carry bytes, and acknowledge every message, until both are silent."""
        while self.to_host() or self.to_dialer():
            pass

    def to_host(self) -> bool:
        return self._carry(self.dialer, self.host, self.host_events)

    def to_dialer(self) -> bool:
        return self._carry(self.host, self.dialer, self.dialer_events)

    def _carry(self, source: Connection, target: Connection, seen: list[Event]) -> bool:
        data = source.data_to_send()
        events = feed(target, data, self._cut) if data else []
        acknowledge_all(target, events)
        seen += events
        return bool(data)

    def forget(self) -> None:
        self.dialer_events.clear()
        self.host_events.clear()


def open_pair(cut: Cut = whole) -> Pair:
    """Both sides opened, the events so far forgotten."""
    pair = Pair(cut)
    pair.exchange()
    pair.forget()
    return pair


class Peer:
    """A side made by hand from the parts of the protocol; it checks nothing that it is sent.

    ``header`` (29 bytes) and ``payload`` (of B or C) replace what the protocol says.
    """

    def __init__(
        self,
        role: Role,
        *,
        user: UserIdentity | None = None,
        keys: MeetingKeys = KEYS,
        header: bytes | None = None,
        payload: bytes | None = None,
        ephemeral: bytes | None = None,
    ) -> None:
        self.role = role
        self.keys = keys
        self.user = user or PEOPLE[role]
        self.header = header or tagged_header(role, keys.header_key)
        self.payload = payload or pad(encode_identity(self.user.identity), 373)
        self._ephemeral = ephemeral or b"e" * 32
        if role is Role.DIALER:
            self._start(self.header)

    def _start(self, dialers_header: bytes) -> None:
        self.noise = HandshakeState(
            "XXpsk0",
            self.role is Role.DIALER,
            dialers_header[:HEADER_SIZE] + self.keys.onion_address.encode(),
            s=self.user.private_noise_key,
            e=self._ephemeral,
            psks=(self.keys.psk,),
        )

    def opening(self) -> bytes:
        """header_d, tag_d, A."""
        return self.header + self.noise.write_message(b"")

    def answer(self, data: bytes) -> bytes:
        """The host's header, tag and B to the dialer's opening; the dialer's C to those."""
        if self.role is Role.HOST:
            self._start(data)
        self.noise.read_message_untrusted(data[29:])
        message = self.noise.write_message(self.payload)
        return message if self.role is Role.DIALER else self.header + message

    def meet(self, connection: Connection) -> list[Event]:
        """The handshake with the other role's connection, up to its COMMIT; its events."""
        if self.role is Role.DIALER:
            events = feed(connection, self.opening())
            events += feed(connection, self.answer(connection.data_to_send()))
        else:
            events = feed(connection, self.answer(connection.data_to_send()))
            sent = connection.data_to_send()
            self.noise.read_message_untrusted(sent[:437])
            sent = sent[437:]
        self._send, self._receive = self.noise.split()
        self.greeting = self.read(connection.data_to_send() if self.role is Role.DIALER else sent)
        return events

    def seal(self, *plaintexts: bytes) -> bytes:
        return b"".join(self._send.encrypt(b"", plaintext) for plaintext in plaintexts)

    def frames(self, *frames: Frame) -> bytes:
        return self.seal(*map(encode_frame, frames))

    def read(self, data: bytes) -> list[Frame]:
        assert len(data) % FRAME_SIZE == 0
        sealed = [data[at : at + FRAME_SIZE] for at in range(0, len(data), FRAME_SIZE)]
        return [decode_frame_untrusted(self._receive.decrypt_untrusted(b"", one)) for one in sealed]


def met(role: Role, *frames: Frame) -> tuple[Peer, Connection]:
    """A peer in this role and a connection that has heard its greeting and these frames."""
    peer, connection = Peer(role), side(OTHER[role])
    peer.meet(connection)
    feed(connection, peer.frames(*GREETING))
    peer.read(connection.data_to_send())  # REVEAL
    feed(connection, peer.frames(*frames))
    return peer, connection


def breach(connection: Connection, data: bytes, answer: bytes = b"") -> RemoteProtocolError:
    """Give it these bytes: one RemoteProtocolError, then silence for good."""
    connection.data_to_send()
    connection.receive_data(data)
    with pytest.raises(RemoteProtocolError) as caught:
        events_of(connection)
    assert connection.data_to_send() == answer
    assert_over(connection)
    return caught.value


def assert_over(connection: Connection) -> None:
    """Nothing goes in any more and nothing comes out."""
    assert connection.next_event() is NEED_DATA
    assert not connection.open
    attempts: list[Callable[[], object]] = [
        lambda: connection.receive_data(b"more"),
        lambda: connection.send_text("text"),
        lambda: connection.acknowledge(1),
        connection.send_heartbeat,
        lambda: connection.send_goodbye(Farewell.PERSON),
    ]
    for attempt in attempts:
        with pytest.raises(LocalProtocolError):
            attempt()
    assert connection.data_to_send() == b""
