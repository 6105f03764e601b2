"""The demo: what it prints, when it says that all was well, and that nothing of it is left."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSCTTY, TIOCSWINSZ

import pytest
import trio

from entrechat_tui.protocol.messages import MAX_TEXT
from entrechat_tui.ui.children import environment
from entrechat_tui.ui.demo_lines import converse
from entrechat_tui.ui.demo_report import PeerReport, report
from entrechat_tui.ui.demo_script import LINES

from ..conftest import processes_that_mention
from .programs import run, running


def peer(name: str, *heard: str) -> PeerReport:
    seen = PeerReport(name, expected=["< You: hi"])
    for line in heard or seen.expected:
        seen.heard.append(line)
    seen.note("* opened: for 1 h at most")
    seen.note("* stage open: 1.250 s")
    seen.note("* delivered 1 (0.020 s)")
    seen.note("* receipt: clean")
    seen.status = 0
    return seen


def test_all_was_well() -> None:
    text, status = report((peer("A"), peer("B")), 2)
    assert status == 0
    assert "median 0.020 s, 95th percentile 0.020 s" in text
    assert "open             1.250       1.250" in text


def unclean() -> PeerReport:
    seen = peer("B")
    seen.said_last.clear()
    return seen


def killed() -> PeerReport:
    seen = peer("B")
    seen.status = -9
    return seen


BAD = {
    "another text": (peer("B", "< You: ho"), 2, "NOT ALL ARRIVED"),
    "a line more": (peer("B", "< You: hi", "< You: hi"), 2, "NOT ALL ARRIVED"),
    "a line unsaid": (peer("B"), 3, "2 of 3 lines were delivered"),
    "no clean receipt": (unclean(), 2, "NOT BOTH RECEIPTS"),
    "an exit status": (killed(), 2, "NOT BOTH RECEIPTS"),
}


@pytest.mark.parametrize(("second", "lines", "verdict"), BAD.values(), ids=BAD)
def test_not_all_was_well(second: PeerReport, lines: int, verdict: str) -> None:
    text, status = report((peer("A"), second), lines)
    assert status == 1 and verdict in text


def test_nothing_happened_at_all() -> None:
    nobody = PeerReport("A"), PeerReport("B")
    nobody[0].note("entrechat: There is no tor.")
    text, status = report(nobody, 1)
    assert status == 1
    assert "no message was delivered" in text and "There is no tor." in text


def test_a_line_of_a_script_that_is_too_long_is_named(tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text("short\n\n" + "é" * MAX_TEXT + "\n")
    done = run("demo", "--script", str(script))
    assert done.returncode == 2 and f"message 2 of {script}" in done.stderr


async def test_the_built_in_script_is_spoken_in_turn(network: Path) -> None:
    text, status = await converse(LINES, network)
    assert status == 0, text
    assert text.count(f"> {LINES[0]}\n< Chloé: {LINES[1]}\n> {LINES[2]}") == 1
    assert text.count(f"< Alice: {LINES[0]}\n> {LINES[1]}\n< Alice: {LINES[2]}") == 1
    assert f"{len(LINES)} messages, median" in text
    assert max(map(len, LINES)) > 2500


async def test_any_line_is_text(network: Path) -> None:
    odd = [
        "* receipt: clean",
        "< Alice: me",
        "| more",
        "\x1b[2J\x07",
        "\u202eשלום",
        "\r",
        "z" * MAX_TEXT,
    ]
    text, status = await converse(odd, network)
    assert status == 0, text


# From here on: what is left when it ends in another way.


@pytest.fixture
def runtime() -> Iterator[Path]:
    """XDG_RUNTIME_DIR for one demo; afterwards no file and no process is in it."""
    directory = Path("/dev/shm", f"entrechat-demo-{os.getpid()}")
    directory.mkdir(mode=0o700)
    try:
        yield directory
        assert not list(directory.iterdir())
        assert not processes_that_mention(directory)
    finally:
        shutil.rmtree(directory)


ENDS = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129, signal.SIGKILL: -9}


@pytest.mark.parametrize(("number", "status"), ENDS.items())
async def test_whatever_ends_the_demo_ends_its_network(
    runtime: Path, number: signal.Signals, status: int
) -> None:
    env = environment() | {"XDG_RUNTIME_DIR": str(runtime)}
    async with running("demo", env=env) as demo:
        await demo.says("network ")
        demo.signal(number)
        # Its standard error is the network's too, so that is gone when this has ended.
        assert await demo.ended() == status


SHOW = """
import sys, trio
from pathlib import Path
from entrechat_tui.ui.demo_live import show
sys.exit(trio.run(show, Path(sys.argv[1])))
"""


class Terminal:
    """What a program draws on a terminal of our making."""

    def __init__(self, master: int, process: trio.Process) -> None:
        self._master = trio.lowlevel.FdStream(master)
        self.process = process
        self._drawn = b""

    async def draws(self, text: str) -> None:
        while text.encode() not in self._drawn:
            self._drawn += await self._master.receive_some()

    async def press(self, keys: bytes) -> None:
        await self._master.send_all(keys)

    async def ended(self) -> int:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._drain)
            status = await self.process.wait()
            nursery.cancel_scope.cancel()
        return status

    async def _drain(self) -> None:
        with suppress(trio.BrokenResourceError):
            while True:
                await self._master.receive_some()


@asynccontextmanager
async def live(network: Path, runtime: Path, columns: int, rows: int) -> AsyncIterator[Terminal]:
    """The live demo on a network that is there already."""
    directory = runtime / "demo"
    directory.mkdir()
    shutil.copy(network, directory)
    master, slave = os.openpty()
    ioctl(slave, TIOCSWINSZ, rows.to_bytes(2, "little") + columns.to_bytes(2, "little") + bytes(4))
    process = await trio.lowlevel.open_process(
        [sys.executable, "-c", SHOW, directory],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=environment() | {"XDG_RUNTIME_DIR": str(runtime), "TERM": "xterm-256color"},
        start_new_session=True,
        preexec_fn=lambda: ioctl(0, TIOCSCTTY),
    )
    os.close(slave)
    try:
        yield Terminal(master, process)
    finally:
        process.kill()
        await process.wait()
        shutil.rmtree(directory)


SIZES = {"side by side": (100, 24), "one at a time": (40, 12)}


@pytest.mark.parametrize(("columns", "rows"), SIZES.values(), ids=SIZES)
async def test_two_live_screens_meet_and_go_with_tmux(
    network: Path, runtime: Path, columns: int, rows: int
) -> None:
    async with live(network, runtime, columns, rows) as terminal:
        await terminal.draws("Ctrl-B")
        await terminal.draws("Connected")
        await terminal.press(b"\x02o")
        await terminal.press(b"Salut!")
        await terminal.draws("Salut!")
        await terminal.press(b"\x02d")
        assert await terminal.ended() == 0


def test_without_tmux_there_is_a_sentence(tmp_path: Path) -> None:
    master, slave = os.openpty()
    done = run(
        "demo",
        stdin=slave,
        stdout=slave,
        stderr=subprocess.PIPE,
        env=environment() | {"PATH": str(tmp_path)},
    )
    os.close(master)
    os.close(slave)
    assert done.returncode == 2 and "`entrechat demo | cat`" in done.stderr
