"""A private Tor network on loopback: two authorities and four relays, kept alive."""

import re
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import trio

from .network_config import (
    TORRC,
    Node,
    client_lines,
    find_gencert,
    first_vote_offset,
    lay_out,
    make_authority,
    node_lines,
)
from .tor_process import TorProcess, find_tor

_GRACE = 2.0
_PAUSE = 0.5


@dataclass(frozen=True)
class Progress:
    """How far the boot is: 0..100 and what goes on, for a person."""

    percent: int
    phase: str


@dataclass(frozen=True)
class NodeDied:
    """A node is gone without having been asked; it is being started again."""

    name: str
    status: int


@dataclass(frozen=True)
class NodeRestarted:
    """That node runs again with the same keys and ports, as ``pid``."""

    name: str
    pid: int


NetworkEvent = Progress | NodeDied | NodeRestarted


class Network:
    """The running network. ``torrc`` is what a client includes."""

    def __init__(self, directory: Path, report: Callable[[NetworkEvent], None]) -> None:
        self.torrc = directory / TORRC
        self.pids: dict[str, int] = {}
        self._report = report
        self._percent: dict[str, int] = {}
        self._booted = trio.Event()

    async def ready(self) -> None:
        """Return when a client published an onion service and another one reached it."""
        await self._booted.wait()

    def heard(self, node: Node, line: str) -> None:
        """Take one line of a node's log into account."""
        found = re.search(r"Bootstrapped (\d+)%", line)
        if found is None:
            return
        self._percent[node.name] = int(found[1])
        if min(self._percent.values()) == 100:
            self._booted.set()

    async def keep(self, tor: Path, node: Node, lines: list[str]) -> None:
        """Run one node, and again whenever it ends."""
        self._percent[node.name] = 0
        while True:
            process = TorProcess(tor, lines, node.directory)
            if node.name in self.pids:
                self._report(NodeRestarted(node.name, process.pid))
            self.pids[node.name] = process.pid
            try:
                async for line in process.lines():
                    self.heard(node, line)
                status = await process.wait()
            finally:
                await process.stop(_GRACE)
            self._report(NodeDied(node.name, status))
            await trio.sleep(_PAUSE)


@asynccontextmanager
async def private_network(
    directory: Path, report: Callable[[NetworkEvent], None]
) -> AsyncIterator[Network]:
    tor = find_tor()
    gencert = find_gencert(tor)
    made = not directory.exists()
    directory.mkdir(mode=0o700, exist_ok=True)
    try:
        nodes = lay_out(directory)
        authorities: dict[str, str] = {}

        async def make(node: Node) -> None:
            authorities[node.name] = await make_authority(tor, gencert, node)

        async with trio.open_nursery() as nursery:
            for node in nodes:
                if node.is_authority:
                    nursery.start_soon(make, node)
        lines = client_lines(list(authorities.values()))
        network = Network(directory, report)
        network.torrc.write_text("".join(f"{line}\n" for line in lines))
        offset = first_vote_offset()
        async with trio.open_nursery() as nursery:
            for node in nodes:
                nursery.start_soon(network.keep, tor, node, lines + node_lines(node, offset))
            yield network
            nursery.cancel_scope.cancel()
    finally:
        shutil.rmtree(directory)
