"""A session between standard input and standard output, for pipes, scripts and screen readers.

Each line of input is a message, or, if asked for, a command when it begins with a slash. Standard
output carries the peer's words alone, standard error all else; the first characters of a line tell
whose it is, and a peer cannot imitate them.
"""

import signal
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from math import inf
from typing import Never

import trio

from ..protocol.direction import WINDOW
from ..protocol.messages import MAX_TEXT
from ..session import events
from ..session.commands import Command, Leave, SendText, Shown
from ..session.endings import Reason
from ..session.options import SessionOptions
from ..session.receipt import Receipt
from ..session.session import run_session
from .line_input import read_lines
from .lines import write_all
from .plain_exchange import PlainExchange
from .signals import ENDS_WITH
from .status import failed_lines, peer_lines, status_lines
from .unlocked import Unlocked

_STDIN, _STDOUT, _STDERR = 0, 1, 2
_PRINTED_WITHIN = 2.0


def run(options: SessionOptions, unlocked: Unlocked | None, *, commands: bool) -> int:
    """Hold the session to its end; the exit status of its ending.

    ``unlocked``: our person's keyring, if one was named. ``commands``: lines may be commands.
    """
    return trio.run(_hold, options, unlocked, commands).ending.status


async def _hold(options: SessionOptions, unlocked: Unlocked | None, commands: bool) -> Receipt:
    plain = _Plain(unlocked, commands=commands)
    async with trio.open_nursery() as nursery:
        await nursery.start(plain.heed_signals)
        nursery.start_soon(plain.read_input)
        nursery.start_soon(plain.print_output)
        nursery.start_soon(plain.exchange.run)
        receipt = await run_session(options, plain.emit, plain.commands)
        await plain.exchange.keep_time()
        await plain.printed()
        nursery.cancel_scope.cancel()
    return receipt


@dataclass(frozen=True)
class _Output:
    """Lines for a descriptor; ``message_id`` if they are a message of the peer's."""

    descriptor: int
    data: bytes
    message_id: int = 0


class _Plain:
    """Lines in, events out. Nothing here waits for a descriptor but in a thread."""

    def __init__(self, unlocked: Unlocked | None, *, commands: bool) -> None:
        self._obeys = commands
        self._ask, self.commands = trio.open_memory_channel[Command](inf)
        self._print, self._to_print = trio.open_memory_channel[_Output | None](inf)
        self._all_printed = trio.Event()
        # As many as may be on the wire: more are left in the pipe they come from.
        self._room = trio.Semaphore(WINDOW)
        self._unresolved: dict[int, str] = {}
        self._count = 0
        self.exchange = PlainExchange(
            unlocked, self._ask.send_nowait, self._status, self._leave_if_done
        )
        self._open = self._leaving = self._input_over = self._deaf = False

    # What the session says.

    def emit(self, event: events.Event) -> None:
        """Take an event: at once what it changes, soon what it says."""
        match event:
            case events.Opened():
                self._open = True
            case events.Leaving():
                self._leaving = True
            case events.TextArrived(message_id, text):
                self._show(peer_lines(self.exchange.name, text), message_id)
            case events.TextFailed(ref):
                self._fail(ref)
            case events.Closed():
                self._give_back()
        for line in status_lines(event):
            self._status(line)
        self.exchange.take(event)
        match event:
            case events.Opened():
                self._send_kept()
            case events.TextDelivered(ref):
                self._resolve(ref)

    def _show(self, lines: list[str], message_id: int) -> None:
        self._print.send_nowait(_Output(_STDOUT, _encode(lines), message_id))

    def _status(self, *lines: str) -> None:
        self._print.send_nowait(_Output(_STDERR, _encode([f"* {line}" for line in lines])))

    # Messages of ours.

    async def read_input(self) -> None:
        """Take every line; the end of input says goodbye when all is resolved."""
        async for line in read_lines(_STDIN, MAX_TEXT):
            text = line.decode("utf-8", "replace")
            if len(text.encode()) > MAX_TEXT:
                self._status(f"not sent: a line of more than {MAX_TEXT} bytes is too long")
            elif not self._obeys or not text.startswith("/"):
                await self._send(text)
            elif text.startswith("//"):
                await self._send(text[1:])
            else:
                self._obey(text)
        self._input_over = True
        self._status("end of input: goodbye follows when every line is resolved")
        self._leave_if_done()

    def _obey(self, line: str) -> None:
        if line.strip() == "/bye":
            self._leave(Reason.GOODBYE)
        else:
            self.exchange.obey(line)

    async def _send(self, text: str) -> None:
        await self._room.acquire()
        self._count += 1
        self._unresolved[self._count] = text
        if self._leaving:
            self._fail(self._count)
        elif self._open:
            self._ask.send_nowait(SendText(self._count, text))
        elif self._count == 1:
            self._status("kept: what is typed now is sent when the conversation opens")

    def _send_kept(self) -> None:
        if self._unresolved:
            self._status(f"sending what was kept: {len(self._unresolved)}")
        for ref, text in self._unresolved.items():
            self._ask.send_nowait(SendText(ref, text))

    def _resolve(self, ref: int) -> str:
        self._room.release()
        text = self._unresolved.pop(ref)
        self._leave_if_done()
        return text

    def _fail(self, ref: int) -> None:
        self._status(*failed_lines(ref, self._resolve(ref)))

    def _give_back(self) -> None:
        """What the session never took has failed too."""
        for ref in list(self._unresolved):
            self._fail(ref)

    # Leaving.

    async def heed_signals(self, task_status: trio.TaskStatus[None]) -> Never:
        """The first signal leaves; another one changes nothing about the teardown."""
        heeded = [number for number in ENDS_WITH if not _ignored(number)]
        with trio.open_signal_receiver(*heeded) as signals:
            task_status.started()
            async for number in signals:
                self._leave(ENDS_WITH[signal.Signals(number)])
        raise AssertionError("a signal receiver does not end")

    def _leave_if_done(self) -> None:
        if self._input_over and not self._unresolved and not self.exchange.busy:
            self._leave(Reason.GOODBYE)

    def _leave(self, reason: Reason) -> None:
        if not self._leaving:
            self._leaving = True
            self._ask.send_nowait(Leave(reason))

    # Printing.

    async def print_output(self) -> None:
        """Write whatever is ready, in order, and acknowledge what was written; None is the end."""
        ready: list[_Output | None] = []
        while None not in ready:
            ready = [await self._to_print.receive()]
            with suppress(trio.WouldBlock):
                while True:
                    ready.append(self._to_print.receive_nowait())
            await self._write([output for output in ready if output is not None])
        self._all_printed.set()

    async def _write(self, ready: list[_Output]) -> None:
        for descriptor, group in groupby(ready, lambda output: output.descriptor):
            outputs = list(group)
            data = b"".join(output.data for output in outputs)
            try:
                await trio.to_thread.run_sync(write_all, descriptor, data, abandon_on_cancel=True)
            except OSError:
                self._nobody_reads(descriptor)
            else:
                if descriptor == _STDOUT:
                    self._ask.send_nowait(Shown(outputs[-1].message_id))

    def _nobody_reads(self, descriptor: int) -> None:
        """Without standard error we are mute; without standard output, of no use."""
        if descriptor == _STDOUT and not self._deaf:
            self._deaf = True
            self._status("standard output is closed: nothing can be shown, so the session ends")
            self._leave(Reason.HANGUP)

    async def printed(self) -> None:
        """Wait until all is written, but not for ever: whoever reads us may have stopped."""
        self._print.send_nowait(None)
        with trio.move_on_after(_PRINTED_WITHIN):
            await self._all_printed.wait()


def _ignored(number: signal.Signals) -> bool:
    """nohup asks that a hang-up be ignored."""
    return number is signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN


def _encode(lines: list[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")
