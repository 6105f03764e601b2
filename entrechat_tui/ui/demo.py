"""``entrechat demo``: a private Tor network on this machine, and two people who meet on it."""

import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import trio

from ..protocol.messages import MAX_TEXT
from ..session.endings import Ending, Reason, SessionFailure
from ..session.private import make_private_directory, remove_private_directory
from .arguments import UsageError
from .children import ended, open_child, program
from .demo_script import LINES
from .lines import out, say
from .signals import ENDS_WITH

_NO_TMUX = (
    "the live demo shows its two screens in tmux, and there is none on PATH; install tmux, or "
    "see the demo in lines with `entrechat demo | cat`"
)


def run(script: Path | None) -> int:
    """Show it: live in a terminal, in lines elsewhere or with a script; the exit status."""
    lines = LINES if script is None else _read_script(script)
    live = script is None and os.isatty(0) and os.isatty(1)
    if live and shutil.which("tmux") is None:
        raise UsageError(_NO_TMUX)
    report, status = trio.run(_interruptible, lines, live)
    out(report)
    return status


def _read_script(script: Path) -> tuple[str, ...]:
    """The lines of a script, as plain mode will read them: empty ones are left out."""
    try:
        lines = [line for line in script.read_bytes().split(b"\n") if line]
    except OSError as error:
        raise UsageError(f"{script} cannot be read: {error.strerror}") from None
    texts = tuple(line.decode("utf-8", "replace") for line in lines)
    if not texts:
        raise UsageError(f"{script} has no line to say")
    for number, text in enumerate(texts, 1):
        if len(text.encode()) > MAX_TEXT:
            raise UsageError(f"message {number} of {script} has more than {MAX_TEXT} bytes")
    return texts


async def _interruptible(lines: tuple[str, ...], live: bool) -> tuple[str, int]:
    """A signal ends everything in order: screens or peers, then the network, then its files."""
    ending: Ending | None = None
    shown = "", 0
    with trio.open_signal_receiver(*ENDS_WITH) as signals:
        async with trio.open_nursery() as nursery:

            async def heed() -> None:
                nonlocal ending
                ending = Ending(ENDS_WITH[signal.Signals(await anext(signals))])
                nursery.cancel_scope.cancel()

            nursery.start_soon(heed)
            shown = await _show(lines, live)
            nursery.cancel_scope.cancel()
    if ending is not None:
        raise SessionFailure(ending.reason)
    return shown


async def _show(lines: tuple[str, ...], live: bool) -> tuple[str, int]:
    """What is left to print, and the exit status."""
    async with _network() as (directory, network):
        if not await _is_ready(network):
            # It said why itself.
            return "", await network.wait()
        if live:
            from .demo_live import show

            shown = "", await show(directory)
        else:
            from .demo_lines import converse

            shown = await converse(lines, directory / "network.torrc")
    say("The private network is taken down, and its files are gone.")
    return shown


@asynccontextmanager
async def _network() -> AsyncIterator[tuple[Path, trio.Process]]:
    """A private network's directory and process. Afterwards nothing of it is left.

    The network makes the directory and removes it, for it outlives a demo that is killed.
    """
    place = make_private_directory()
    place.rmdir()
    directory = place.with_name(f"entrechat-{secrets.token_hex(8)}")
    try:
        network = await open_child(program("testnet", str(directory)), stdout=subprocess.PIPE)
        async with ended(network):
            yield directory, network
    finally:
        gone = remove_private_directory(directory)
        if not gone.ok:
            raise SessionFailure(Reason.INTERNAL, error=gone.seen)


async def _is_ready(network: trio.Process) -> bool:
    assert network.stdout is not None
    return await network.stdout.receive_some() == b"ready\n"
