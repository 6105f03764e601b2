"""The session's states, as a table.

Rules:
- A session moves forward only: there is no way back to an earlier state.
- ENDED leads from every state but CLOSED to CLOSED, with one named reason: a failure, or a
  person who leaves before the conversation is open, for then there is no message to resolve
  and nobody to say goodbye to.
- A (state, input) pair that is not in the table is a mistake of ours.
"""

from enum import Enum

from ..protocol.errors import LocalProtocolError


class State(Enum):
    """Where the session stands (DESIGN section 2)."""

    STARTING = "starting"
    OPENING = "opening"
    WAITING = "waiting"
    HANDSHAKE = "handshake"
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"


class Input(Enum):
    """What moves it on."""

    BOOTSTRAPPED = "tor is bootstrapped"
    DOOR_OPEN = "the onion service is published, or the dialer may ask for it"
    PEER_REACHED = "a stream to the peer exists"
    AUTHENTICATED = "handshake done, both said hello"
    GOODBYE = "either side says goodbye"
    SETTLED = "both said goodbye, every message is resolved"
    ENDED = "any other end"


TABLE: dict[State, dict[Input, State]] = {
    State.STARTING: {
        Input.BOOTSTRAPPED: State.OPENING,
        Input.ENDED: State.CLOSED,
    },
    State.OPENING: {
        Input.DOOR_OPEN: State.WAITING,
        Input.ENDED: State.CLOSED,
    },
    State.WAITING: {
        Input.PEER_REACHED: State.HANDSHAKE,
        Input.ENDED: State.CLOSED,
    },
    State.HANDSHAKE: {
        Input.AUTHENTICATED: State.OPEN,
        Input.ENDED: State.CLOSED,
    },
    State.OPEN: {
        Input.GOODBYE: State.CLOSING,
        Input.ENDED: State.CLOSED,
    },
    State.CLOSING: {
        Input.SETTLED: State.CLOSED,
        Input.ENDED: State.CLOSED,
    },
    State.CLOSED: {},
}


def step(state: State, given: Input) -> State:
    """The next state. Raises LocalProtocolError where the table has none."""
    try:
        return TABLE[state][given]
    except KeyError:
        raise LocalProtocolError(f"{given.name} in state {state.name}") from None
