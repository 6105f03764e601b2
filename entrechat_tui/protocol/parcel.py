"""A sealed keyring on its way to its owner's other machine (protocol.md, section 5).

Rules:
- One offer at a time in each direction; the next when it was declined or all of it has arrived.
- The chunks of what was taken come in order, each as long as it can be, to the size offered.
"""

from collections.abc import Iterator
from enum import Enum
from itertools import islice

from .errors import LocalProtocolError, ProtocolError
from .frames import (
    CHUNK_SIZE,
    MAX_CONTACTS,
    MAX_PARCEL,
    Answer,
    Arrived,
    Offer,
    Parcel,
)

_AT_ONCE = 32

TransferFrame = Offer | Answer | Parcel | Arrived


class Stage(Enum):
    """Where the transfer that one side offers stands."""

    IDLE = "idle"
    OFFERED = "offered"
    TAKEN = "taken"
    SENT = "sent"


# An ANSWER of false leads back to IDLE, the last PARCEL to SENT.
STAGES: dict[Stage, dict[type[TransferFrame], Stage]] = {
    Stage.IDLE: {Offer: Stage.OFFERED},
    Stage.OFFERED: {Answer: Stage.TAKEN},
    Stage.TAKEN: {Parcel: Stage.TAKEN},
    Stage.SENT: {Arrived: Stage.IDLE},
}


class Transfer:
    """What one side offers: its OFFER and PARCEL, the other side's ANSWER and ARRIVED."""

    def __init__(self) -> None:
        self.stage = Stage.IDLE
        self._size = 0
        self._index = 0

    def admit(self, frame: TransferFrame) -> None:
        """Take note of a frame. Raises ProtocolError and changes nothing."""
        following = STAGES[self.stage].get(type(frame))
        if following is None:
            name = type(frame).__name__.upper()
            raise ProtocolError(f"{name} is not allowed when the offer is {self.stage.value}")
        match frame:
            case Offer():
                self._size, self._index = frame.size, 0
            case Answer(False):
                following = Stage.IDLE
            case Parcel():
                self._admit_parcel(frame)
                if self._index == frame.total:
                    following = Stage.SENT
        self.stage = following

    def _admit_parcel(self, frame: Parcel) -> None:
        due = (self._index, _chunks_of(self._size), min(CHUNK_SIZE, self._left))
        if (frame.index, frame.total, len(frame.chunk)) != due:
            raise ProtocolError("a PARCEL is out of order or of the wrong size")
        self._index += 1

    @property
    def _left(self) -> int:
        return self._size - self._index * CHUNK_SIZE


def make_offer(data: bytes, contacts: int) -> Offer:
    """LocalProtocolError unless it is 1 byte to 1 MiB, with at most 65,535 contacts."""
    if not 1 <= len(data) <= MAX_PARCEL:
        raise LocalProtocolError(f"a keyring that is sent is 1 to {MAX_PARCEL} bytes")
    if not 0 <= contacts <= MAX_CONTACTS:
        raise LocalProtocolError(f"a keyring that is sent has at most {MAX_CONTACTS} contacts")
    return Offer(len(data), contacts)


class Shipment:
    """The keyring that we offer, and the one that comes in. When which may, Transfer says."""

    def __init__(self) -> None:
        self.offered = b""
        self._going: Iterator[Parcel] = iter(())
        self._coming = bytearray()

    def answered(self, taken: bool) -> None:
        """What was ``offered`` begins to go out, or is forgotten."""
        self._going = _cut(self.offered) if taken else iter(())
        self.offered = b""

    def going(self) -> Iterator[Parcel]:
        """The next few of the chunks that go out, so that other frames find their way between."""
        return islice(self._going, _AT_ONCE)

    def stop(self) -> None:
        """Nothing more goes out."""
        self.answered(False)

    def come(self, frame: Parcel) -> bytes | None:
        """Take a chunk that came in: the whole with the last one, else None."""
        self._coming += frame.chunk
        if frame.index + 1 < frame.total:
            return None
        data = bytes(self._coming)
        self._coming.clear()
        return data


def _cut(data: bytes) -> Iterator[Parcel]:
    total = _chunks_of(len(data))
    for index in range(total):
        yield Parcel(index, total, data[index * CHUNK_SIZE : (index + 1) * CHUNK_SIZE])


def _chunks_of(size: int) -> int:
    return -(-size // CHUNK_SIZE)
