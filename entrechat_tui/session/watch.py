"""What looks after a running tor: its log, its death, its answers, its network."""

import re
import signal
from collections.abc import Callable

import trio

from .control import Control
from .endings import Reason, SessionFailure
from .events import Notice
from .tor_process import TorProcess

_REFUSED = re.compile(r"\[warn\] Failed to parse/validate config: (.*)")
_LAST_WORDS_WITHIN = 1.0
_NETWORK = {
    "DOWN": "tor hears nothing from its network.",
    "UP": "tor hears from its network again.",
}


def status_words(status: int) -> str:
    """An exit status for a person: ``exit status 1`` or ``SIGKILL``."""
    return signal.Signals(-status).name if status < 0 else f"exit status {status}"


class Watch:
    """The watchers of one tor, each a task that ends with it or with ``failed(failure)``."""

    def __init__(self, process: TorProcess, failed: Callable[[SessionFailure], None]) -> None:
        """``news`` is set when tor logs its next line."""
        self.news = trio.Event()
        self._process = process
        self._failed = failed
        self._log_ended = trio.Event()
        self._refused: str | None = None

    async def read_log(self) -> None:
        """Read tor's log to its end; nothing of it is kept but why a configuration is refused."""
        async for line in self._process.lines():
            self.news.set()
            self.news = trio.Event()
            if refused := _REFUSED.search(line):
                self._refused = refused[1]
        self._log_ended.set()

    async def await_death(self) -> None:
        """TOR_DIED as soon as it does, or TOR_REFUSED if it said that its lines are wrong."""
        status = await self._process.wait()
        with trio.move_on_after(_LAST_WORDS_WITHIN):
            await self._log_ended.wait()
        if self._refused is None:
            self._failed(SessionFailure(Reason.TOR_DIED, status=status_words(status)))
        else:
            self._failed(SessionFailure(Reason.TOR_REFUSED, line=self._refused))

    async def ping(self, control: Control, every: float) -> None:
        """Ask tor something small every ``every`` seconds: TOR_STUCK if it does not answer."""
        try:
            while True:
                await trio.sleep(every)
                await control.ask("GETINFO uptime")
        except SessionFailure as failure:
            self._failed(failure)


async def tell_network(control: Control, emit: Callable[[Notice], None]) -> None:
    """Tell a person when tor loses its network, and when it is back."""
    told = "UP"
    with control.events("NETWORK_LIVENESS") as events:
        async for event in events:
            if event.words[0] != told:
                told = event.words[0]
                emit(Notice(_NETWORK[told]))
