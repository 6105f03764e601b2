"""What the screens tell the session."""

from dataclasses import dataclass

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


Command = SendText | Shown | Leave | AskCircuits
