"""Lines on raw descriptors, written whole and at once."""

import os
import select
from contextlib import suppress


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of ``data``. Raises BrokenPipeError (or another OSError) if nobody reads it."""
    view = memoryview(data)
    while view:
        try:
            view = view[os.write(descriptor, view) :]
        except BlockingIOError:
            select.select((), (descriptor,), ())


def read_some(descriptor: int, size: int) -> bytes:
    """Wait for input and read it; b"" at the end. Another program may have set O_NONBLOCK."""
    while True:
        try:
            return os.read(descriptor, size)
        except BlockingIOError:
            select.select((descriptor,), (), ())


def say(text: str) -> None:
    """One line on standard error, or nothing if that is closed: there is no better place."""
    with suppress(OSError):
        write_all(2, f"{text}\n".encode("utf-8", "replace"))


def out(text: str) -> None:
    """Text on standard output. Raises BrokenPipeError if nobody reads it."""
    write_all(1, text.encode("utf-8", "replace"))


def first_line(descriptor: int, limit: int) -> bytes:
    """The first line without its end, at most ``limit`` bytes; what follows it stays unread."""
    line = b""
    while len(line) < limit and (byte := read_some(descriptor, 1)) not in (b"", b"\n"):
        line += byte
    return line
