"""What the connection tells the session. All are immutable values."""

from dataclasses import dataclass
from enum import Enum, IntEnum

from .identity import Identity


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
    | PeerGoodbye
    | Settled
    | Ended
)
