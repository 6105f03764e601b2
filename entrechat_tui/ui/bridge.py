"""The one file that knows both event loops: the trio session is a guest of Textual's asyncio.

Both run in one thread, so nothing here needs a lock. The session half is imported when it is
needed, not before: the first screen is there sooner.
"""

import asyncio
import threading
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from .settings import Settings, session_options

if TYPE_CHECKING:
    import trio
    from outcome import Outcome

    from ..session.commands import Command
    from ..session.events import Event
    from ..session.receipt import Receipt


class Bridge:
    """One session beside the screens: events come out, commands go in, its end is awaited."""

    def __init__(self) -> None:
        self._outcome: asyncio.Future[Outcome[Receipt]] | None = None
        self._token: trio.lowlevel.TrioToken
        self._commands: trio.MemorySendChannel[Command]

    @staticmethod
    def preload() -> None:
        """Import the session half beside the start screen."""
        module = "entrechat_tui.session.session"
        threading.Thread(target=import_module, args=(module,), daemon=True).start()

    def start(
        self,
        settings: Settings,
        deliver: Callable[["Event"], object],
        failed: Callable[[Exception], object],
    ) -> None:
        """Start the session. Call it on the asyncio loop, once.

        ``failed`` is called if the session raises, which only a fault of ours makes it do. Raises
        LocalProtocolError as ``session_options`` does.
        """
        import trio

        from ..session.session import run_session

        options = session_options(settings)
        loop = asyncio.get_running_loop()
        outcome = self._outcome = loop.create_future()
        self._commands, commands = trio.open_memory_channel["Command"](float("inf"))

        def done(result: "Outcome[Receipt]") -> None:
            outcome.set_result(result)
            error = getattr(result, "error", None)
            if isinstance(error, Exception):
                failed(error)

        trio.lowlevel.start_guest_run(
            run_session,
            options,
            deliver,
            commands,
            run_sync_soon_threadsafe=loop.call_soon_threadsafe,
            run_sync_soon_not_threadsafe=loop.call_soon,
            done_callback=done,
            # The signal handlers of the asyncio loop wake it up in that way.
            host_uses_signal_set_wakeup_fd=True,
            restrict_keyboard_interrupt_to_checkpoints=True,
        )
        self._token = trio.lowlevel.current_trio_token()

    @property
    def running(self) -> bool:
        """A session was started and has not ended."""
        return self._outcome is not None and not self._outcome.done()

    def tell(self, command: "Command") -> None:
        """Pass a command on; one that comes after the end has nobody to obey it."""
        if self.running:
            self._token.run_sync_soon(self._commands.send_nowait, command)

    async def finish(self) -> "Receipt | None":
        """Make sure that the session is over, teardown included; None if none was started.

        Raises what the session raised.
        """
        if self._outcome is None:
            return None
        if self.running:
            from ..session.commands import Leave
            from ..session.endings import Reason

            self.tell(Leave(Reason.TERMINATED))
        return (await self._outcome).unwrap()
