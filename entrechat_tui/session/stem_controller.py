"""The one file that imports stem. That takes a tenth of a second: do it in a worker thread."""

import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import stem
import stem.connection
import stem.control
import stem.response
import stem.socket
import stem.util.log

from .control import TorEvent

ConnectionFailed = (stem.ControllerError, stem.connection.AuthenticationFailure)

# stem logs what it sends, onion keys included: nothing of it may reach a handler of ours.
stem.util.log.get_logger().propagate = False


def open_controller(path: Path, hand_over: Callable[[TorEvent], None]) -> Any:
    """Connect to tor's unix control socket and authenticate: a ``BaseController``. Blocks.

    Raises one of ConnectionFailed.

    ``hand_over`` is called in stem's thread with each event; it must not block nor ask tor.
    """
    # stem 1.8.2 starts its threads with setDaemon, which would be an error under -W error.
    warnings.filterwarnings("ignore", r"setDaemon\(\)", DeprecationWarning)
    controller = stem.control.BaseController(stem.socket.ControlSocketFile(str(path)))
    # stem's hook "to be overwritten by subclasses". Its own subclass Controller is of no use:
    # after TAKEOWNERSHIP it takes __OwningControllerProcess back.
    controller._handle_event = partial(_handle_event, hand_over)
    try:
        stem.connection.authenticate(controller)
    except BaseException:
        controller.close()
        raise
    return controller


def _handle_event(hand_over: Callable[[TorEvent], None], message: Any) -> None:
    try:
        stem.response.convert("EVENT", message)
    except (stem.ProtocolError, ValueError):
        return
    words = tuple(message.positional_args)
    hand_over(TorEvent(message.type, words, dict(message.keyword_args)))
