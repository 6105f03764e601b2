"""``entrechat card``: one's own card, and those of the people in a keyring file."""

import os
from argparse import Namespace
from collections.abc import Callable, Iterator

from ..protocol.card import Card, ShortCard, card_link, short_card
from ..protocol.errors import RemoteProtocolError
from ..protocol.identity import Identity
from ..protocol.keyring import (
    Contact,
    Keyring,
    Trust,
    add_contact,
    contact_of,
    find_contact,
    petname_key,
    remember_times,
    remove_contact,
    rename_contact,
    set_trust,
    update_card,
)
from .arguments import UsageError
from .card_source import read_card
from .keyring_access import change_file, date_text, key_text, load_file, own_of
from .lines import out, say
from .lookalikes import contact_warnings
from .qr import CODE_ROWS, CODE_WIDTH, code_rows, write_picture
from .sanitise import sanitise_name
from .wrap import wrap

_COMMENT = "# A card of Entrechat: who has it, and whose card its owner has, can call its owner."
_MADE_SURE = (
    "* Before you trust a card, make sure that it is theirs: compare the identity key with them "
    "where nobody can pretend to be them, or verify each other in a session."
)
_TRUST_SENTENCES = {
    Trust.TRUSTED: "* You say that you made sure: whoever holds this identity key is {name}.",
    Trust.REJECTED: "* There will be no session with whoever holds this identity key.",
}
_BESIDE = 32
_COLUMN = 16


def run(arguments: Namespace) -> int:
    """Do what was asked for; the exit status. Raises UsageError, SessionFailure and the like."""
    _ACTIONS[arguments.action](arguments)
    return 0


def _show(arguments: Namespace) -> None:
    if arguments.qr:
        _check_screen()
    identity = own_of(load_file(arguments), arguments.keyring).identity
    card: Card = short_card(identity) if arguments.short else identity
    if arguments.png:
        write_picture(card, arguments.png, "png")
    elif arguments.svg:
        write_picture(card, arguments.svg, "svg")
    elif arguments.qr:
        _draw(identity)
    else:
        comment = "" if arguments.link else f"{_COMMENT}\n"
        out(f"{comment}{card_link(card)}\n")


def _check_screen() -> None:
    if not os.isatty(1):
        return
    size = os.get_terminal_size(1)
    if size.columns < CODE_WIDTH or size.lines <= CODE_ROWS:
        raise UsageError(
            f"the code takes {CODE_WIDTH} columns and {CODE_ROWS + 1} rows, and this terminal has "
            f"{size.columns} and {size.lines}; --png makes a picture of it"
        )


def _draw(identity: Identity) -> None:
    """The code. What it is stands beside it: a line above would push it off the screen."""
    terminal = os.isatty(1)
    coloured = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    room = terminal and os.get_terminal_size(1).columns >= CODE_WIDTH + 2 + _BESIDE
    beside = _beside(identity) if room else iter(())
    for row in code_rows(identity, coloured=coloured):
        out(f"{row}  {next(beside, '')}".rstrip(" ") + "\n")


def _beside(identity: Identity) -> Iterator[str]:
    yield ""
    yield from wrap(sanitise_name(identity.username), _BESIDE)
    yield f"short card, version {identity.version}"
    yield ""
    yield from wrap("Take a picture of the code. On the other machine, with that picture:", _BESIDE)
    yield ""
    yield "entrechat card add NAME PICTURE"


def _add(arguments: Namespace) -> None:
    card = read_card(arguments.source)
    before: list[Contact] = []

    def put(keyring: Keyring) -> Keyring:
        known = contact_of(keyring, card.identity_key)
        if known is None or petname_key(known.petname) != petname_key(arguments.name):
            return add_contact(keyring, arguments.name, card)
        before.append(known)
        return update_card(keyring, card)

    try:
        keyring = change_file(arguments, put)
    except RemoteProtocolError as error:
        raise UsageError(str(error)) from None
    contact = contact_of(keyring, card.identity_key)
    assert contact is not None
    _print(keyring, contact)
    say(_changed(before[0], contact) if before else _MADE_SURE)


def _changed(before: Contact, after: Contact) -> str:
    """What a card did to somebody who was known already."""
    old, new = before.card, after.card
    if old == new:
        return "* You have this card already: nothing was changed."
    if old.version == new.version:
        return "* This is the signed card for the short one that you had: the keys are the same."
    signed = "signed with it" if isinstance(new, Identity) else "though a short card is not signed"
    return (
        f"* The keys are new (version {old.version} was replaced by {new.version}), under the same "
        f"identity key, and {signed}. You still hold the owner to be {_trust(after)}."
    )


def _list(arguments: Namespace) -> None:
    keyring = load_file(arguments)
    for contact in sorted(keyring.contacts, key=lambda contact: petname_key(contact.petname)):
        _print(keyring, contact)
    if not keyring.contacts:
        say("* There is nobody in this keyring yet; entrechat card add puts somebody there.")


def _rename(arguments: Namespace) -> None:
    keyring = change_file(
        arguments, lambda keyring: rename_contact(keyring, arguments.name, arguments.new)
    )
    _print(keyring, _named(keyring, arguments.new))


def _judge(arguments: Namespace) -> None:
    trust = Trust.TRUSTED if arguments.action == "trust" else Trust.REJECTED
    keyring = change_file(arguments, lambda keyring: set_trust(keyring, arguments.name, trust))
    contact = _named(keyring, arguments.name)
    _print(keyring, contact)
    say(_TRUST_SENTENCES[trust].format(name=sanitise_name(contact.petname)))


def _forget(arguments: Namespace) -> None:
    change_file(arguments, lambda keyring: remove_contact(keyring, arguments.name))
    say("* Forgotten. Their card alone does not bring back whether you trusted it.")


def _times(arguments: Namespace) -> None:
    keep = arguments.keep == "on"
    change_file(arguments, lambda keyring: remember_times(keyring, keep))
    say(
        "* From now on the keyring may keep when you first and last met each person."
        if keep
        else "* No times are kept, and those that were kept are gone from this file."
    )


def _named(keyring: Keyring, petname: str) -> Contact:
    contact = find_contact(keyring, petname)
    assert contact is not None
    return contact


def _print(keyring: Keyring, contact: Contact) -> None:
    out("".join(f"{line}\n" for line in _lines(contact)) + "\n")
    for sentence in contact_warnings(keyring, contact):
        say(f"* {sentence}")


def _lines(contact: Contact) -> Iterator[str]:
    card = contact.card
    yield sanitise_name(contact.petname)
    yield f"  trust         {_trust(contact)}"
    if isinstance(card, ShortCard):
        yield "  own name      not known yet: this is a short card"
        yield f"  version       {card.version} or higher"
    else:
        yield f"  own name      {sanitise_name(card.username)} (their claim)"
        yield f"  version       {card.version}, made on {date_text(card.created)}"
    yield f"  identity key  {key_text(card.identity_key, _COLUMN)}"
    if contact.first_seen:
        yield f"  met           {date_text(contact.first_seen)} to {date_text(contact.last_seen)}"


def _trust(contact: Contact) -> str:
    return contact.trust.name.lower()


_ACTIONS: dict[str, Callable[[Namespace], None]] = {
    "show": _show,
    "add": _add,
    "list": _list,
    "rename": _rename,
    "trust": _judge,
    "reject": _judge,
    "forget": _forget,
    "times": _times,
}
