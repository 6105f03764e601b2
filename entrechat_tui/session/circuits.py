"""The circuit manager: one tor child, its control connection, and all that a session asks of it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import trio

from ..protocol.meeting import ONION_PORT, MeetingKeys
from . import onion, socks
from .bootstrap import bootstrap
from .control import Control
from .endings import Reason, SessionFailure
from .events import Event
from .private import make_private_directory, remove_private_directory
from .receipt import Check
from .socks import NotYet
from .teardown import take_down
from .timing import BOOTSTRAP_STALLS_AFTER, PUBLISH_WITHIN
from .tor_process import TorProcess, find_tor
from .torrc import Paths, network_lines, session_torrc
from .watch import Watch, tell_network

__all__ = ["CircuitManager", "NotYet", "Patience", "open_circuit_manager"]

_BACKLOG = 16
_KEY_MISSING = frozenset({0xF4, 0xF5})


@dataclass(frozen=True)
class Patience:
    """How long tor may take, in seconds."""

    answer: float = 10.0
    between_pings: float = 5.0
    bootstrap_stall: float = BOOTSTRAP_STALLS_AFTER
    publish: float = PUBLISH_WITHIN
    dial: float = 60.0


_PATIENT = Patience()


class CircuitManager:
    """Owns a tor from its start to its end. Made by ``open_circuit_manager``.

    When tor dies, hangs or refuses its lines, whatever is awaited here is cancelled, and that
    context raises the SessionFailure that names the cause.
    """

    def __init__(
        self,
        emit: Callable[[Event], None],
        patience: Patience,
        paths: Paths,
        process: TorProcess,
        nursery: trio.Nursery,
    ) -> None:
        self.failure: SessionFailure | None = None
        self._emit = emit
        self._patience = patience
        self._paths = paths
        self._process = process
        self._nursery = nursery
        self._control = Control(patience.answer)
        self._watch = Watch(process, self._failed)
        self._published: MeetingKeys | None = None
        self._listener: trio.SocketListener | None = None
        self._checks: tuple[Check, ...] = ()
        self._closing = False
        nursery.start_soon(self._watch.read_log)
        nursery.start_soon(self._watch.await_death)

    async def bootstrap(self) -> None:
        """Connect tor to its network, emitting Bootstrap events.

        Raises SessionFailure: NO_NETWORK without progress, CLOCK_WRONG when tor says so.
        """
        await self._open_control()
        self._nursery.start_soon(self._watch.ping, self._control, self._patience.between_pings)
        self._nursery.start_soon(tell_network, self._control, self._emit)
        await bootstrap(self._control, self._emit, self._patience.bootstrap_stall)

    async def _open_control(self) -> None:
        with trio.move_on_after(self._patience.answer):
            while True:
                # tor always logs something after it began to listen.
                news = self._watch.news
                if await self._control.open(self._paths.control, self._paths.cookie):
                    return
                await news.wait()
        raise SessionFailure(Reason.TOR_STUCK)

    async def publish(self, keys: MeetingKeys) -> trio.SocketListener:
        """Publish the onion service, emitting Door events, and listen behind it.

        Raises SessionFailure PUBLISH_FAILED.
        """
        self._listener = await _listen(self._paths.door)
        self._published = keys
        await onion.publish(
            self._control, keys, self._paths.door, self._emit, self._patience.publish
        )
        return self._listener

    async def hosted(self, keys: MeetingKeys) -> bool:
        """Whether somebody's descriptor for these keys can be found now; ask before ``authorise``.

        tor is asked to connect without the client authorisation: where there is a descriptor it
        stops there for want of the key, so the host never notices.
        """
        try:
            stream = await self.dial(keys)
        except NotYet as error:
            return error.code in _KEY_MISSING
        await trio.aclose_forcefully(stream)
        return True

    async def authorise(self, keys: MeetingKeys) -> None:
        """Give tor the key that opens the peer's onion service; again changes nothing."""
        await onion.authorise(self._control, keys)

    async def refresh(self, keys: MeetingKeys) -> None:
        """Have tor fetch the newest descriptor of the peer's onion service."""
        await onion.refresh(self._control, keys)

    async def dial(self, keys: MeetingKeys) -> trio.SocketStream:
        """One attempt to reach the peer. Raises NotYet if a later one may succeed."""
        return await socks.connect(
            self._paths.socks, keys.onion_address, ONION_PORT, self._patience.dial
        )

    async def circuits(self) -> tuple[tuple[str, ...], ...]:
        """The relay nicknames of the circuits that carry the session, newest first."""
        return await onion.joined_circuits(self._control)

    async def close(self) -> tuple[Check, ...]:
        """Take everything down and look. Shielded, at most about six seconds, never raises."""
        self._closing = True
        if self._listener is not None:
            self._listener.socket.close()
        if not self._checks:
            with trio.CancelScope(shield=True):
                self._checks = await take_down(
                    self._paths.directory, self._process, self._control, self._published
                )
        return self._checks

    def _failed(self, failure: SessionFailure) -> None:
        if self.failure is None and not self._closing:
            self.failure = failure
            self._nursery.cancel_scope.cancel()


async def _listen(path: Path) -> trio.SocketListener:
    listening = trio.socket.socket(trio.socket.AF_UNIX, trio.socket.SOCK_STREAM)
    try:
        await listening.bind(str(path))
        listening.listen(_BACKLOG)
    except BaseException:
        listening.close()
        raise
    return trio.SocketListener(listening)


@asynccontextmanager
async def open_circuit_manager(
    emit: Callable[[Event], None], network: Path | None, patience: Patience = _PATIENT
) -> AsyncIterator[CircuitManager]:
    """Start tor, watch it, and leave nothing of it behind. Main thread only.

    ``network``: the torrc lines of a private network's file (ValueError with a sentence for a
    person if it holds anything else); None for live Tor.
    Raises SessionFailure: NO_TOR, TOR_TOO_OLD, NO_PRIVATE_DIRECTORY; later what ends tor.
    """
    tor = find_tor()
    lines = network_lines(network) if network else []
    paths = Paths(make_private_directory())
    try:
        process = TorProcess(tor, session_torrc(paths) + lines, paths.directory)
    except BaseException:
        remove_private_directory(paths.directory)
        raise
    error: Exception | None = None
    async with trio.open_nursery() as nursery:
        manager = CircuitManager(emit, patience, paths, process, nursery)
        try:
            yield manager
        except Exception as raised:
            # Kept from the nursery, which would wrap it in a group.
            error = raised
        finally:
            await manager.close()
            nursery.cancel_scope.cancel()
    if manager.failure is not None:
        raise manager.failure from error
    if error is not None:
        raise error
