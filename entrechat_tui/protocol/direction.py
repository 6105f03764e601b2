"""Who may send what when: one set of rules for both directions (protocol.md, section 5).

Rules:
- Each direction is a state machine of its own. A frame that its state does not list is a breach.
- Messages are numbered 1, 2, 3, …; at most 256 of them (WINDOW) are unacknowledged.
- An acknowledgement rises, and names a message that was sent whole.
- GOODBYE does not come in the middle of a message.
- SETTLED comes when both directions said GOODBYE and every message of both is acknowledged.

A breach is a ProtocolError here; who is to blame, only the caller knows.
"""

from enum import Enum

from .errors import ProtocolError
from .frames import Ack, Frame, Goodbye, Heartbeat, Hello, Settled, Text

WINDOW = 256


class State(Enum):
    """Where one direction stands."""

    GREETING = "greeting"
    TALKING = "talking"
    LEAVING = "leaving"
    DONE = "done"


TABLE: dict[State, dict[type[Frame], State]] = {
    State.GREETING: {
        Hello: State.TALKING,
    },
    State.TALKING: {
        Text: State.TALKING,
        Ack: State.TALKING,
        Heartbeat: State.TALKING,
        Goodbye: State.LEAVING,
    },
    State.LEAVING: {
        Ack: State.LEAVING,
        Heartbeat: State.LEAVING,
        Settled: State.DONE,
    },
    State.DONE: {},
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
        self.state = following

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
