"""One tor child: forked from the main thread, dying with it, its log read line by line."""

import ctypes
import os
import re
import shutil
import signal
import subprocess
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from pathlib import Path

import trio

from .endings import Reason, SessionFailure

OLDEST_TOR = (0, 4, 8)
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def find_tor() -> Path:
    """The tor on PATH. Raises SessionFailure: NO_TOR, or TOR_TOO_OLD below 0.4.8."""
    found = shutil.which("tor")
    if found is None:
        raise SessionFailure(Reason.NO_TOR)
    said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
    match = re.search(r"Tor version (\d+)\.(\d+)\.(\d+)", said)
    if match is None:
        raise SessionFailure(Reason.NO_TOR)
    if tuple(map(int, match.groups())) < OLDEST_TOR:
        raise SessionFailure(Reason.TOR_TOO_OLD, found=".".join(match.groups()))
    return Path(found)


def _die_with_parent(parent: int) -> None:
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


class TorProcess:
    """A running tor. Its configuration goes in on a pipe, its log comes out on one."""

    def __init__(self, tor: Path, torrc: Sequence[str], directory: Path) -> None:
        """Start tor with the lines of ``torrc`` in ``directory``. Main thread only.

        The kernel sends the death signal when the forking *thread* ends, hence the rule.
        """
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError("tor must be forked from the main thread")
        parent = os.getpid()
        self._popen = subprocess.Popen(
            [tor, "--defaults-torrc", "/dev/null", "-f", "-"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=directory,
            preexec_fn=lambda: _die_with_parent(parent),
            start_new_session=True,
        )
        self.pid = self._popen.pid
        assert self._popen.stdin is not None and self._popen.stdout is not None
        # A torrc is far smaller than a pipe's buffer; a tor that died at once is seen by wait().
        with self._popen.stdin as pipe:
            try:
                pipe.write("".join(f"{line}\n" for line in torrc).encode())
                pipe.flush()
            except BrokenPipeError:
                pass
        self._log = trio.lowlevel.FdStream(os.dup(self._popen.stdout.fileno()))
        self._popen.stdout.close()

    async def lines(self) -> AsyncIterator[str]:
        """tor's log, line by line, until it ends. Read it all the time: a full pipe stops tor."""
        buffer = b""
        with suppress(trio.ClosedResourceError):
            async for data in self._log:
                *whole, buffer = (buffer + data).split(b"\n")
                for line in whole:
                    yield line.decode("utf-8", "replace")

    async def wait(self) -> int:
        """Wait until tor is gone; its exit status, negative for a signal."""
        while (status := self._popen.poll()) is None:
            # One for each caller: trio lets one task wait for a descriptor.
            pidfd = os.pidfd_open(self.pid)
            try:
                await trio.lowlevel.wait_readable(pidfd)
            finally:
                os.close(pidfd)
        return status

    def signal(self, number: signal.Signals) -> None:
        """Send a signal; nothing if tor is gone (the pid is ours until it was waited for)."""
        self._popen.send_signal(number)

    async def stop(self, grace: float) -> int | None:
        """End tor: SIGTERM, after ``grace`` seconds SIGKILL; its exit status.

        Returns within twice that time; None if even then tor is not gone.
        """
        status = None
        with trio.CancelScope(shield=True):
            for number in (signal.SIGTERM, signal.SIGKILL):
                self.signal(number)
                with trio.move_on_after(grace):
                    status = await self.wait()
                    break
            await self._log.aclose()
        return status
