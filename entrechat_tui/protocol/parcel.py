"""A sealed keyring on its way to its owner's other machine (protocol.md, section 6).

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
    """Where what one side offers stands."""

    IDLE = "idle"
    OFFERED = "offered"
    TAKEN = "taken"
    SENT = "sent"


class Move(Enum):
    """What a frame means for an offer."""

    OFFERED = "OFFER"
    TAKEN = "ANSWER true"
    DECLINED = "ANSWER false"
    CHUNK = "PARCEL"
    LAST_CHUNK = "the last PARCEL"
    ARRIVED = "ARRIVED"


TABLE: dict[Stage, dict[Move, Stage]] = {
    Stage.IDLE: {
        Move.OFFERED: Stage.OFFERED,
    },
    Stage.OFFERED: {
        Move.TAKEN: Stage.TAKEN,
        Move.DECLINED: Stage.IDLE,
    },
    Stage.TAKEN: {
        Move.CHUNK: Stage.TAKEN,
        Move.LAST_CHUNK: Stage.SENT,
    },
    Stage.SENT: {
        Move.ARRIVED: Stage.IDLE,
    },
}


class Transfer:
    """What one side offers: its OFFER and PARCEL, the other side's ANSWER and ARRIVED."""

    def __init__(self) -> None:
        self.stage = Stage.IDLE
        self._size = 0
        self._index = 0

    def admit(self, frame: TransferFrame) -> None:
        """Take note of a frame. Raises ProtocolError and changes nothing."""
        move = _move(frame)
        following = TABLE[self.stage].get(move)
        if following is None:
            raise ProtocolError(f"{move.value} is not allowed in stage {self.stage.name}")
        match frame:
            case Offer():
                self._size, self._index = frame.size, 0
            case Parcel():
                self._admit_parcel(frame)
        self.stage = following

    def _admit_parcel(self, frame: Parcel) -> None:
        left = self._size - self._index * CHUNK_SIZE
        due = (self._index, _chunks_of(self._size), min(CHUNK_SIZE, left))
        if (frame.index, frame.total, len(frame.chunk)) != due:
            raise ProtocolError("a PARCEL is out of order or of the wrong size")
        self._index += 1


def _move(frame: TransferFrame) -> Move:
    match frame:
        case Offer():
            return Move.OFFERED
        case Answer():
            return Move.TAKEN if frame.taken else Move.DECLINED
        case Parcel():
            return Move.LAST_CHUNK if frame.index + 1 == frame.total else Move.CHUNK
        case _:  # ARRIVED
            return Move.ARRIVED


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
