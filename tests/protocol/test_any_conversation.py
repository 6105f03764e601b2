"""Two real sides that do whatever the rules allow, in any order, with any delay on the wire."""

from collections import deque

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)

from entrechat_tui.protocol.connection import Connection
from entrechat_tui.protocol.direction import WINDOW
from entrechat_tui.protocol.events import Delivered, Event, Farewell, Settled, TextReceived
from entrechat_tui.protocol.meeting import Role

from .peers import OTHER, feed, side

ROLES = st.sampled_from(list(Role))


class Conversations(RuleBasedStateMachine):
    """No order of events makes a real side break a rule; every message ends as it must."""

    def __init__(self) -> None:
        super().__init__()
        self.sides = {role: side(role) for role in Role}
        self.wire = {role: bytearray() for role in Role}
        self.sent: dict[Role, list[str]] = {role: [] for role in Role}
        self.received: dict[Role, list[str]] = {role: [] for role in Role}
        self.shown = dict.fromkeys(Role, 0)
        self.delivered = dict.fromkeys(Role, 0)
        self.settled: set[Role] = set()

    @initialize()
    def open(self) -> None:
        self.deliver_everything()

    def take(self, role: Role, events: list[Event]) -> None:
        for event in events:
            match event:
                case TextReceived(message_id, text):
                    self.received[role].append(text)
                    assert message_id == len(self.received[role])
                case Delivered(message_id):
                    assert self.delivered[role] < message_id <= self.shown[OTHER[role]]
                    self.delivered[role] = message_id
                case Settled():
                    self.settled.add(role)

    def carry(self, role: Role, count: int) -> None:
        """``count`` bytes of what lies on the wire reach the other side of ``role``."""
        self.wire[role] += self.sides[role].data_to_send()
        data = bytes(self.wire[role][:count])
        del self.wire[role][:count]
        self.take(OTHER[role], feed(self.sides[OTHER[role]], data))

    def deliver_everything(self) -> None:
        idle = deque(Role)
        quiet = 0
        while quiet < len(Role):
            role = idle[0]
            idle.rotate()
            self.carry(role, 0)
            quiet = 0 if self.wire[role] else quiet + 1
            self.carry(role, 10**9)

    @rule(role=ROLES, count=st.integers(1, 1500))
    def some_bytes_arrive(self, role: Role, count: int) -> None:
        self.carry(role, count)

    @rule(role=ROLES, text=st.text(min_size=1, max_size=20), times=st.integers(1, 600))
    def someone_writes(self, role: Role, text: str, times: int) -> None:
        if self.sides[role].open and self.sides[role].window:
            self.sides[role].send_text(text * times)
            self.sent[role].append(text * times)

    @rule(role=ROLES)
    def someone_writes_until_the_window_is_full(self, role: Role) -> None:
        for _ in range(self.sides[role].window if self.sides[role].open else 0):
            self.sides[role].send_text("!")
            self.sent[role].append("!")

    @rule(role=ROLES, data=st.data())
    def someone_reads(self, role: Role, data: st.DataObject) -> None:
        if self.shown[role] < len(self.received[role]):
            upto = data.draw(st.integers(self.shown[role] + 1, len(self.received[role])))
            self.show(role, upto)

    def show(self, role: Role, upto: int) -> None:
        self.sides[role].acknowledge(upto)
        self.shown[role] = upto

    @rule(role=ROLES)
    def someone_is_there(self, role: Role) -> None:
        if self.sides[role].open:
            self.sides[role].send_heartbeat()

    @rule(role=ROLES, farewell=st.sampled_from(Farewell))
    def someone_leaves(self, role: Role, farewell: Farewell) -> None:
        if self.sides[role].open:
            self.sides[role].send_goodbye(farewell)

    @invariant()
    def nobody_exceeds_the_window(self) -> None:
        for one in self.sides.values():
            assert 0 <= one.window <= WINDOW

    def teardown(self) -> None:
        self.deliver_everything()
        dialer: Connection = self.sides[Role.DIALER]
        if dialer.open:
            dialer.send_goodbye(Farewell.PERSON)
            self.deliver_everything()
        for role in Role:
            if self.shown[role] < len(self.received[role]):
                self.show(role, len(self.received[role]))
        self.deliver_everything()
        assert self.settled == set(Role)
        for role in Role:
            assert self.received[OTHER[role]] == self.sent[role]
            assert self.delivered[role] == len(self.sent[role])


TestAnyConversation = Conversations.TestCase
TestAnyConversation.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
