"""A private Tor network on loopback: two authorities and four relays, kept alive."""

import math
import shutil
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import trio

from .endings import Reason, SessionFailure
from .events import Bootstrap, Door, Event
from .network_config import Node, client_lines, consensus_after, history, lay_out, node_lines
from .network_keys import make_keys
from .network_trial import try_network
from .tor_process import TorProcess, find_tor

_GRACE = 2.0
_PAUSE = 0.5
_LOOK_EVERY = 0.25
_READY_WITHIN = 180.0

# Where each part of the boot begins on the way to 100.
_VOTING, _CONNECTING, _MEETING = 10, 60, 85


@dataclass(frozen=True)
class Booting:
    """How far the boot is, 0..100, and what goes on, for a person."""

    percent: int
    phase: str


@dataclass(frozen=True)
class NodeDied:
    """A node ended unasked, with this exit status (negative for a signal)."""

    name: str
    status: int


@dataclass(frozen=True)
class NodeRestarted:
    """It runs again, with the same keys and ports."""

    name: str


NetworkEvent = Booting | NodeDied | NodeRestarted


class Network:
    """The running network. Made by ``private_network``.

    ``torrc`` is what a client includes; ``pids`` are the nodes' processes by name.
    """

    def __init__(
        self, torrc: Path, nodes: Sequence[Node], report: Callable[[NetworkEvent], None]
    ) -> None:
        self.torrc = torrc
        self._nodes = nodes
        self._report = report
        self._first: dict[Node, TorProcess] = {}
        self.pids: dict[str, int] = {}

    async def ready(self) -> None:
        """Return when a client published an onion service and another one reached it.

        Raises SessionFailure: what kept a client from it, or NETWORK_NOT_READY.
        """
        with trio.move_on_after(_READY_WITHIN):
            await try_network(self.torrc, self._all_informed, self._tell)
            return
        raise SessionFailure(Reason.NETWORK_NOT_READY, seconds=round(_READY_WITHIN))

    def start(
        self, nursery: trio.Nursery, tor: Path, authorities: Sequence[str], patience: float
    ) -> None:
        """Start all nodes; tasks of ``nursery`` start those again that end.

        ``authorities``: DirAuthority lines. ``patience``: seconds to the first consensus.
        """
        self._patience = patience
        self._first_consensus = math.ceil(time.time() + patience)
        for node in self._nodes:
            lines = client_lines(authorities) + node_lines(node, self._first_consensus)
            node.directory.joinpath("state").write_text(history(datetime.now(UTC)))
            spawn = partial(TorProcess, tor, lines, node.directory)
            self._first[node] = spawn()
            nursery.start_soon(self._keep, node, self._first[node], spawn)

    async def _keep(self, node: Node, process: TorProcess, spawn: Callable[[], TorProcess]) -> None:
        while True:
            status = await self._run(process, node)
            self._report(NodeDied(node.name, status))
            await trio.sleep(_PAUSE)
            process = spawn()
            self._report(NodeRestarted(node.name))

    async def _run(self, process: TorProcess, node: Node) -> int:
        self.pids[node.name] = process.pid
        try:
            async for _ in process.lines():
                pass
            return await process.wait()
        finally:
            await process.stop(_GRACE)

    async def _all_informed(self) -> None:
        """Return when every node knows every node."""
        while True:
            listed = {node: _listed(node) for node in self._nodes}
            if min(listed.values()) == len(self._nodes):
                return
            if all(listed[node] for node in self._nodes if node.is_authority):
                self._hurry([node for node in self._nodes if not listed[node]])
            self._report(self._voting())
            await trio.sleep(_LOOK_EVERY)

    def _hurry(self, nodes: Sequence[Node]) -> None:
        """Have nodes ask again that asked too early: their own pauses grow.

        One that was started since asks anyway, and a SIGHUP before tor heeds it would end it.
        """
        for node in nodes:
            self._first[node].signal(signal.SIGHUP)

    def _voting(self) -> Booting:
        left = max(0.0, self._first_consensus - time.time()) / (self._patience + 1)
        return Booting(_between(_VOTING, _CONNECTING, 1 - left), "the authorities vote")

    def _tell(self, event: Event) -> None:
        if isinstance(event, Bootstrap):
            percent = _between(_CONNECTING, _MEETING, event.percent / 100)
            self._report(Booting(percent, "two clients connect"))
        elif isinstance(event, Door):
            self._report(Booting(_MEETING, "one publishes, the other one comes"))


def _between(start: int, end: int, share: float) -> int:
    return start + round((end - start) * share)


def _listed(node: Node) -> int:
    """How many nodes are in the consensus that a node has; 0 before it knows their keys too."""
    try:
        consensus = (node.directory / "cached-microdesc-consensus").read_text()
        (node.directory / "cached-microdescs.new").stat()
    except FileNotFoundError:
        return 0
    return sum(line.startswith("r ") for line in consensus.splitlines())


@asynccontextmanager
async def private_network(
    directory: Path, report: Callable[[NetworkEvent], None]
) -> AsyncIterator[Network]:
    """Run a private network whose files are all in ``directory``. Main thread only.

    ``directory`` is empty or missing, and afterwards so again. Raises SessionFailure (perhaps in
    a group): DIRECTORY_REFUSED, NO_TOR, TOR_TOO_OLD, NO_GENCERT, KEYS_FAILED.
    """
    tor = find_tor()
    with _lent(directory.absolute()) as place:
        report(Booting(0, "keys are made"))
        nodes = lay_out(place)
        began = trio.current_time()
        authorities = await make_keys(tor, nodes)
        patience = consensus_after(trio.current_time() - began)
        network = Network(place / "network.torrc", nodes, report)
        network.torrc.write_text("".join(f"{line}\n" for line in client_lines(authorities)))
        async with trio.open_nursery() as nursery:
            network.start(nursery, tor, authorities, patience)
            yield network
            nursery.cancel_scope.cancel()


@contextmanager
def _lent(directory: Path) -> Iterator[Path]:
    """The directory, made if it is missing; afterwards as it was."""
    made = not directory.exists()
    try:
        directory.mkdir(mode=0o700, exist_ok=True)
        found = next(directory.iterdir(), None)
    except OSError as error:
        raise _refused(directory, f"cannot be used: {error.strerror}") from None
    if found is not None:
        raise _refused(directory, "is not empty")
    try:
        yield directory
    finally:
        for entry in directory.iterdir():
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        if made:
            directory.rmdir()


def _refused(directory: Path, why: str) -> SessionFailure:
    return SessionFailure(Reason.DIRECTORY_REFUSED, directory=ascii(str(directory)), why=why)
