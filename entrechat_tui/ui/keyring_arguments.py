"""The command line's grammar for what is in a keyring file."""

from argparse import ArgumentParser
from pathlib import Path

_ACTIONS = {
    "new": "make an identity and keep it in a keyring file",
    "show": "what is in the file",
    "export": "copy the file, sealed with another passphrase",
    "import": "take the identity out of another file",
    "rotate": "replace its keys; whoever is to call you needs the new card",
    "forget": "remove the identity",
}


def add_keyring(parser: ArgumentParser, *, required: bool = True) -> None:
    """Which file a command works on, and where its passphrase comes from."""
    parser.add_argument(
        "--keyring",
        type=Path,
        required=required,
        metavar="FILE",
        help="your identity and contacts, where you keep them",
    )
    add_descriptor(parser, "--passphrase-fd", "its passphrase")


def add_id(parser: ArgumentParser) -> None:
    """The actions of ``entrechat id``."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    parsers = {
        name: actions.add_parser(name, help=text, allow_abbrev=False)
        for name, text in _ACTIONS.items()
    }
    for action in parsers.values():
        add_keyring(action)
    parsers["new"].add_argument("--name", default="", help="what others see you as")
    parsers["export"].add_argument(
        "--to", type=Path, required=True, metavar="FILE", help="the copy, a new file"
    )
    add_descriptor(parsers["export"], "--new-passphrase-fd", "the copy's passphrase")
    parsers["import"].add_argument(
        "--from", type=Path, required=True, metavar="FILE", dest="source", help="the other file"
    )
    add_descriptor(parsers["import"], "--from-passphrase-fd", "the other file's passphrase")
    parsers["forget"].add_argument("--yes", action="store_true", help="do not ask")


def add_descriptor(parser: ArgumentParser, option: str, what: str) -> None:
    """An option that names a descriptor to read a secret from."""
    parser.add_argument(
        option, type=int, metavar="N", help=f"read {what} here, a line, instead of asking for it"
    )
