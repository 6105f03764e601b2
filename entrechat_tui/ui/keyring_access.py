"""The keyring file that a command names, opened with the passphrase that its owner gives."""

from argparse import Namespace
from collections.abc import Callable
from datetime import UTC, datetime

from ..protocol.identity import UserIdentity
from ..protocol.keyring import Keyring
from ..session.keyring_file import change_keyring, check_keyring, load_keyring
from .arguments import UsageError
from .passphrase_input import read_passphrase
from .status import spell_key

# Of the year 9999, the last one that a date can have here.
_LAST_SECOND = 253_402_300_799


def ask_passphrase(arguments: Namespace) -> str:
    """The passphrase of a file that may be a keyring. Raises UsageError or SessionFailure."""
    check_keyring(arguments.keyring)
    return read_passphrase(arguments.passphrase_fd, str(arguments.keyring))


def load_file(arguments: Namespace) -> Keyring:
    """What the file holds. Raises UsageError or SessionFailure."""
    return load_keyring(arguments.keyring, ask_passphrase(arguments))


def change_file(arguments: Namespace, make: Callable[[Keyring], Keyring]) -> Keyring:
    """Put into the file what ``make`` makes of the keyring in it, and return that."""
    changed = change_keyring(arguments.keyring, ask_passphrase(arguments), make)
    assert changed is not None
    return changed


def own_of(keyring: Keyring, file: object) -> UserIdentity:
    """The owner's identity. Raises UsageError if there is none."""
    if keyring.own is None:
        raise UsageError(f"{file} holds no identity; entrechat id new makes one")
    return keyring.own


def key_text(key: bytes, column: int) -> str:
    """A key as a person compares it, on two lines that both begin in this column."""
    half = len(key) // 2
    return f"{spell_key(key[:half])}\n{' ' * column}{spell_key(key[half:])}"


def date_text(seconds: int) -> str:
    """The day, in UTC, of a time in Unix seconds, which may be a stranger's claim."""
    return f"{datetime.fromtimestamp(min(seconds, _LAST_SECOND), UTC):%Y-%m-%d}"
