"""``entrechat call``: a session with somebody whose card one has."""

from argparse import Namespace

from ..protocol.card import Card, CardError
from ..protocol.errors import RemoteProtocolError
from ..protocol.keyring import Keyring, contact_of, find_contact, newer_card
from .arguments import UsageError
from .card_source import read_card, read_line_card
from .keyring_access import own_of
from .meet import check_session, unlock
from .passphrase_input import read_passphrase
from .settings import Settings, session_options

_SHARED = "this call, which both of you know,"


def run(arguments: Namespace) -> int:
    """Call as asked; the exit status. Raises UsageError and the like before anything starts."""
    check_session(arguments)
    unlocked = unlock(arguments)
    own_of(unlocked.keyring, arguments.keyring)
    settings = Settings(
        network=arguments.network,
        wait=arguments.wait,
        limit=arguments.limit,
        name="",
        phrase=None,
        role=None,
        fresh=False,
        keyring=arguments.keyring,
        unlocked=unlocked,
        called=_called(arguments, unlocked.keyring),
        shared=_shared(arguments),
    )
    options = session_options(settings)
    if arguments.plain:
        from .plain import run as run_plain

        return run_plain(options, unlocked, commands=arguments.commands)
    from .app import run_app

    return run_app(settings)


def _called(arguments: Namespace, keyring: Keyring) -> Card:
    """The card of whoever was named, the newer one of two."""
    if contact := find_contact(keyring, arguments.called):
        return contact.card
    card = read_line_card() if arguments.called == "-" else _read(arguments)
    known = contact_of(keyring, card.identity_key)
    try:
        return newer_card(known.card, card) if known else card
    except RemoteProtocolError as error:
        raise UsageError(str(error)) from None


def _read(arguments: Namespace) -> Card:
    try:
        return read_card(arguments.called)
    except CardError as error:
        raise UsageError(
            f"nobody has that name in {arguments.keyring}, and as a card it is none: {error}"
        ) from None


def _shared(arguments: Namespace) -> str | None:
    if arguments.secret_fd is None and not arguments.with_passphrase:
        return None
    return read_passphrase(arguments.secret_fd, _SHARED)
