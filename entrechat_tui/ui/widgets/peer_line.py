"""The header of a conversation: who, when last heard, how long it may still last."""

from collections.abc import Callable

from textual.content import Content
from textual.widget import Widget

from ..spell import fitting, spell_clock, spell_elapsed


class PeerLine(Widget):
    """One row, redrawn once a second. The name is the peer's own claim, and is called so."""

    def __init__(self, name: str, limit: int, clock: Callable[[], float]) -> None:
        super().__init__()
        self._peer = name
        self._clock = clock
        self._until = clock() + limit
        self._heard = clock()
        self._over = False

    def heard(self) -> None:
        """Something authentic came just now."""
        self._heard = self._clock()
        self.refresh()

    def close(self) -> None:
        """The conversation is over: nothing is counted any more."""
        self._over = True
        self.refresh()

    @property
    def silent_for(self) -> float:
        """Seconds since the peer was last heard."""
        return self._clock() - self._heard

    def render(self) -> Content:
        name = self._peer
        if self._over:
            row = fitting(self.size.width, [f"{name} · the session is over", f"{name} · over"])
            return Content.styled(row, "bold")
        heard = spell_elapsed(self.silent_for)
        left = spell_clock(self._until - self._clock())
        row = fitting(
            self.size.width,
            [
                f"{name} (so they call themselves) · heard {heard} ago · {left} left",
                f"{name} · heard {heard} ago · {left} left",
                f"{name[:20]} · {heard} ago · {left} left",
                f"{name[:8]} {heard} {left}",
                f"{heard} {left}",
            ],
        )
        return Content.styled(row, "bold")
