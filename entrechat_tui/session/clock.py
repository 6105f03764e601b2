"""Whether this machine's clock is right enough: what tor says, and what its consensus shows."""

import time
from datetime import datetime

from ..protocol.meeting import SLOT_SECONDS
from .control import Control
from .endings import Reason, SessionFailure
from .tor_event import TorEvent

_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))
# 23 hours are a day to somebody who has to set the clock.
_NEARLY = 0.95


def check_skew(event: TorEvent) -> None:
    """Raise CLOCK_WRONG for tor's CLOCK_SKEW event (control-spec 4.1.10), if it matters to us."""
    if event.words[1:] == ("CLOCK_SKEW",):
        _judge(int(event.fields["SKEW"]))


async def check_consensus(control: Control) -> None:
    """Raise CLOCK_WRONG if the consensus that tor fetched just now is out of date.

    tor warns of a clock that is ahead only where an authority contradicts it, and otherwise
    works with a consensus that has expired for up to a day; but then nobody would be met.
    """
    answer = await control.ask("GETINFO consensus/fresh-until consensus/valid-until")
    fresh, valid = (_unix_time(line.partition("=")[2]) for line in answer[:2])
    if (now := int(time.time())) > valid:
        _judge(now - fresh)


def _judge(skew: int) -> None:
    # The dialer tries the neighbours of its time slot: less than a slot does no harm.
    if abs(skew) > SLOT_SECONDS:
        raise SessionFailure(Reason.CLOCK_WRONG, skew=skew_words(skew))


def _unix_time(iso: str) -> int:
    return int(datetime.fromisoformat(f"{iso}+00:00").timestamp())


def skew_words(seconds: int) -> str:
    """How far a clock is off, for a person: ``1 day (it is ahead)``. Positive is ahead."""
    direction = "ahead" if seconds > 0 else "behind"
    size, unit = next((u for u in _UNITS if abs(seconds) >= _NEARLY * u[0]), (1, "second"))
    count = round(abs(seconds) / size)
    return f"{count} {unit}{'' if count == 1 else 's'} (it is {direction})"
