"""The frames, and the one size that all of them have on the wire (protocol.md, section 5)."""

from dataclasses import dataclass
from typing import get_args

from .errors import RemoteProtocolError
from .identity import IDENTITY_MAX
from .padding import LENGTH_SIZE, pad, unpad_untrusted
from .strict import Array, Binary, Boolean, Exactly, Integer, Tagged, pack, unpack_untrusted

FRAME_SIZE = 498
PLAINTEXT_SIZE = FRAME_SIZE - 16
CHUNK_SIZE = 460
MAX_CHUNKS = 143
MAX_PARCEL = 2**20
MAX_PARCEL_CHUNKS = -(-MAX_PARCEL // CHUNK_SIZE)
MAX_CONTACTS = 2**16 - 1
LIMITS = range(60, 86_400 + 1)


@dataclass(frozen=True)
class Hello:
    """``limit``: the session limit that this side wants, in seconds, one of LIMITS."""

    limit: int


@dataclass(frozen=True)
class Text:
    """Chunk ``index`` of ``total`` of the message ``message_id``."""

    message_id: int
    index: int
    total: int
    chunk: bytes


@dataclass(frozen=True)
class Ack:
    """Every message up to ``message_id`` was put before the person."""

    message_id: int


@dataclass(frozen=True)
class Heartbeat:
    """I am here."""


@dataclass(frozen=True)
class Goodbye:
    """I send no more text; ``code`` is an events.Farewell."""

    code: int


@dataclass(frozen=True)
class Settled:
    """All is resolved on my side."""


@dataclass(frozen=True)
class Commit:
    """``commitment`` binds this side to the nonce that it will reveal (verification.py)."""

    commitment: bytes


@dataclass(frozen=True)
class Reveal:
    """The nonce of the commitment."""

    nonce: bytes


@dataclass(frozen=True)
class Verified:
    """The person typed what the peer's person said: ``matched`` if these are the peer's words."""

    matched: bool


@dataclass(frozen=True)
class Card:
    """My card: an encoded identity, and a signature that shows that I hold its key."""

    identity: bytes
    proof: bytes


@dataclass(frozen=True)
class Accepted:
    """Your card was put into my keyring."""


@dataclass(frozen=True)
class Offer:
    """I offer a sealed keyring of ``size`` bytes with so many contacts."""

    size: int
    contacts: int


@dataclass(frozen=True)
class Answer:
    """``taken``: send what you offered."""

    taken: bool


@dataclass(frozen=True)
class Parcel:
    """Chunk ``index`` of ``total`` of what was offered."""

    index: int
    total: int
    chunk: bytes


@dataclass(frozen=True)
class Arrived:
    """All of what was offered is here."""


Frame = (
    Hello
    | Text
    | Ack
    | Heartbeat
    | Goodbye
    | Settled
    | Commit
    | Reveal
    | Verified
    | Card
    | Accepted
    | Offer
    | Answer
    | Parcel
    | Arrived
)

_TYPES: tuple[type[Frame], ...] = get_args(Frame)
_CODES = {frame_type: code for code, frame_type in enumerate(_TYPES)}
_SHAPE = Tagged(
    {
        0: Array(type=Exactly(0), limit=Integer(LIMITS.start, LIMITS.stop - 1)),
        1: Array(
            type=Exactly(1),
            id=Integer(1),
            index=Integer(0, MAX_CHUNKS - 1),
            total=Integer(1, MAX_CHUNKS),
            chunk=Binary(1, CHUNK_SIZE),
        ),
        2: Array(type=Exactly(2), id=Integer(1)),
        3: Array(type=Exactly(3)),
        4: Array(type=Exactly(4), code=Integer(0, 2)),
        5: Array(type=Exactly(5)),
        6: Array(type=Exactly(6), commitment=Binary(32, 32)),
        7: Array(type=Exactly(7), nonce=Binary(32, 32)),
        8: Array(type=Exactly(8), matched=Boolean()),
        9: Array(type=Exactly(9), identity=Binary(1, IDENTITY_MAX), proof=Binary(64, 64)),
        10: Array(type=Exactly(10)),
        11: Array(type=Exactly(11), size=Integer(1, MAX_PARCEL), contacts=Integer(0, MAX_CONTACTS)),
        12: Array(type=Exactly(12), taken=Boolean()),
        13: Array(
            type=Exactly(13),
            index=Integer(0, MAX_PARCEL_CHUNKS - 1),
            total=Integer(1, MAX_PARCEL_CHUNKS),
            chunk=Binary(1, CHUNK_SIZE),
        ),
        14: Array(type=Exactly(14)),
    }
)


def encode_frame(frame: Frame) -> bytes:
    """The plaintext of one Noise transport message, 482 bytes."""
    return pad(pack([_CODES[type(frame)], *vars(frame).values()]), PLAINTEXT_SIZE)


def decode_frame_untrusted(plaintext: bytes) -> Frame:
    """The frame in 482 bytes. Raises RemoteProtocolError."""
    if len(plaintext) != PLAINTEXT_SIZE:
        raise RemoteProtocolError(f"a frame is not {FRAME_SIZE} bytes")
    code, *fields = unpack_untrusted(
        unpad_untrusted(plaintext),
        max_len=PLAINTEXT_SIZE - LENGTH_SIZE,
        shape=_SHAPE,
        name="a frame",
    )
    frame: Frame = _TYPES[code](*fields)
    return frame
