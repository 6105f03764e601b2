"""The command line's grammar for cards."""

from argparse import ArgumentParser
from pathlib import Path

from .keyring_arguments import add_keyring

_ACTIONS = {
    "show": "your own card, to give to others",
    "add": "put somebody's card into the keyring, or a newer one",
    "list": "whom you know",
    "rename": "call somebody otherwise",
    "trust": "you made sure that the card is whose it claims to be",
    "reject": "it is not: no session with its owner",
    "forget": "take somebody out of the keyring",
    "times": "whether it is kept when you first and last met",
}
_SOURCE = "the card: its text, a file, a picture of its QR code (PNG, JPEG), or - for input"


def add_card(parser: ArgumentParser) -> None:
    """The actions of ``entrechat card``."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    parsers = {
        name: actions.add_parser(name, help=text, allow_abbrev=False)
        for name, text in _ACTIONS.items()
    }
    for action in parsers.values():
        add_keyring(action)
    for name in ("add", "rename", "trust", "reject", "forget"):
        parsers[name].add_argument("name", metavar="NAME", help="what you call them")
    _add_forms(parsers["show"])
    parsers["add"].add_argument("source", metavar="CARD", help=_SOURCE)
    parsers["rename"].add_argument("new", metavar="NEW", help="what you will call them")
    parsers["times"].add_argument("keep", choices=("on", "off"))


def _add_forms(show: ArgumentParser) -> None:
    forms = show.add_mutually_exclusive_group()
    forms.add_argument("--link", action="store_true", help="the link alone, without a comment")
    forms.add_argument("--qr", action="store_true", help="a QR code of the short card, right here")
    forms.add_argument("--png", type=Path, metavar="FILE", help="a QR code as a new picture")
    forms.add_argument("--svg", type=Path, metavar="FILE", help="the same, in vectors")
    show.add_argument(
        "--short", action="store_true", help="the short card: keys only, no name, not signed"
    )
