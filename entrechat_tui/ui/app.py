"""Running the screens: signals, the session's end, and the exit status."""

import asyncio
import signal
from typing import TYPE_CHECKING

from ..session.endings import Ending
from .bridge import Bridge
from .lines import say
from .settings import Settings
from .signals import ENDS_WITH

if TYPE_CHECKING:
    from .application import EntrechatApp


def run_app(settings: Settings) -> int:
    """Hold a session with screens; the exit status.

    The environment must be scrubbed by now (``process.harden``): Textual reads it on import.
    """
    return asyncio.run(_run(settings))


async def _run(settings: Settings) -> int:
    from .application import EntrechatApp

    bridge = Bridge()
    app = EntrechatApp(settings, bridge)
    loop = asyncio.get_running_loop()
    # By default asyncio logs a traceback, which may show what was said.
    loop.set_exception_handler(lambda loop, context: None)
    for number, reason in ENDS_WITH.items():
        if signal.getsignal(number) is not signal.SIG_IGN:
            loop.add_signal_handler(number, app.heed, reason)
    try:
        await app.run_async(mouse=False)
    finally:
        ending = await _ending(app, bridge)
    if ending is None:
        return 0
    if app.fault or app.signalled:
        say(f"entrechat: {ending.sentence}")
    return ending.status


async def _ending(app: "EntrechatApp", bridge: Bridge) -> Ending | None:
    """Await the teardown; then a fault of ours goes before what the session ended with."""
    try:
        receipt = await bridge.finish()
    except Exception as error:
        app._handle_exception(error)
        receipt = None
    if app.fault:
        return app.fault
    if receipt:
        return receipt.ending
    return Ending(app.signalled) if app.signalled else None
