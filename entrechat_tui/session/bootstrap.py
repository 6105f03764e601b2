"""Turning tor's network on, and following it until circuits can be built."""

from collections.abc import Callable

import trio

from .control import Control, TorEvent
from .endings import Reason, SessionFailure
from .events import Bootstrap

_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))


async def bootstrap(
    control: Control, emit: Callable[[Bootstrap], None], stalls_after: float
) -> None:
    """Turn the network on and emit tor's progress until it is at 100 %.

    Raises SessionFailure: NO_NETWORK after ``stalls_after`` seconds without progress,
    CLOCK_WRONG when tor says so.
    """
    seen = Bootstrap(0, "Starting")
    with control.events("STATUS_CLIENT", "STATUS_GENERAL") as events:
        await control.ask("SETCONF DisableNetwork=0")
        with trio.move_on_after(stalls_after) as patience:
            async for event in events:
                _check_clock(event)
                progress = _progress(event)
                if progress is None or progress.percent <= seen.percent:
                    continue
                seen = progress
                patience.deadline = trio.current_time() + stalls_after
                emit(seen)
                if seen.percent == 100:
                    return
    raise SessionFailure(
        Reason.NO_NETWORK, seconds=round(stalls_after), percent=seen.percent, phase=seen.phase
    )


def _progress(event: TorEvent) -> Bootstrap | None:
    if event.words[1:] != ("BOOTSTRAP",):
        return None
    return Bootstrap(int(event.fields["PROGRESS"]), event.fields["SUMMARY"])


def _check_clock(event: TorEvent) -> None:
    if event.words[1:] == ("CLOCK_SKEW",):
        raise SessionFailure(Reason.CLOCK_WRONG, skew=skew_words(int(event.fields["SKEW"])))


def skew_words(seconds: int) -> str:
    """How far a clock is off, for a person: ``1 day (it is ahead)``. Positive is ahead."""
    direction = "ahead" if seconds > 0 else "behind"
    size, unit = next((u for u in _UNITS if abs(seconds) >= u[0]), (1, "second"))
    count = round(abs(seconds) / size)
    return f"{count} {unit}{'' if count == 1 else 's'} (it is {direction})"
