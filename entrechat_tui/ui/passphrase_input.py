"""Where a passphrase comes from: a prompt without echo, or a line of a descriptor. Nowhere else."""

import getpass
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Never

from ..session.endings import SessionFailure
from .arguments import UsageError
from .lines import first_line, say
from .signals import ENDS_WITH

_LIMIT = 1000
_SHORT = 16
_ADVICE = (
    "* Choose a passphrase that nobody can guess: whoever gets hold of the file can try as many "
    "as they like. Five or more words drawn at random will do."
)
_WEAK = f"* That passphrase is short: fewer than {_SHORT} characters hold only if they are random."


def read_passphrase(descriptor: int | None, what: str) -> str:
    """The passphrase of ``what``, never empty. Raises UsageError."""
    if descriptor is not None:
        return _checked(_from_descriptor(descriptor), what)
    return _checked(_ask(f"Passphrase of {what} (not shown): "), what)


def read_new_passphrase(descriptor: int | None, what: str) -> str:
    """A passphrase for ``what``, which is to be made: asked for twice. Raises UsageError."""
    if descriptor is not None:
        return _hinted(_checked(_from_descriptor(descriptor), what))
    say(_ADVICE)
    passphrase = _hinted(_checked(_ask(f"New passphrase for {what} (not shown): "), what))
    if _ask("The same again: ") != passphrase:
        raise UsageError("the two passphrases differ; nothing was written")
    return passphrase


def _hinted(passphrase: str) -> str:
    if len(passphrase) < _SHORT:
        say(_WEAK)
    return passphrase


def _checked(passphrase: str, what: str) -> str:
    if not passphrase:
        raise UsageError(f"no passphrase was given for {what}; an empty one protects nothing")
    if len(passphrase) > _LIMIT:
        raise UsageError(f"a passphrase has at most {_LIMIT} bytes")
    return passphrase


def _ask(prompt: str) -> str:
    _require_terminal()
    try:
        with _signals_raise():
            typed = getpass.getpass(prompt)
        # What is not UTF-8 may have come through as halves of characters.
        typed.encode()
    except EOFError:
        return ""
    except UnicodeError:
        raise UsageError("that was not text in UTF-8") from None
    return typed


def _require_terminal() -> None:
    """Without one getpass would take the line from standard input, and show it."""
    if os.isatty(0):
        return
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        raise UsageError(
            "there is no terminal to ask for a passphrase; give it with --passphrase-fd"
        ) from None


@contextmanager
def _signals_raise() -> Iterator[None]:
    """Let getpass put the terminal's echo back before a signal ends the program."""
    before = {number: signal.signal(number, _end) for number in ENDS_WITH}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(number: int, frame: FrameType | None) -> Never:
    raise SessionFailure(ENDS_WITH[signal.Signals(number)])


def _from_descriptor(descriptor: int) -> str:
    """The next line: what follows it may be the next passphrase."""
    try:
        line = first_line(descriptor, _LIMIT + 1)
    except (OSError, OverflowError):
        raise UsageError(f"no passphrase can be read from descriptor {descriptor}") from None
    try:
        return line.decode().removesuffix("\r")
    except UnicodeError:
        raise UsageError("a passphrase is text in UTF-8, and this is not") from None
