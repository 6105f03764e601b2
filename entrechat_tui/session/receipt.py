"""The receipt: what was delivered, what failed, what was destroyed, as checked."""

from dataclasses import dataclass

from .endings import Ending
from .states import State


@dataclass(frozen=True)
class Check:
    """One thing that teardown looked at: what, whether it is gone, and what was seen."""

    what: str
    ok: bool
    seen: str


@dataclass(frozen=True)
class Receipt:
    """The account of one session. Times in seconds."""

    ending: Ending
    stages: tuple[tuple[State, float], ...]
    sent: int
    delivered: int
    received: int
    peer_goodbye: bool
    teardown: tuple[Check, ...]

    @property
    def failed(self) -> int:
        """Messages of ours that were not acknowledged."""
        return self.sent - self.delivered

    @property
    def clean(self) -> bool:
        """Ended by a goodbye or the agreed limit, nothing failed, nothing left behind."""
        return (
            self.ending.status == 0
            and self.failed == 0
            and self.peer_goodbye
            and all(check.ok for check in self.teardown)
        )
