"""What the session tells the screens. All are immutable values."""

from dataclasses import dataclass, field

from ..protocol.card import Card
from ..protocol.events import Step
from ..protocol.identity import Identity
from ..protocol.verification import Words
from .endings import Ending
from .receipt import Receipt
from .states import State


@dataclass(frozen=True)
class StateEntered:
    """The session moved on; ``bound`` is how many seconds this state may take, if bounded."""

    state: State
    bound: float | None


@dataclass(frozen=True)
class Bootstrap:
    """tor's own progress: 0..100 and tor's words for the phase."""

    percent: int
    phase: str


@dataclass(frozen=True)
class Door:
    """The onion service on its way to being reachable (host only)."""

    introduction_points: int
    uploads: int
    uploads_started: int


@dataclass(frozen=True)
class Dialling:
    """The dialer's attempt number ``attempt`` ended; ``outcome`` is a phrase for a person."""

    attempt: int
    outcome: str
    next_in: float


@dataclass(frozen=True)
class HandshakeStep:
    """One of three steps is done."""

    step: Step


@dataclass(frozen=True)
class PeerKnown:
    """The verified identity: the name is the peer's own claim (raw: sanitise before showing)."""

    claimed_name: str
    identity_key: bytes


@dataclass(frozen=True)
class PeerRenewed:
    """Behind PeerKnown: the peer was known by another card, with older keys or a short one.

    Nothing is kept of the newer one unless the screens keep it.
    """

    known: Card
    identity: Identity


@dataclass(frozen=True)
class Opened:
    """The conversation is open for ``limit`` seconds at most."""

    limit: int


@dataclass(frozen=True)
class TextArrived:
    """A message of the peer's (raw: sanitise before showing). Answer with ``Shown(message_id)``."""

    message_id: int
    text: str


@dataclass(frozen=True)
class TextDelivered:
    """The peer's program acknowledged the message that ``SendText(ref, …)`` gave.

    ``seconds``: from handing it to the stream to the acknowledgement.
    """

    ref: int
    seconds: float


@dataclass(frozen=True)
class TextFailed:
    """That message was not acknowledged and never will be."""

    ref: int


@dataclass(frozen=True)
class Heard:
    """Something authentic came from the peer just now."""


@dataclass(frozen=True)
class Notice:
    """Something a person should know that does not end the session (our words only)."""

    text: str


@dataclass(frozen=True)
class CircuitsSeen:
    """The circuits that carry this session, newest first: each a tuple of relay nicknames."""

    paths: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class WordsKnown:
    """What our person reads aloud, as places in a word list. The peer's words stay inside."""

    own: Words


@dataclass(frozen=True)
class WordsChecked:
    """Whose typing was right: ours, and the peer's (None: not typed yet)."""

    ours: bool | None
    peers: bool | None


@dataclass(frozen=True)
class CardOffered:
    """The peer's card; that the peer holds its identity key is proven. The name is a claim."""

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
    """The keyring that we took, sealed as it was sent. It is kept in memory alone."""

    sealed: bytes = field(repr=False)


@dataclass(frozen=True)
class KeyringDelivered:
    """The peer has all of the keyring that we sent."""


@dataclass(frozen=True)
class Leaving:
    """Goodbye has begun, for this reason."""

    ending: Ending


@dataclass(frozen=True)
class Closed:
    """Teardown is over. Nothing follows."""

    receipt: Receipt


Event = (
    StateEntered
    | Bootstrap
    | Door
    | Dialling
    | HandshakeStep
    | PeerKnown
    | PeerRenewed
    | Opened
    | TextArrived
    | TextDelivered
    | TextFailed
    | Heard
    | Notice
    | CircuitsSeen
    | WordsKnown
    | WordsChecked
    | CardOffered
    | CardAccepted
    | KeyringOffered
    | KeyringAnswered
    | KeyringArrived
    | KeyringDelivered
    | Leaving
    | Closed
)
