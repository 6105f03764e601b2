"""The one file that imports stem. That takes a tenth of a second: do it in a worker thread."""

import logging
import socket
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import stem
import stem.control
import stem.response
import stem.socket

from .tor_event import TorEvent

ConnectionFailed = (OSError, stem.ControllerError)

# stem logs all that it sends, onion keys included.
logging.getLogger("stem").setLevel(logging.CRITICAL + 1)


def open_controller(
    path: Path, cookie: Path, hand_over: Callable[[TorEvent], None]
) -> stem.control.BaseController:
    """Connect to tor's unix control socket ``path`` and show the ``cookie`` file. Blocks.

    ``hand_over`` is called in stem's thread with each event; it must not block nor ask tor.
    Raises one of ConnectionFailed. Of stem's two controllers this is the plain one: the other
    takes __OwningControllerProcess back after TAKEOWNERSHIP.
    """
    # stem 1.8.2 starts its threads with setDaemon, which would be an error under -W error.
    warnings.filterwarnings("ignore", r"setDaemon\(\)", DeprecationWarning)
    connection = stem.socket.ControlSocketFile(str(path), connect=False)
    # These two are stem's hooks for subclasses. Its own way to connect leaks a refused socket.
    connection._make_socket = partial(_connected, path)
    connection.connect()
    controller = stem.control.BaseController(connection)
    controller._handle_event = partial(_handle_event, hand_over)
    try:
        _authenticate(controller, cookie)
    except BaseException:
        controller.close()
        raise
    return controller


def _connected(path: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(str(path))
    except BaseException:
        connection.close()
        raise
    return connection


def _authenticate(controller: Any, cookie: Path) -> None:
    # tor makes the socket first, but has written the cookie before it answers anything.
    controller.msg("PROTOCOLINFO 1")
    if not controller.msg(f"AUTHENTICATE {cookie.read_bytes().hex()}").is_ok():
        raise stem.ControllerError("tor did not take its cookie")


def _handle_event(hand_over: Callable[[TorEvent], None], message: Any) -> None:
    try:
        stem.response.convert("EVENT", message)
    except (stem.ProtocolError, ValueError):
        return
    words = tuple(message.positional_args)
    hand_over(TorEvent(message.type, words, dict(message.keyword_args)))
