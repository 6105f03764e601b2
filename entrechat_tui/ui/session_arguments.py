"""The command line's grammar for sessions: meeting by phrase, calling by card."""

import re
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from pathlib import Path

from .keyring_arguments import add_descriptor, add_keyring

DEFAULT_WAIT, DEFAULT_LIMIT = 600, 3600
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600}
_DURATION = re.compile(r"([0-9]{1,6}) ?(s|m|h|)")


def add_meet(meet: ArgumentParser) -> None:
    """``entrechat meet``."""
    meet.add_argument(
        "words",
        nargs="*",
        metavar="WORD",
        help="the phrase to join with; - asks for it, or reads the first line of input",
    )
    meet.add_argument("--phrase-fd", type=int, metavar="N", help="read the phrase from here")
    meet.add_argument("--host", action="store_true", help="host with a phrase you both know")
    meet.add_argument("--name", default="", help="what the other side sees you as")
    add_keyring(meet, required=False)
    _add_session(meet)


def add_call(call: ArgumentParser) -> None:
    """``entrechat call``."""
    call.add_argument(
        "called",
        metavar="NAME",
        help="whom: a name in your keyring, or a card: text, file, picture, or - for input",
    )
    call.add_argument(
        "--with-passphrase", action="store_true", help="ask for a passphrase that both of you know"
    )
    add_descriptor(call, "--secret-fd", "a passphrase that both of you know")
    add_keyring(call)
    _add_session(call)


def _add_session(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--wait",
        type=_duration(10, 900, "a meeting place is good for one slot of 15 minutes"),
        default=DEFAULT_WAIT,
        help="how long to wait for the other side: 10s to 15m, 10m unless told",
    )
    parser.add_argument(
        "--limit",
        type=_duration(60, 86400, "the shorter of both sides' wishes counts"),
        default=DEFAULT_LIMIT,
        help="how long to talk at most: 1m to 24h, 60m unless told",
    )
    parser.add_argument("--network", type=Path, metavar="FILE", help="a private Tor network")
    parser.add_argument(
        "--plain", action="store_true", help="lines on input and output instead of screens"
    )
    parser.add_argument(
        "--commands", action="store_true", help="with --plain: a line that begins with / is one"
    )


def _duration(least: int, most: int, why: str) -> Callable[[str], int]:
    def seconds(text: str) -> int:
        match = _DURATION.fullmatch(text.strip())
        value = int(match[1]) * _UNITS[match[2]] if match else -1
        if not least <= value <= most:
            raise ArgumentTypeError(
                f"{text!r} is not a time from {_spell(least)} to {_spell(most)} ({why})"
            )
        return value

    return seconds


def _spell(seconds: int) -> str:
    unit, size = next(
        (unit, size) for unit, size in (("h", 3600), ("m", 60), ("s", 1)) if seconds % size == 0
    )
    return f"{seconds // size}{unit}"
