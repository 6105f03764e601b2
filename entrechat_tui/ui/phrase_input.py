"""Where a phrase comes from: the command line, a prompt without echo, or a descriptor."""

import getpass
import os

from .arguments import UsageError
from .lines import first_line, say

# Eight words of at most eight letters, with generous room for what stands between them.
_LIMIT = 1000
_SEEN = (
    "* The words of the phrase stood on the command line: they may be in the shell's history, "
    "and others on this machine could have seen them. `entrechat meet -` asks for them instead."
)


def read_phrase(words: list[str], descriptor: int | None) -> str | None:
    """The phrase as it was typed, or None if none was given. Raises UsageError."""
    if descriptor is not None:
        if words:
            raise UsageError("give the phrase as words, as - or with --phrase-fd, not as both")
        return _from_descriptor(descriptor)
    if words == ["-"]:
        return _from_input()
    if words:
        say(_SEEN)
    return " ".join(words) if words else None


def _from_input() -> str:
    if os.isatty(0):
        try:
            return getpass.getpass("The phrase (not shown): ")
        except EOFError:
            return ""
    return _decode(first_line(0, _LIMIT))


def _from_descriptor(descriptor: int) -> str:
    try:
        line = first_line(descriptor, _LIMIT)
        if descriptor > 2:
            os.close(descriptor)
    except OSError:
        raise UsageError(f"no phrase can be read from descriptor {descriptor}") from None
    return _decode(line)


def _decode(line: bytes) -> str:
    return line.decode("utf-8", "replace")
