"""The delivery invariant: every message handed in ends as delivered or as failed, once."""

from collections import deque
from collections.abc import Callable

import trio

from ..protocol.errors import LocalProtocolError
from .events import Event, TextDelivered, TextFailed


class Ledger:
    """Counts messages and knows the screens' name (``ref``) of each that is unresolved."""

    def __init__(self, emit: Callable[[Event], None]) -> None:
        self._emit = emit
        self._waiting: deque[tuple[int, str]] = deque()
        self._on_the_wire: deque[tuple[int, int, float]] = deque()
        self.sent = 0
        self.delivered = 0
        self.received = 0

    def accept(self, ref: int, text: str) -> None:
        """A message of ours that waits for room in the window."""
        self.sent += 1
        self._waiting.append((ref, text))

    def refuse(self, ref: int) -> None:
        """A message that this session cannot take."""
        self.sent += 1
        self._emit(TextFailed(ref))

    @property
    def empty(self) -> bool:
        """No message waits for room in the window."""
        return not self._waiting

    def put(self, send: Callable[[str], int]) -> None:
        """Hand the oldest waiting message to ``send``, which gives its message id.

        A text that the protocol cannot carry (empty, too long, not UTF-8) has failed.
        """
        ref, text = self._waiting.popleft()
        try:
            self._on_the_wire.append((send(text), ref, trio.current_time()))
        except LocalProtocolError:
            self._emit(TextFailed(ref))

    def abandon(self) -> None:
        """What still waits for room is not to be sent: it has failed."""
        while self._waiting:
            self._emit(TextFailed(self._waiting.popleft()[0]))

    def resolve(self, message_id: int) -> None:
        """Every message up to ``message_id`` was acknowledged."""
        now = trio.current_time()
        while self._on_the_wire and self._on_the_wire[0][0] <= message_id:
            _, ref, since = self._on_the_wire.popleft()
            self.delivered += 1
            self._emit(TextDelivered(ref, now - since))

    def close(self) -> None:
        """Nothing more will be acknowledged: whatever is unresolved has failed."""
        for ref in [ref for _, ref, _ in self._on_the_wire] + [ref for ref, _ in self._waiting]:
            self._emit(TextFailed(ref))
        self._on_the_wire.clear()
        self._waiting.clear()
