"""The clocks of a conversation: each is a moment and what happens then."""

from math import inf

import trio

from .endings import Reason, SessionFailure
from .timing import CLOSING_WITHIN, HANDSHAKE_WITHIN, MESSAGE_WHOLE_WITHIN, SILENT_AFTER


class Deadlines:
    """Moments on trio's clock in seconds; ``inf`` where a clock does not run."""

    def __init__(self) -> None:
        self.handshake = trio.current_time() + HANDSHAKE_WITHIN
        self.silent = self.whole = self.limit = self.closing = inf

    def opened(self, limit: int) -> None:
        """The conversation is open for ``limit`` seconds."""
        self.handshake = inf
        self.limit = trio.current_time() + limit
        self.heard()

    def heard(self) -> None:
        """A sign of life came from the peer."""
        self.silent = trio.current_time() + SILENT_AFTER

    def partial(self, partial: bool) -> None:
        """A message is, or is not, half received."""
        if not partial:
            self.whole = inf
        elif self.whole == inf:
            self.whole = trio.current_time() + MESSAGE_WHOLE_WITHIN

    def leaving(self) -> None:
        """The goodbye has begun: only its own bound counts from here."""
        self.silent = self.whole = self.limit = inf
        self.closing = trio.current_time() + CLOSING_WITHIN

    @property
    def next(self) -> float:
        """The next moment at which something must happen."""
        return min(self.handshake, self.silent, self.whole, self.limit, self.closing)

    def check(self, now: float) -> None:
        """Raise SessionFailure for a clock that has run out (``limit`` is no failure)."""
        if now >= self.handshake:
            raise SessionFailure(Reason.HANDSHAKE_TIMEOUT)
        if now >= self.silent:
            raise SessionFailure(Reason.PEER_SILENT, seconds=int(SILENT_AFTER))
        if now >= self.whole:
            rule = f"a message was not whole within {MESSAGE_WHOLE_WITHIN:.0f} s"
            raise SessionFailure(Reason.PEER_BROKE_PROTOCOL, rule=rule)
        if now >= self.closing:
            raise SessionFailure(Reason.CLOSING_TIMEOUT, seconds=int(CLOSING_WITHIN))
