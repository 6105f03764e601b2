"""What the screens tell the session."""

from dataclasses import dataclass, field

from ..protocol.identity import UserIdentity
from ..protocol.verification import Words
from .endings import Reason


@dataclass(frozen=True)
class SendText:
    """Send ``text`` (1 byte to 64 KiB of UTF-8); ``ref`` names it in later events."""

    ref: int
    text: str


@dataclass(frozen=True)
class Shown:
    """The message was put before the person: acknowledge it to the peer."""

    message_id: int


@dataclass(frozen=True)
class Leave:
    """End the session: GOODBYE, or INTERRUPTED, TERMINATED, HANGUP for a signal."""

    reason: Reason


@dataclass(frozen=True)
class AskCircuits:
    """Answer with a CircuitsSeen event."""


@dataclass(frozen=True)
class TypedWords:
    """The words that the person heard from the other side, as places in a word list.

    Words that stand in two lists have two readings. If none is the right one, the session ends
    with WORDS_DIFFER.
    """

    readings: tuple[Words, ...]


@dataclass(frozen=True)
class OfferCard:
    """Send this identity's card to the peer (once a session)."""

    user: UserIdentity = field(repr=False)


@dataclass(frozen=True)
class AcceptCard:
    """Tell the peer that its card was put into our keyring."""


@dataclass(frozen=True)
class OfferKeyring:
    """Offer a sealed keyring of ours with so many contacts to our own other machine."""

    sealed: bytes = field(repr=False)
    contacts: int


@dataclass(frozen=True)
class AnswerKeyring:
    """Take the keyring that the peer offered, or do not."""

    take: bool


Command = (
    SendText
    | Shown
    | Leave
    | AskCircuits
    | TypedWords
    | OfferCard
    | AcceptCard
    | OfferKeyring
    | AnswerKeyring
)
