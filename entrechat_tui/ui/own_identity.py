"""``entrechat id``: one's own identity in a keyring file."""

import os
import time
from argparse import Namespace
from collections.abc import Callable
from dataclasses import replace

from ..protocol.errors import RemoteProtocolError
from ..protocol.identity import (
    ANONYMOUS,
    RANDOMNESS_SIZE,
    ROTATION_SIZE,
    UserIdentity,
    make_identity,
    newer,
    rotate,
)
from ..protocol.keyring import Keyring, set_own
from ..session.keyring_file import (
    change_keyring,
    check_free,
    check_keyring,
    create_keyring,
    load_keyring,
)
from .arguments import UsageError
from .keyring_access import ask_passphrase, change_file, date_text, key_text, load_file, own_of
from .lines import first_line, out, say
from .passphrase_input import read_new_passphrase, read_passphrase
from .sanitise import sanitise_name
from .unlocked import ONE_PLACE

_ROTATED = (
    "* The keys are new. Whoever has your old card cannot meet you any more until they have the "
    "new one; your identity key, by which they know you, is the same."
)
_REMAINS = (
    "* What was written once may outlive its file: in copies of your own, in backups and "
    "snapshots, in blocks of the disk that are not reused yet. Each is sealed with the passphrase."
)
_ANSWER = 8
_COLUMN = 14


def run(arguments: Namespace) -> int:
    """Do what was asked for; the exit status. Raises UsageError, SessionFailure and the like."""
    _ACTIONS[arguments.action](arguments)
    return 0


def _new(arguments: Namespace) -> None:
    user = make_identity(arguments.name or ANONYMOUS, os.urandom(RANDOMNESS_SIZE), int(time.time()))

    def add(keyring: Keyring) -> Keyring:
        if keyring.own is not None:
            raise UsageError(
                f"{arguments.keyring} holds an identity already, {_name(keyring.own)}; name "
                "another file, or forget that one first"
            )
        return set_own(keyring, user)

    _put(arguments, add)


def _show(arguments: Namespace) -> None:
    _print(load_file(arguments))


def _export(arguments: Namespace) -> None:
    check_free(arguments.to)
    keyring = load_file(arguments)
    passphrase = read_new_passphrase(arguments.new_passphrase_fd, str(arguments.to))
    create_keyring(arguments.to, passphrase, keyring)
    _print(keyring)
    say(f"* {ONE_PLACE}")


def _import(arguments: Namespace) -> None:
    check_keyring(arguments.source)
    passphrase = read_passphrase(arguments.from_passphrase_fd, str(arguments.source))
    user = own_of(load_keyring(arguments.source, passphrase), arguments.source)
    _put(arguments, lambda keyring: set_own(keyring, _newer(keyring.own, user)))
    say(f"* {ONE_PLACE}")


def _newer(own: UserIdentity | None, other: UserIdentity) -> UserIdentity:
    if own is None:
        return other
    if own.identity.identity_key != other.identity.identity_key:
        raise UsageError("the two files hold different identities; nothing was changed")
    try:
        newer(own.identity, other.identity)
    except RemoteProtocolError as error:
        raise UsageError(str(error)) from None
    return other


def _rotate(arguments: Namespace) -> None:
    def change(keyring: Keyring) -> Keyring:
        own = own_of(keyring, arguments.keyring)
        return replace(keyring, own=rotate(own, os.urandom(ROTATION_SIZE), int(time.time())))

    _change(arguments, change)
    say(_ROTATED)


def _forget(arguments: Namespace) -> None:
    passphrase = ask_passphrase(arguments)
    keyring = load_keyring(arguments.keyring, passphrase)
    _confirm(arguments, own_of(keyring, arguments.keyring), last=not keyring.contacts)

    def remove(keyring: Keyring) -> Keyring | None:
        return replace(keyring, own=None) if keyring.contacts else None

    change_keyring(arguments.keyring, passphrase, remove)
    say(_REMAINS)


def _confirm(arguments: Namespace, own: UserIdentity, *, last: bool) -> None:
    what = ", and the file, which holds nothing else," if last else ""
    say(
        f"* {_name(own)} (version {own.identity.version}){what} will be gone from "
        f"{arguments.keyring}. An identity cannot be made again."
    )
    if arguments.yes:
        return
    if not os.isatty(0):
        raise UsageError("nobody is there to be asked; --yes forgets without asking")
    say("* Type yes to forget it:")
    if first_line(0, _ANSWER).strip().lower() != b"yes":
        raise UsageError("nothing was forgotten")


def _put(arguments: Namespace, change: Callable[[Keyring], Keyring]) -> None:
    """Change the keyring of that file, or make the file where there is none."""
    if os.path.lexists(arguments.keyring):
        return _change(arguments, change)
    check_free(arguments.keyring)
    keyring = change(Keyring())
    passphrase = read_new_passphrase(arguments.passphrase_fd, str(arguments.keyring))
    create_keyring(arguments.keyring, passphrase, keyring)
    _print(keyring)


def _change(arguments: Namespace, make: Callable[[Keyring], Keyring]) -> None:
    _print(change_file(arguments, make))


def _name(own: UserIdentity) -> str:
    return sanitise_name(own.identity.username)


def _print(keyring: Keyring) -> None:
    if keyring.own is not None:
        identity = keyring.own.identity
        out(
            f"name          {_name(keyring.own)}\n"
            f"identity key  {key_text(identity.identity_key, _COLUMN)}\n"
            f"version       {identity.version}, made on {date_text(identity.created)}\n"
        )
    out(f"contacts      {len(keyring.contacts)}\n")


_ACTIONS: dict[str, Callable[[Namespace], None]] = {
    "new": _new,
    "show": _show,
    "export": _export,
    "import": _import,
    "rotate": _rotate,
    "forget": _forget,
}
