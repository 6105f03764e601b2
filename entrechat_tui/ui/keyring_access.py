"""The keyring file that a command names, opened with the passphrase that its owner gives."""

from argparse import Namespace
from collections.abc import Callable
from datetime import UTC, datetime

from ..protocol.identity import UserIdentity
from ..protocol.keyring import Keyring
from ..session.keyring_file import change_keyring, check_keyring, load_keyring
from .arguments import UsageError
from .passphrase_input import read_passphrase

_KEY_GROUP = 4
# Of the year 9999, the last one that a date can have here.
_LAST_SECOND = 253_402_300_799


def load_file(arguments: Namespace) -> Keyring:
    """What the file holds. Raises UsageError or SessionFailure."""
    return load_keyring(arguments.keyring, _passphrase(arguments))


def change_file(arguments: Namespace, make: Callable[[Keyring], Keyring]) -> Keyring:
    """Put into the file what ``make`` makes of the keyring in it, and return that."""
    changed = change_keyring(arguments.keyring, _passphrase(arguments), make)
    assert changed is not None
    return changed


def own_of(keyring: Keyring, file: object) -> UserIdentity:
    """The owner's identity. Raises UsageError if there is none."""
    if keyring.own is None:
        raise UsageError(f"{file} holds no identity; entrechat id new makes one")
    return keyring.own


def key_text(key: bytes) -> str:
    """A key in hexadecimal, in groups that can be read out and compared, on one line."""
    return key.hex(" ", _KEY_GROUP)


def date_text(seconds: int) -> str:
    """The day, in UTC, of a time in Unix seconds, which may be a stranger's claim."""
    return f"{datetime.fromtimestamp(min(seconds, _LAST_SECOND), UTC):%Y-%m-%d}"


def _passphrase(arguments: Namespace) -> str:
    check_keyring(arguments.keyring)
    return read_passphrase(arguments.passphrase_fd, str(arguments.keyring))
