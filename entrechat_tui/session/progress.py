"""Where the session stands, how long each stage took, and telling the screens about it."""

from collections.abc import Callable, Mapping

import trio

from .events import Event, StateEntered
from .states import Input, State, step


class Progress:
    """Drives the state table. ``bounds``: how many seconds each state may take."""

    def __init__(self, emit: Callable[[Event], None], bounds: Mapping[State, float]) -> None:
        self.emit = emit
        self.state = State.STARTING
        self._bounds = dict(bounds)
        self._stages: list[tuple[State, float]] = []
        self._entered = trio.current_time()
        self._tell()

    def advance(self, given: Input) -> None:
        """Move on. Raises LocalProtocolError where the table has no way."""
        following = step(self.state, given)
        now = trio.current_time()
        self._stages.append((self.state, now - self._entered))
        self.state, self._entered = following, now
        self._tell()

    def bound(self, state: State, seconds: float) -> None:
        """Set a bound that only became known on the way."""
        self._bounds[state] = seconds

    @property
    def stages(self) -> tuple[tuple[State, float], ...]:
        """Each state that was left, with the seconds it took."""
        return tuple(self._stages)

    def _tell(self) -> None:
        self.emit(StateEntered(self.state, self._bounds.get(self.state)))
