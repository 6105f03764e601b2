"""What the connection tells the session. All are immutable values."""

from dataclasses import dataclass, field
from enum import Enum, IntEnum

from .identity import Identity
from .verification import Words


class Step(IntEnum):
    """The three steps of the handshake as a person sees them."""

    VERSION = 1
    NOISE = 2
    IDENTITIES = 3


class Farewell(IntEnum):
    """Why a side says goodbye (the code in the GOODBYE frame)."""

    PERSON = 0
    LIMIT = 1
    SHUTDOWN = 2


class Signal(Enum):
    """A marker that carries nothing: ``next_event`` has nothing until more bytes arrive."""

    NEED_DATA = "need data"


NEED_DATA = Signal.NEED_DATA


@dataclass(frozen=True)
class StepDone:
    """One step of the handshake is behind us."""

    step: Step


@dataclass(frozen=True)
class PeerIdentified:
    """The peer's identity is verified and bound to the Noise static key of this connection."""

    identity: Identity


@dataclass(frozen=True)
class Opened:
    """Both sides said HELLO; ``limit`` is the agreed session limit in seconds."""

    limit: int


@dataclass(frozen=True)
class TextReceived:
    """A whole message. It counts as delivered only after ``acknowledge(message_id)``."""

    message_id: int
    text: str


@dataclass(frozen=True)
class Delivered:
    """The peer's program acknowledged every message of ours up to ``message_id``."""

    message_id: int


@dataclass(frozen=True)
class HeartbeatReceived:
    """The peer is there and has nothing to say."""


@dataclass(frozen=True)
class WordsReady:
    """What each side's person says aloud: places in a word list, counted from 0."""

    own: Words
    peers: Words


@dataclass(frozen=True)
class PeerVerified:
    """The peer's person typed our words; if they did not match, the peer is leaving."""

    matched: bool


@dataclass(frozen=True)
class CardOffered:
    """The peer's card; that the peer holds its identity key is proven."""

    identity: Identity


@dataclass(frozen=True)
class CardAccepted:
    """Our card is in the peer's keyring."""


@dataclass(frozen=True)
class KeyringOffered:
    """The peer wants to send a sealed keyring: its size in bytes and number of contacts."""

    size: int
    contacts: int


@dataclass(frozen=True)
class KeyringAnswered:
    """The peer takes the keyring that we offered, or does not."""

    taken: bool


@dataclass(frozen=True)
class KeyringArrived:
    """All of the keyring that we took, sealed as it was sent. It is kept in memory alone."""

    data: bytes = field(repr=False)


@dataclass(frozen=True)
class ParcelArrived:
    """The peer has all of the keyring that we sent."""


@dataclass(frozen=True)
class PeerGoodbye:
    """The peer sends no more text."""

    farewell: Farewell


@dataclass(frozen=True)
class Settled:
    """Both said goodbye and every message of both is resolved: close the stream."""


@dataclass(frozen=True)
class Ended:
    """The peer's stream ended. ``clean`` if this side was settled by then."""

    clean: bool


Event = (
    StepDone
    | PeerIdentified
    | Opened
    | TextReceived
    | Delivered
    | HeartbeatReceived
    | WordsReady
    | PeerVerified
    | CardOffered
    | CardAccepted
    | KeyringOffered
    | KeyringAnswered
    | KeyringArrived
    | ParcelArrived
    | PeerGoodbye
    | Settled
    | Ended
)
