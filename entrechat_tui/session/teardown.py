"""The tor part of teardown: a fixed order, every step bounded, and then a look."""

from pathlib import Path

import trio

from ..protocol.meeting import MeetingKeys
from . import onion
from .control import Control
from .private import remove_private_directory
from .receipt import Check
from .tor_process import TorProcess
from .watch import status_words

_REMOVE_WITHIN = 1.0
_STOP_WITHIN = 2.0


async def take_down(
    directory: Path, process: TorProcess, control: Control, published: MeetingKeys | None
) -> tuple[Check, ...]:
    """Remove the service, end tor, close the connection, remove the directory. Never raises.

    At most about six seconds, whatever state tor is in.
    """
    removed = published is not None and await _removed(control, published)
    status = await process.stop(_STOP_WITHIN)
    closed = await control.close()
    return (
        *([] if published is None else [_service_check(removed, status)]),
        _tor_check(status),
        Check("control connection", closed, "closed" if closed else "still open"),
        remove_private_directory(directory),
    )


async def _removed(control: Control, published: MeetingKeys) -> bool:
    with trio.move_on_after(_REMOVE_WITHIN):
        return await onion.remove(control, published)
    return False


def _service_check(removed: bool, status: int | None) -> Check:
    seen = "removed" if removed else "not removed by itself"
    return Check("onion service", removed or status is not None, seen)


def _tor_check(status: int | None) -> Check:
    seen = "it still runs" if status is None else f"it ended with {status_words(status)}"
    return Check("tor", status is not None, seen)
