"""The command line's grammar. Every fault is one sentence for the person (UsageError)."""

import re
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Never

from .. import __version__
from .card_arguments import add_card
from .keyring_arguments import add_id

DEFAULT_WAIT, DEFAULT_LIMIT = 600, 3600
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600}
_DURATION = re.compile(r"([0-9]{1,6}) ?(s|m|h|)")
_EPILOG = "entrechat guide: the manual. entrechat demo: see it happen on this machine alone."


class UsageError(Exception):
    """The command line, or what it names, is wrong. The message is for the person."""


class _Parser(ArgumentParser):
    def error(self, message: str) -> Never:
        raise UsageError(message)


def parse_arguments(argv: Sequence[str]) -> Namespace:
    """What was asked for. Raises UsageError; SystemExit(0) after --help and --version."""
    arguments, rest = _parser().parse_known_args(argv)
    # Words may stand before and behind options; argparse alone takes one run of them.
    options = [argument for argument in rest if argument.startswith("-")]
    if options or (rest and arguments.command != "meet"):
        raise UsageError(f"unrecognised: {' '.join(options or rest)} (see entrechat --help)")
    if arguments.command == "meet":
        arguments.words += rest
    return arguments


def _parser() -> _Parser:
    parser = _Parser(
        prog="entrechat",
        description="Two people, each at a terminal, talk directly over Tor. Alone, it meets.",
        epilog=_EPILOG,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"entrechat {__version__}")
    commands = parser.add_subparsers(dest="command", title="commands", metavar="COMMAND")

    meet = commands.add_parser(
        "meet", help="make a phrase and host, or join with one", allow_abbrev=False
    )
    meet.add_argument(
        "words",
        nargs="*",
        metavar="WORD",
        help="the phrase to join with; - asks for it, or reads the first line of input",
    )
    meet.add_argument("--phrase-fd", type=int, metavar="N", help="read the phrase from here")
    meet.add_argument("--host", action="store_true", help="host with a phrase you both know")
    meet.add_argument("--name", default="anonymous", help="what the other side sees you as")
    meet.add_argument(
        "--wait",
        type=_duration(10, 900, "a meeting place is good for one slot of 15 minutes"),
        default=DEFAULT_WAIT,
        help="how long to wait for the other side: 10s to 15m, 10m unless told",
    )
    meet.add_argument(
        "--limit",
        type=_duration(60, 86400, "the shorter of both sides' wishes counts"),
        default=DEFAULT_LIMIT,
        help="how long to talk at most: 1m to 24h, 60m unless told",
    )
    meet.add_argument("--network", type=Path, metavar="FILE", help="a private Tor network")
    meet.add_argument(
        "--plain", action="store_true", help="lines on input and output instead of screens"
    )

    add_id(commands.add_parser("id", help="your own identity, in a file", allow_abbrev=False))
    add_card(commands.add_parser("card", help="your card, and those of others", allow_abbrev=False))

    demo = commands.add_parser(
        "demo", help="a private Tor network and two peers that talk", allow_abbrev=False
    )
    demo.add_argument("--script", type=Path, metavar="FILE", help="what they say, a line a message")

    testnet = commands.add_parser("testnet", help="that network alone", allow_abbrev=False)
    testnet.add_argument("directory", type=Path, metavar="DIR", help="where it keeps its files")

    guide = commands.add_parser("guide", help="the manual", allow_abbrev=False)
    guide.add_argument("topic", nargs="?", default="index", metavar="TOPIC")
    return parser


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
