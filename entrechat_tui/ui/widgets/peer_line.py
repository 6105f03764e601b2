"""The header of a conversation: who, how sure that is, when last heard, how long it may last."""

from collections.abc import Callable

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from ..people import Peer
from ..spell import crop, spell_clock, spell_elapsed

_NAME_LEAST = 12
_OVER = (" · the session is over", " · over")


class PeerLine(Widget):
    """One row, redrawn once a second. A name that is the peer's own claim is called so."""

    def __init__(self, peer: Peer, limit: int, clock: Callable[[], float]) -> None:
        super().__init__()
        self._peer = peer
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
        name = self._peer.name
        tails = _OVER if self._over else self._tails()
        for tail in tails:
            room = self.size.width - cell_len(tail)
            if room >= min(cell_len(name), _NAME_LEAST):
                break
        return Content.styled(f"{crop(name, room)}{tail}", "bold")

    def _tails(self) -> tuple[str, ...]:
        heard = spell_elapsed(self.silent_for)
        left = spell_clock(self._until - self._clock())
        long, short = self._peer.claims
        standing = self._peer.standing
        return (
            f"{long} · {standing} · heard {heard} ago · {left} left",
            f"{short} · {standing} · heard {heard} ago · {left} left",
            f"{short} · {standing} · {heard} · {left}",
            f" · {standing} · {heard} · {left}",
            f" · {standing} · {left}",
            f" · {heard} · {left}",
        )
