"""``entrechat testnet DIR``: the private Tor network alone, in the foreground."""

import os
import signal
from pathlib import Path

import trio

from ..session.endings import Reason, SessionFailure
from ..session.network import Booting, NetworkEvent, NodeDied, NodeRestarted, private_network
from ..session.watch import status_words
from .lines import out, say, write_all
from .signals import ENDS_WITH

_STDERR = 2
_OWNER_CHECK = 0.5
_BAR_WIDTH = 30
_USUAL_COLUMNS = 80
_CLEAR_LINE = "\r\x1b[K"


def run(directory: Path) -> int:
    """Run the network until a signal comes or the owner (the parent process) is gone.

    Raises SessionFailure, perhaps in a group, with whatever ended it.
    """
    trio.run(_run, directory, os.getppid())
    return 0


async def _run(directory: Path, owner: int) -> None:
    with trio.open_signal_receiver(*ENDS_WITH) as signals:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(_serve, directory)
            nursery.start_soon(_end_with, owner)
            raise SessionFailure(ENDS_WITH[signal.Signals(await anext(signals))])


async def _serve(directory: Path) -> None:
    screen = _Screen()
    try:
        async with private_network(directory, screen.show) as network:
            await network.ready()
            screen.clear()
            out("ready\n")
            await trio.sleep_forever()
    finally:
        screen.clear()


async def _end_with(owner: int) -> None:
    # An owner outside of our container has the process id 0, which nothing can wait for.
    while os.getppid() == owner:
        await trio.sleep(_OWNER_CHECK)
    raise SessionFailure(Reason.HANGUP)


def _bar(percent: int, phase: str, columns: int) -> str:
    """A line that no terminal of this width breaks."""
    width = min(_BAR_WIDTH, columns // 3)
    done = width * percent // 100
    return f"[{'#' * done}{'-' * (width - done)}] {percent:3} % {phase}"[: columns - 1]


def _columns() -> int:
    return os.get_terminal_size(_STDERR).columns or _USUAL_COLUMNS


class _Screen:
    """Standard error: a bar on a terminal, elsewhere a line for each phase."""

    def __init__(self) -> None:
        self._live = os.isatty(_STDERR)
        self._phase = ""

    def show(self, event: NetworkEvent) -> None:
        match event:
            case Booting(percent, phase) if self._live:
                self._write(_CLEAR_LINE + _bar(percent, phase, _columns()))
            case Booting(percent, phase) if phase != self._phase:
                self._phase = phase
                say(f"network {percent} %: {phase}")
            case NodeDied(name, status):
                self.clear()
                say(f"network: {name} ended ({status_words(status)}); it is started again")
            case NodeRestarted(name):
                self.clear()
                say(f"network: {name} runs again")

    def clear(self) -> None:
        """Leave an empty line where the bar was."""
        if self._live:
            self._write(_CLEAR_LINE)

    def _write(self, text: str) -> None:
        write_all(_STDERR, text.encode())
