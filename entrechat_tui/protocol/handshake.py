"""The handshake of both roles, as a table (protocol.md, section 3).

Rules:
- A state is the part that is awaited. Parts come in the order of the table, each in its one size.
- The host writes nothing before A has verified: to everybody else it is silent.
- An identity is checked before anything is written after it: the dialer shows its own in C only
  to the one it wanted to reach.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from .card import Card
from .errors import OldIdentity, OtherIdentity, RemoteProtocolError
from .events import Step
from .header import HEADER_SIZE, TAG_SIZE, check_header_untrusted, tagged_header
from .identity import (
    IDENTITY_MAX,
    Identity,
    UserIdentity,
    decode_identity_untrusted,
    encode_identity,
)
from .meeting import MeetingKeys, Role
from .noise import CipherState, HandshakeState
from .padding import LENGTH_SIZE, pad, unpad_untrusted

PATTERN = "XXpsk0"
_PAYLOAD_SIZE = IDENTITY_MAX + LENGTH_SIZE


class Part(Enum):
    """What a handshake is made of. The identity came within B or C: it is looked at, not read."""

    HEADER = "header, tag"
    A = "A"
    B = "B"
    C = "C"
    IDENTITY = "identity"


SIZES = {
    Part.HEADER: HEADER_SIZE + TAG_SIZE,
    Part.A: 48,
    Part.B: 469,
    Part.C: 437,
    Part.IDENTITY: 0,
}


@dataclass(frozen=True)
class Row:
    """When the awaited part is good: the step that it completes, what is sent, what comes next.

    ``then`` is None where the handshake is complete.
    """

    then: Part | None
    done: Step | None = None
    sends: tuple[Part, ...] = ()


OPENING: dict[Role, tuple[Part, ...]] = {
    Role.DIALER: (Part.HEADER, Part.A),
    Role.HOST: (),
}

TABLE: dict[Role, dict[Part, Row]] = {
    Role.DIALER: {
        Part.HEADER: Row(Part.B, done=Step.VERSION),
        Part.B: Row(Part.IDENTITY, done=Step.NOISE),
        Part.IDENTITY: Row(None, done=Step.IDENTITIES, sends=(Part.C,)),
    },
    Role.HOST: {
        Part.HEADER: Row(Part.A),
        Part.A: Row(Part.C, done=Step.VERSION, sends=(Part.HEADER, Part.B)),
        Part.C: Row(Part.IDENTITY, done=Step.NOISE),
        Part.IDENTITY: Row(None, done=Step.IDENTITIES),
    },
}


class Handshake:
    """One side of one handshake. Give it each part that it ``awaits``, send what it returns."""

    def __init__(
        self,
        role: Role,
        keys: MeetingKeys,
        user: UserIdentity,
        ephemeral: bytes,
        expected: Card | None,
    ) -> None:
        self._role = role
        self._keys = keys
        self._user = user
        self._ephemeral = ephemeral
        self._expected = expected
        self._header = tagged_header(role, keys.header_key)
        self._payload = b""
        self.awaits: Part | None = Part.HEADER
        self.peer: Identity | None = None
        if role is Role.DIALER:
            self._noise = self._start_noise(self._header)

    def opening(self) -> bytes:
        """What goes out before anything came in."""
        return self._write(OPENING[self._role])

    def version_answer(self) -> bytes:
        """What a peer of another major version is sent: our header, if it was not sent yet."""
        return self._header if self._role is Role.HOST else b""

    def receive_untrusted(self, data: bytes) -> tuple[bytes, Step | None]:
        """Take the part that was awaited: what to send, and the step that is done.

        Raises RemoteProtocolError, VersionMismatch among them.
        """
        assert self.awaits is not None
        row = TABLE[self._role][self.awaits]
        match self.awaits:
            case Part.HEADER:
                self._read_header_untrusted(data)
            case Part.IDENTITY:
                self._read_identity_untrusted()
            case _:
                self._payload = self._noise.read_message_untrusted(data)
        self.awaits = row.then
        return self._write(row.sends), row.done

    def split(self) -> tuple[CipherState, CipherState]:
        """The ciphers for sending and for receiving, once complete."""
        return self._noise.split()

    @property
    def hash(self) -> bytes:
        """32 bytes that name this handshake for both sides alike, once complete."""
        return self._noise.handshake_hash

    def _start_noise(self, dialers_header: bytes) -> HandshakeState:
        return HandshakeState(
            PATTERN,
            self._role is Role.DIALER,
            dialers_header[:HEADER_SIZE] + self._keys.onion_address.encode(),
            s=self._user.private_noise_key,
            e=self._ephemeral,
            rs=None,
            psks=(self._keys.psk,),
        )

    def _write(self, parts: Sequence[Part]) -> bytes:
        return b"".join(map(self._write_part, parts))

    def _write_part(self, part: Part) -> bytes:
        match part:
            case Part.HEADER:
                return self._header
            case Part.A:
                return self._noise.write_message(b"")
            case _:
                payload = pad(encode_identity(self._user.identity), _PAYLOAD_SIZE)
                return self._noise.write_message(payload)

    def _read_header_untrusted(self, data: bytes) -> None:
        check_header_untrusted(data, self._role.other, self._keys.header_key)
        if self._role is Role.HOST:
            self._noise = self._start_noise(data)

    def _read_identity_untrusted(self) -> None:
        peer = decode_identity_untrusted(unpad_untrusted(self._payload))
        if peer.noise_key != self._noise.remote_static:
            raise RemoteProtocolError("the identity is not the one of this connection")
        if peer.identity_key == self._user.identity.identity_key:
            raise RemoteProtocolError("the identity is our own")
        if self._expected is not None:
            _check_called_untrusted(peer, self._expected)
        self.peer = peer


def _check_called_untrusted(peer: Identity, called: Card) -> None:
    """The meeting was made with the meeting key that was called, so no other one can be here."""
    keys = (peer.identity_key, peer.meeting_key)
    if keys != (called.identity_key, called.meeting_key):
        raise OtherIdentity("the identity is not the one that was called")
    if peer.version < called.version:
        raise OldIdentity("the identity is older than the one that was called")
