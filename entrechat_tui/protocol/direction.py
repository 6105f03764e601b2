"""Who may send what when: one set of rules for both directions (protocol.md, section 5).

Rules:
- Each direction is a state machine of its own. A frame that its state does not list is a breach.
- Messages are numbered 1, 2, 3, …; at most 256 of them (WINDOW) are unacknowledged.
- An acknowledgement rises, and names a message that was sent whole.
- GOODBYE does not come in the middle of a message.
- SETTLED comes when both directions said GOODBYE and every message of both is acknowledged.
- COMMIT, REVEAL, VERIFIED, CARD and ACCEPTED come once. REVEAL waits for the other side's COMMIT,
  VERIFIED for the REVEAL of both, ACCEPTED for the other side's CARD.
- OFFER, ANSWER, PARCEL and ARRIVED follow the rules of what one side offers (parcel.py).

A breach is a ProtocolError here; who is to blame, only the caller knows.
"""

from enum import Enum

from .errors import ProtocolError
from .frames import (
    Accepted,
    Ack,
    Answer,
    Arrived,
    Card,
    Commit,
    Frame,
    Goodbye,
    Heartbeat,
    Hello,
    Offer,
    Parcel,
    Reveal,
    Settled,
    Text,
    Verified,
)
from .parcel import Transfer

WINDOW = 256


class State(Enum):
    """Where one direction stands."""

    GREETING = "greeting"
    COMMITTING = "committing"
    TALKING = "talking"
    LEAVING = "leaving"
    DONE = "done"


TABLE: dict[State, dict[type[Frame], State]] = {
    State.GREETING: {
        Hello: State.COMMITTING,
    },
    State.COMMITTING: {
        Commit: State.TALKING,
    },
    State.TALKING: {
        Text: State.TALKING,
        Ack: State.TALKING,
        Heartbeat: State.TALKING,
        Reveal: State.TALKING,
        Verified: State.TALKING,
        Card: State.TALKING,
        Accepted: State.TALKING,
        Offer: State.TALKING,
        Answer: State.TALKING,
        Parcel: State.TALKING,
        Arrived: State.TALKING,
        Goodbye: State.LEAVING,
    },
    State.LEAVING: {
        Ack: State.LEAVING,
        Heartbeat: State.LEAVING,
        Settled: State.DONE,
    },
    State.DONE: {},
}

Kinds = frozenset[type[Frame]]
_NONE: Kinds = frozenset()

# What comes once, and what this side and the other one must have said before.
ONCE: dict[type[Frame], tuple[Kinds, Kinds]] = {
    Commit: (_NONE, _NONE),
    Reveal: (_NONE, frozenset({Commit})),
    Verified: (frozenset({Reveal}), frozenset({Reveal})),
    Card: (_NONE, _NONE),
    Accepted: (_NONE, frozenset({Card})),
}


class Direction:
    """The frames of one side, sending or receiving.

    ``last`` and ``acknowledged`` are message ids, 0 before the first; ``partial``: a message
    is half sent.
    """

    def __init__(self) -> None:
        self.state = State.GREETING
        self.last = 0
        self.acknowledged = 0
        self.partial = False
        self.transfer = Transfer()
        self._said: set[type[Frame]] = set()

    @property
    def resolved(self) -> bool:
        """Said GOODBYE, and every message is acknowledged."""
        return self.state in (State.LEAVING, State.DONE) and self.acknowledged == self.last

    def admit(self, frame: Frame, other: "Direction") -> None:
        """Take note of a frame that goes this way. Raises ProtocolError and changes nothing."""
        following = TABLE[self.state].get(type(frame))
        if following is None:
            name = type(frame).__name__.upper()
            raise ProtocolError(f"{name} is not allowed in state {self.state.name}")
        match frame:
            case Text():
                self._admit_text(frame)
            case Ack():
                other._admit_ack(frame)
            case Goodbye():
                _require(not self.partial, "GOODBYE came in the middle of a message")
            case Settled():
                _require(self.resolved and other.resolved, "SETTLED came before all was resolved")
            case Offer() | Parcel():
                self.transfer.admit(frame)
            case Answer() | Arrived():
                other.transfer.admit(frame)
            case _ if type(frame) in ONCE:
                self._admit_once(type(frame), other)
        self.state = following

    def _admit_once(self, kind: type[Frame], other: "Direction") -> None:
        name = kind.__name__.upper()
        before, others_before = ONCE[kind]
        _require(kind not in self._said, f"{name} came twice")
        in_order = before <= self._said and others_before <= other._said
        _require(in_order, f"{name} came before what it waits for")
        self._said.add(kind)

    def _admit_text(self, frame: Text) -> None:
        _require(frame.message_id == self.last + 1, "a message is out of order")
        _require(
            self.last - self.acknowledged < WINDOW,
            f"more than {WINDOW} messages are unacknowledged",
        )
        self.partial = frame.index + 1 < frame.total
        if not self.partial:
            self.last += 1

    def _admit_ack(self, frame: Ack) -> None:
        _require(
            self.acknowledged < frame.message_id <= self.last,
            "an acknowledgement does not rise, or names a message that was not sent",
        )
        self.acknowledged = frame.message_id


def _require(kept: bool, rule: str) -> None:
    if not kept:
        raise ProtocolError(rule)
