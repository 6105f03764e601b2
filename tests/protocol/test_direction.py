"""The table of one direction, pair by pair."""

from collections.abc import Iterable
from itertools import product

import pytest

from entrechat_tui.protocol.direction import TABLE, WINDOW, Direction, State
from entrechat_tui.protocol.errors import ProtocolError
from entrechat_tui.protocol.frames import (
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

FRAMES: tuple[Frame, ...] = (
    Hello(600),
    Text(1, 0, 1, b"x"),
    Ack(1),
    Heartbeat(),
    Goodbye(0),
    Settled(),
    Commit(bytes(32)),
    Reveal(bytes(32)),
    Verified(True),
    Card(b"identity", bytes(64)),
    Accepted(),
    Offer(1, 0),
    Answer(True),
    Parcel(0, 1, b"x"),
    Arrived(),
)
EXCHANGED = (Reveal, Verified, Card, Accepted, Offer, Answer, Parcel, Arrived)
ALLOWED: dict[State, dict[type[Frame], State]] = {
    State.GREETING: {Hello: State.COMMITTING},
    State.COMMITTING: {Commit: State.TALKING},
    State.TALKING: {
        Text: State.TALKING,
        Ack: State.TALKING,
        Heartbeat: State.TALKING,
        **dict.fromkeys(EXCHANGED, State.TALKING),
        Goodbye: State.LEAVING,
    },
    State.LEAVING: {Ack: State.LEAVING, Heartbeat: State.LEAVING, Settled: State.DONE},
    State.DONE: {},
}
# What must have been said before, and by whom.
COMMITS = (("one", Commit(bytes(32))), ("other", Commit(bytes(32))))
REVEALS = (*COMMITS, ("one", Reveal(bytes(32))), ("other", Reveal(bytes(32))))
BEFORE: dict[type[Frame], tuple[tuple[str, Frame], ...]] = {
    Reveal: COMMITS,
    Verified: REVEALS,
    Accepted: (("other", Card(b"", b"")),),
    Answer: (("other", Offer(1, 0)),),
    Parcel: (("one", Offer(1, 0)), ("other", Answer(True))),
    Arrived: (("other", Offer(1, 0)), ("one", Answer(True)), ("other", Parcel(0, 1, b"x"))),
}
ONCE = (Reveal, Verified, Card, Accepted)


def direction(state: State, last: int = 0, acknowledged: int = 0) -> Direction:
    made = Direction()
    made.state, made.last, made.acknowledged = state, last, acknowledged
    return made


def test_the_table_is_the_documents() -> None:
    assert TABLE == ALLOWED


def say(frames: Iterable[tuple[str, Frame]]) -> dict[str, Direction]:
    """Both sides, once these were said."""
    sides = {"one": direction(State.TALKING), "other": direction(State.TALKING)}
    opposite = {"one": "other", "other": "one"}
    for who, frame in frames:
        if isinstance(frame, Commit):
            sides[who].state = State.COMMITTING
        sides[who].admit(frame, sides[opposite[who]])
    return sides


@pytest.mark.parametrize(("state", "frame"), list(product(State, FRAMES)))
def test_every_frame_in_every_state(state: State, frame: Frame) -> None:
    sides = say(BEFORE.get(type(frame), ()))
    one, other = sides["one"], sides["other"]
    one.state = state
    if isinstance(frame, Ack):
        other.last = 1
    if isinstance(frame, Settled):
        other.state = State.LEAVING
    following = ALLOWED[state].get(type(frame))
    if following is None:
        with pytest.raises(ProtocolError):
            one.admit(frame, other)
        assert (one.state, one.last, other.acknowledged) == (state, 0, 0)
    else:
        one.admit(frame, other)
        assert one.state is following


@pytest.mark.parametrize("frame", [one for one in FRAMES if type(one) in BEFORE])
def test_what_must_come_before(frame: Frame) -> None:
    """Without any one of the last two that it waits for, the frame is a breach."""
    before = BEFORE[type(frame)]
    for missing in before[-1:] if type(frame) is not Verified else before[-2:]:
        sides = say(said for said in before if said is not missing)
        with pytest.raises(ProtocolError):
            sides["one"].admit(frame, sides["other"])


@pytest.mark.parametrize("frame", [one for one in FRAMES if type(one) in ONCE])
def test_what_comes_once(frame: Frame) -> None:
    sides = say([*BEFORE.get(type(frame), ()), ("one", frame)])
    with pytest.raises(ProtocolError, match="twice"):
        sides["one"].admit(frame, sides["other"])


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
