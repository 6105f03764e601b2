"""One conversation over one stream, from the first byte to the last, without I/O.

Bytes go in with ``receive_data``, events come out of ``next_event``, and what has to go out lies
in ``data_to_send`` after each of these and after each ``send_…``. The rules of direction.py serve
both ways; blame is assigned here: in ``_send`` it was us, in ``_admit_untrusted`` the peer.
"""

from collections import deque
from collections.abc import Callable

from . import events, frames
from .card import Card
from .direction import WINDOW, Direction, State
from .errors import LocalProtocolError, ProtocolError, RemoteProtocolError, VersionMismatch
from .events import NEED_DATA, Event, Farewell, Signal
from .exchange import Exchange
from .handshake import SIZES, Handshake
from .identity import Identity, UserIdentity
from .meeting import MeetingKeys, Role
from .messages import Reassembler, split
from .parcel import make_offer

# The frames that tell what they hold and nothing more.
_TOLD: dict[type[frames.Frame], Callable[..., Event]] = {
    frames.Ack: events.Delivered,
    frames.Heartbeat: events.HeartbeatReceived,
    frames.Settled: events.Settled,
    frames.Verified: events.PeerVerified,
    frames.Accepted: events.CardAccepted,
    frames.Offer: events.KeyringOffered,
    frames.Answer: events.KeyringAnswered,
    frames.Arrived: events.ParcelArrived,
}


class Connection:
    """One side. Whatever the rules forbid us raises LocalProtocolError, and nothing is sent.

    After a RemoteProtocolError and after Ended the connection is over: nothing goes in, nothing
    comes out (but for the header that a peer of another version is owed).
    """

    def __init__(
        self,
        role: Role,
        keys: MeetingKeys,
        user: UserIdentity,
        *,
        ephemeral: bytes,
        nonce: bytes,
        limit: int,
        expected: Card | None = None,
    ) -> None:
        """``ephemeral``: a random X25519 private key, 32 bytes, for this connection alone.

        ``nonce``: 32 random bytes for this connection alone; the words are made of both sides'.
        ``limit``: the session limit that this side wants, 60 to 86,400 seconds. ``expected``: the
        card that was called, if one was.
        """
        if limit not in frames.LIMITS:
            raise LocalProtocolError("a session limit is 60 to 86,400 seconds")
        self._limit = limit
        self._handshake = Handshake(role, keys, user, ephemeral, expected)
        self._sending = Direction()
        self._receiving = Direction()
        self._reassembler = Reassembler()
        self._exchange = Exchange(role, nonce)
        self._in = bytearray()
        self._out = bytearray(self._handshake.opening())
        self._events: deque[Event] = deque()
        self._stream_ended = False
        self._over = False
        self._frames_received = 0

    @property
    def open(self) -> bool:
        """Both sides said hello, and neither said goodbye."""
        peer_is_here = self._receiving.state in (State.COMMITTING, State.TALKING)
        return peer_is_here and self._talking

    @property
    def peer_identity(self) -> Identity | None:
        """Who is there, once verified."""
        return self._handshake.peer

    @property
    def unacknowledged(self) -> range:
        """The ids of our messages that the peer has not acknowledged."""
        return range(self._sending.acknowledged + 1, self._sending.last + 1)

    @property
    def window(self) -> int:
        """How many messages may be sent before the next acknowledgement."""
        return WINDOW - len(self.unacknowledged)

    @property
    def settled(self) -> bool:
        """We said SETTLED: nothing that may still come changes what became of our messages."""
        return self._sending.state is State.DONE and not self._over

    @property
    def partial(self) -> bool:
        """A message of the peer's has begun and is not whole yet."""
        return self._receiving.partial

    @property
    def frames_received(self) -> int:
        """How many frames of the peer's were verified: it rises with every sign of life."""
        return self._frames_received

    # --- what goes out ---

    def data_to_send(self) -> bytes:
        """What has to go out now, given once; of a keyring a piece: ask until it is nothing."""
        for parcel in self._exchange.shipment.going():
            self._send(parcel)
        data = bytes(self._out)
        self._out.clear()
        return data

    def send_text(self, text: str) -> int:
        """Send a message of 1 to 65,536 bytes of UTF-8; the id that Delivered will reach."""
        message_id = self._sending.last + 1
        for chunk in split(message_id, text):
            self._send(chunk)
        return message_id

    def acknowledge(self, message_id: int) -> None:
        """Say that every message up to this one was put before the person."""
        self._send(frames.Ack(message_id))
        self._settle()

    def send_heartbeat(self) -> None:
        """Say that we are here."""
        self._send(frames.Heartbeat())

    def send_goodbye(self, farewell: Farewell) -> None:
        """Say that we send no more text. Only before the peer does: its goodbye is answered.

        What is left of a keyring that goes out stays here.
        """
        self._send(frames.Goodbye(farewell))
        self._exchange.shipment.stop()

    def send_verified(self, matched: bool) -> None:
        """Say whether our person heard the peer's words. If not, we say goodbye as well."""
        self._send(frames.Verified(matched))
        if not matched:
            self.send_goodbye(Farewell.PERSON)

    def offer_card(self, user: UserIdentity) -> None:
        """Give the peer a card of ours: this session's identity, or another one that we keep."""
        self._send(self._exchange.card(user))

    def accept_card(self) -> None:
        """Say that the peer's card is in our keyring."""
        self._send(frames.Accepted())

    def offer_keyring(self, data: bytes, contacts: int) -> None:
        """Offer a sealed keyring, 1 byte to 1 MiB; it goes out once the peer takes it."""
        self._send(make_offer(data, contacts))
        self._exchange.shipment.offered = data

    def answer_keyring(self, taken: bool) -> None:
        """Take the keyring that the peer offers, or do not."""
        self._send(frames.Answer(taken))

    def _send(self, frame: frames.Frame) -> None:
        try:
            self._sending.admit(frame, self._receiving)
        except ProtocolError as breach:
            raise LocalProtocolError(str(breach)) from None
        self._out += self._send_cipher.encrypt(b"", frames.encode_frame(frame))

    def _settle(self) -> None:
        leaving = self._sending.state is State.LEAVING
        if leaving and self._sending.resolved and self._receiving.resolved:
            self._send(frames.Settled())

    # --- what comes in ---

    def receive_data(self, data: bytes) -> None:
        """Take bytes from the stream, b"" for its end. Then ask ``next_event`` until NEED_DATA."""
        if self._over or self._stream_ended:
            raise LocalProtocolError("the stream is over")
        self._in += data
        self._stream_ended = not data

    def next_event(self) -> Event | Signal:
        """The next event, or NEED_DATA. Raises RemoteProtocolError, once, and VersionMismatch."""
        try:
            while not self._events and self._advance_untrusted():
                pass
        except RemoteProtocolError as breach:
            self._end()
            if isinstance(breach, VersionMismatch):
                self._out += self._handshake.version_answer()
            raise
        return self._events.popleft() if self._events else NEED_DATA

    def _advance_untrusted(self) -> bool:
        """Take one part of the handshake, one frame or the end. False if there is none."""
        if self._over:
            return False
        if self._in and self._receiving.state is State.DONE:
            raise RemoteProtocolError("something came after SETTLED")
        part = self._handshake.awaits
        size = frames.FRAME_SIZE if part is None else SIZES[part]
        if len(self._in) < size:
            return self._take_end()
        data = bytes(self._in[:size])
        del self._in[:size]
        if part is None:
            self._take_frame_untrusted(data)
        else:
            self._take_part_untrusted(data)
        return True

    def _take_end(self) -> bool:
        if self._stream_ended:
            settled = self._sending.state is State.DONE and not self._out
            self._end()
            self._events.append(events.Ended(clean=settled))
        return self._stream_ended

    def _end(self) -> None:
        self._over = True
        self._sending.state = self._receiving.state = State.DONE
        self._in.clear()
        self._out.clear()
        self._exchange.shipment.stop()

    def _take_part_untrusted(self, data: bytes) -> None:
        answer, done = self._handshake.receive_untrusted(data)
        self._out += answer
        if done is not None:
            self._events.append(events.StepDone(done))
        if self._handshake.peer is not None:
            self._events.append(events.PeerIdentified(self._handshake.peer))
            self._begin_frames()

    def _begin_frames(self) -> None:
        self._send_cipher, self._receive_cipher = self._handshake.split()
        self._send(frames.Hello(self._limit))
        self._send(self._exchange.begin(self._handshake.hash))

    def _take_frame_untrusted(self, data: bytes) -> None:
        frame = frames.decode_frame_untrusted(self._receive_cipher.decrypt_untrusted(b"", data))
        self._admit_untrusted(frame)
        self._frames_received += 1
        told = _TOLD.get(type(frame))
        if told is not None:
            self._events.append(told(*vars(frame).values()))
        match frame:
            case frames.Hello():
                self._events.append(events.Opened(min(frame.limit, self._limit)))
            case frames.Text():
                self._take_text_untrusted(frame)
            case frames.Goodbye():
                self._events.append(events.PeerGoodbye(Farewell(frame.code)))
                self._answer_goodbye()
            case _:
                self._exchange_untrusted(frame)
        self._settle()

    def _admit_untrusted(self, frame: frames.Frame) -> None:
        try:
            self._receiving.admit(frame, self._sending)
        except ProtocolError as breach:
            raise RemoteProtocolError(str(breach)) from None

    def _take_text_untrusted(self, frame: frames.Text) -> None:
        text = self._reassembler.add_untrusted(frame)
        if text is not None:
            self._events.append(events.TextReceived(frame.message_id, text))

    def _exchange_untrusted(self, frame: frames.Frame) -> None:
        event, answer = self._exchange.take_untrusted(frame)
        if event is not None:
            self._events.append(event)
        if answer is not None and self._talking:
            self._send(answer)

    @property
    def _talking(self) -> bool:
        return self._sending.state is State.TALKING

    def _answer_goodbye(self) -> None:
        if self._talking:
            self.send_goodbye(Farewell.PERSON)
