"""tor's control connection: every call under a deadline, every event handed to trio."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from math import inf
from pathlib import Path
from typing import Any, TypeVar

import trio

from .endings import Reason, SessionFailure
from .tor_event import TorEvent

_EVENTS = "STATUS_CLIENT STATUS_GENERAL HS_DESC CIRC CIRC_MINOR NETWORK_LIVENESS"
_CLOSE_WITHIN = 1.0
T = TypeVar("T")


class ControlRefused(Exception):
    """tor answered a command with an error: our mistake. The command is not repeated here."""

    def __init__(self, command: str, code: str) -> None:
        super().__init__(f"tor answered {command.split()[0]} with {code}")
        self.code = code


class Control:
    """One authenticated control connection, which owns its tor."""

    def __init__(self, within: float) -> None:
        """``within``: seconds that tor may take to answer anything."""
        self._within = within
        self._controller: Any = None
        self._subscribers: list[tuple[frozenset[str], trio.MemorySendChannel[TorEvent]]] = []

    async def open(self, path: Path, cookie: Path) -> bool:
        """Connect to the unix socket ``path`` and take ownership. Raises as ``ask`` does.

        False if nobody listens there yet: tor makes the socket first, and listens a little later.
        """
        self._controller = await self._in_thread(_open, path, cookie, self._hand_over())
        if self._controller is None:
            return False
        await self.ask("TAKEOWNERSHIP")
        await self.ask(f"SETEVENTS {_EVENTS}")
        return True

    async def ask(self, command: str) -> tuple[str, ...]:
        """Send a command; the lines of tor's answer without their codes.

        Raises ControlRefused for an error, SessionFailure TOR_STUCK if none comes in time.
        """
        reply = await self._in_thread(_exchange, self._controller, command)
        if reply is None:
            await self._lost()
        code = reply.content()[-1][0]
        if not code.startswith("2"):
            raise ControlRefused(command, code)
        return tuple(text for _, _, text in reply.content())

    @contextmanager
    def events(self, *kinds: str) -> Iterator[trio.MemoryReceiveChannel[TorEvent]]:
        """The events of these kinds from now on."""
        send, receive = trio.open_memory_channel[TorEvent](inf)
        subscriber = (frozenset(kinds), send)
        self._subscribers.append(subscriber)
        try:
            with send, receive:
                yield receive
        finally:
            self._subscribers.remove(subscriber)

    async def close(self) -> bool:
        """Close the connection; whether stem says that it is closed. tor, if it lives, ends."""
        if self._controller is None:
            return True
        with suppress(SessionFailure):
            await _in_thread(_CLOSE_WITHIN, self._controller.close)
        return not self._controller.is_alive()

    async def _in_thread(self, function: Callable[..., T], *args: Any) -> T:
        return await _in_thread(self._within, function, *args)

    async def _lost(self) -> None:
        """The connection broke. If tor died, its watch knows how, and cancels this."""
        await trio.sleep(self._within)
        raise SessionFailure(Reason.TOR_STUCK)

    def _hand_over(self) -> Callable[[TorEvent], None]:
        token = trio.lowlevel.current_trio_token()

        def hand_over(event: TorEvent) -> None:
            with suppress(trio.RunFinishedError):
                token.run_sync_soon(self._dispatch, event)

        return hand_over

    def _dispatch(self, event: TorEvent) -> None:
        for kinds, channel in self._subscribers:
            if event.kind in kinds:
                channel.send_nowait(event)


async def _in_thread(within: float, function: Callable[..., T], *args: Any) -> T:
    """Run a blocking call that may never return: after ``within`` seconds it is left behind."""
    with trio.move_on_after(within):
        return await trio.to_thread.run_sync(function, *args, abandon_on_cancel=True)
    raise SessionFailure(Reason.TOR_STUCK)


def _open(path: Path, cookie: Path, hand_over: Callable[[TorEvent], None]) -> Any:
    from .stem_controller import ConnectionFailed, open_controller

    try:
        return open_controller(path, cookie, hand_over)
    except ConnectionFailed:
        return None


def _exchange(controller: Any, command: str) -> Any:
    from .stem_controller import ConnectionFailed

    try:
        return controller.msg(command)
    except ConnectionFailed:
        return None
