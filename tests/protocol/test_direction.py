"""The table of one direction, pair by pair."""

from itertools import product

import pytest

from entrechat_tui.protocol.direction import TABLE, WINDOW, Direction, State
from entrechat_tui.protocol.errors import ProtocolError
from entrechat_tui.protocol.frames import Ack, Frame, Goodbye, Heartbeat, Hello, Settled, Text

FRAMES: tuple[Frame, ...] = (
    Hello(600),
    Text(1, 0, 1, b"x"),
    Ack(1),
    Heartbeat(),
    Goodbye(0),
    Settled(),
)
ALLOWED: dict[State, dict[type[Frame], State]] = {
    State.GREETING: {Hello: State.TALKING},
    State.TALKING: {
        Text: State.TALKING,
        Ack: State.TALKING,
        Heartbeat: State.TALKING,
        Goodbye: State.LEAVING,
    },
    State.LEAVING: {Ack: State.LEAVING, Heartbeat: State.LEAVING, Settled: State.DONE},
    State.DONE: {},
}


def direction(state: State, last: int = 0, acknowledged: int = 0) -> Direction:
    made = Direction()
    made.state, made.last, made.acknowledged = state, last, acknowledged
    return made


def test_the_table_is_the_documents() -> None:
    assert TABLE == ALLOWED


@pytest.mark.parametrize(("state", "frame"), list(product(State, FRAMES)))
def test_every_frame_in_every_state(state: State, frame: Frame) -> None:
    one, other = direction(state), direction(State.LEAVING)
    if isinstance(frame, Ack):
        other.last = 1
    if isinstance(frame, Settled):
        one.acknowledged = one.last
    following = ALLOWED[state].get(type(frame))
    if following is None:
        with pytest.raises(ProtocolError):
            one.admit(frame, other)
        assert (one.state, one.last, other.acknowledged) == (state, 0, 0)
    else:
        one.admit(frame, other)
        assert one.state is following


def test_settled_waits_for_both_goodbyes_and_every_acknowledgement() -> None:
    for one, other in [
        (direction(State.LEAVING), direction(State.TALKING)),
        (direction(State.LEAVING, last=2, acknowledged=1), direction(State.LEAVING)),
        (direction(State.LEAVING), direction(State.LEAVING, last=2, acknowledged=1)),
    ]:
        with pytest.raises(ProtocolError):
            one.admit(Settled(), other)
        assert one.state is State.LEAVING


def test_the_window() -> None:
    one, other = direction(State.TALKING), direction(State.TALKING)
    for message_id in range(1, WINDOW + 1):
        one.admit(Text(message_id, 0, 1, b"x"), other)
    one_more = Text(WINDOW + 1, 0, 1, b"x")
    with pytest.raises(ProtocolError):
        one.admit(one_more, other)
    other.admit(Ack(1), one)
    one.admit(one_more, other)
    assert (one.last, one.acknowledged) == (WINDOW + 1, 1)


def test_a_half_sent_message_is_not_the_last_one() -> None:
    one, other = direction(State.TALKING), direction(State.TALKING)
    one.admit(Text(1, 0, 2, b"x"), other)
    assert (one.last, one.partial) == (0, True)
    for frame in (Goodbye(0), Text(2, 0, 1, b"x")):
        with pytest.raises(ProtocolError):
            one.admit(frame, other)
    with pytest.raises(ProtocolError):
        other.admit(Ack(1), one)
    one.admit(Text(1, 1, 2, b"x"), other)
    assert (one.last, one.partial) == (1, False)
