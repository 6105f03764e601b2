"""A keyring file that its owner opened for as long as the program runs."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from ..protocol.identity import UserIdentity
from ..protocol.keyring import Contact, Keyring, contact_of
from ..session.keyring_file import change_keyring, load_keyring, read_sealed

ONE_PLACE = (
    "Use one identity in one place. In two, nobody can tell which of them answers a call; once "
    "the keys of one are rotated, whoever has its new card refuses the other."
)


@dataclass
class Unlocked:
    """What the file holds, and the passphrase to change it with, both in memory alone.

    ``unlock`` and ``change`` take the better part of a second: call them outside of the event
    loop. They raise SessionFailure as keyring_file.py does.
    """

    path: Path
    passphrase: str = field(repr=False)
    keyring: Keyring = field(repr=False)

    @classmethod
    def unlock(cls, path: Path, passphrase: str) -> Self:
        """Open the file."""
        return cls(path, passphrase, load_keyring(path, passphrase))

    @property
    def own(self) -> UserIdentity | None:
        """The owner's identity, if the file holds one."""
        return self.keyring.own

    def contact(self, identity_key: bytes) -> Contact | None:
        """Whom the owner knows under that key."""
        return contact_of(self.keyring, identity_key)

    def change(self, make: Callable[[Keyring], Keyring]) -> None:
        """Put what ``make`` makes of the keyring into the file; what it raises comes through."""
        changed = change_keyring(self.path, self.passphrase, make)
        assert changed is not None
        self.keyring = changed

    def sealed(self) -> bytes:
        """The file as it is."""
        return read_sealed(self.path)
