"""Turning tor's network on, and following it until circuits can be built."""

from collections.abc import Callable

import trio

from .clock import check_consensus, check_skew
from .control import Control
from .endings import Reason, SessionFailure
from .events import Bootstrap
from .tor_event import TorEvent


async def bootstrap(
    control: Control, emit: Callable[[Bootstrap], None], stalls_after: float
) -> None:
    """Turn the network on and emit tor's progress until it is at 100 %.

    Raises SessionFailure: NO_NETWORK after ``stalls_after`` seconds without progress,
    CLOCK_WRONG when tor or its consensus says so.
    """
    seen = Bootstrap(0, "Starting")
    with control.events("STATUS_CLIENT", "STATUS_GENERAL") as events:
        await control.ask("SETCONF DisableNetwork=0")
        with trio.move_on_after(stalls_after) as patience:
            while seen.percent < 100:
                event = await events.receive()
                check_skew(event)
                progress = _progress(event)
                if progress is not None and progress.percent > seen.percent:
                    seen = progress
                    emit(seen)
                    patience.deadline = trio.current_time() + stalls_after
            return await check_consensus(control)
    raise SessionFailure(
        Reason.NO_NETWORK, seconds=round(stalls_after), percent=seen.percent, phase=seen.phase
    )


def _progress(event: TorEvent) -> Bootstrap | None:
    if event.words[1:] != ("BOOTSTRAP",):
        return None
    return Bootstrap(int(event.fields["PROGRESS"]), event.fields["SUMMARY"])
