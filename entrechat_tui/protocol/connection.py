"""One conversation over one stream, from the first byte to the last, without I/O.

Bytes go in with ``receive_data``, events come out of ``next_event``, and what has to go out lies
in ``data_to_send`` after each of these and after each ``send_…``. The rules of direction.py serve
both ways; blame is assigned here: in ``_send`` it was us, in ``_admit_untrusted`` the peer.
"""

from collections import deque

from . import frames
from .direction import WINDOW, Direction, State
from .errors import LocalProtocolError, ProtocolError, RemoteProtocolError, VersionMismatch
from .events import (
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
    Signal,
    StepDone,
    TextReceived,
)
from .handshake import SIZES, Handshake
from .identity import Identity, UserIdentity
from .meeting import MeetingKeys, Role
from .messages import Reassembler, split


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
        limit: int,
        expected: bytes | None = None,
    ) -> None:
        """``ephemeral``: a random X25519 private key, 32 bytes, for this connection alone.

        ``limit``: the session limit that this side wants, 60 to 86,400 seconds. ``expected``: the
        identity key that was called, if one was.
        """
        if limit not in frames.LIMITS:
            raise LocalProtocolError("a session limit is 60 to 86,400 seconds")
        self._limit = limit
        self._handshake = Handshake(role, keys, user, ephemeral, expected)
        self._sending = Direction()
        self._receiving = Direction()
        self._reassembler = Reassembler()
        self._in = bytearray()
        self._out = bytearray(self._handshake.opening())
        self._events: deque[Event] = deque()
        self._stream_ended = False
        self._over = False
        self._frames_received = 0

    @property
    def open(self) -> bool:
        """Both sides said hello, and neither said goodbye."""
        return self._sending.state is State.TALKING and self._receiving.state is State.TALKING

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
        """All that has to go out now. It is given once."""
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
        """Say that we send no more text. Only before the peer does: its goodbye is answered."""
        self._send(frames.Goodbye(farewell))

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
            self._events.append(Ended(clean=settled))
        return self._stream_ended

    def _end(self) -> None:
        self._over = True
        self._sending.state = self._receiving.state = State.DONE
        self._in.clear()
        self._out.clear()

    def _take_part_untrusted(self, data: bytes) -> None:
        answer, done = self._handshake.receive_untrusted(data)
        self._out += answer
        if done is not None:
            self._events.append(StepDone(done))
        if self._handshake.peer is not None:
            self._events.append(PeerIdentified(self._handshake.peer))
            self._send_cipher, self._receive_cipher = self._handshake.split()
            self._send(frames.Hello(self._limit))

    def _take_frame_untrusted(self, data: bytes) -> None:
        frame = frames.decode_frame_untrusted(self._receive_cipher.decrypt_untrusted(b"", data))
        self._admit_untrusted(frame)
        self._frames_received += 1
        match frame:
            case frames.Hello():
                self._events.append(Opened(min(frame.limit, self._limit)))
            case frames.Text():
                self._take_text_untrusted(frame)
            case frames.Ack():
                self._events.append(Delivered(frame.message_id))
            case frames.Heartbeat():
                self._events.append(HeartbeatReceived())
            case frames.Goodbye():
                self._events.append(PeerGoodbye(Farewell(frame.code)))
                self._answer_goodbye()
            case _:  # SETTLED
                self._events.append(Settled())
        self._settle()

    def _admit_untrusted(self, frame: frames.Frame) -> None:
        try:
            self._receiving.admit(frame, self._sending)
        except ProtocolError as breach:
            raise RemoteProtocolError(str(breach)) from None

    def _take_text_untrusted(self, frame: frames.Text) -> None:
        text = self._reassembler.add_untrusted(frame)
        if text is not None:
            self._events.append(TextReceived(frame.message_id, text))

    def _answer_goodbye(self) -> None:
        if self._sending.state is State.TALKING:
            self.send_goodbye(Farewell.PERSON)
