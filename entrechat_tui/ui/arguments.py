"""The command line's grammar. Every fault is one sentence for the person (UsageError)."""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Never

from .. import __version__
from .card_arguments import add_card
from .keyring_arguments import add_id
from .session_arguments import add_call, add_meet

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

    meet = "make a phrase and host, or join with one"
    add_meet(commands.add_parser("meet", help=meet, allow_abbrev=False))
    call = "call somebody whose card you have, and who has yours"
    add_call(commands.add_parser("call", help=call, allow_abbrev=False))
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
