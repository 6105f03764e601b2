"""What a person keeps: an identity of their own, and the people that they know.

Values and pure functions; keyring_seal.py turns them into bytes. The functions answer with a new
keyring, or raise LocalProtocolError with a sentence for its owner.
"""

import unicodedata
from dataclasses import dataclass, replace
from enum import Enum

from .card import Card
from .errors import LocalProtocolError, RemoteProtocolError
from .identity import Identity, UserIdentity, newer

PETNAME_MAX = 40
# Control and format characters (bidi among them), halves, private ones, line and paragraph ends.
_UNSHOWABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


class Trust(Enum):
    """How far the owner trusts that a card is whose it claims to be (SREMP 3.1.3)."""

    UNKNOWN = 0
    TRUSTED = 1
    REJECTED = 2


@dataclass(frozen=True)
class Contact:
    """Somebody known. ``petname`` is the owner's own name for them; times are in Unix seconds.

    A time of 0 is one that was not kept.
    """

    petname: str
    card: Card
    trust: Trust = Trust.UNKNOWN
    first_seen: int = 0
    last_seen: int = 0

    @property
    def identity_key(self) -> bytes:
        """Who this is, whatever else changes."""
        return self.card.identity_key

    @property
    def claimed_name(self) -> str | None:
        """The peer's own name for itself, a claim to be sanitised; None while it is not known."""
        return self.card.username if isinstance(self.card, Identity) else None


@dataclass(frozen=True)
class Keyring:
    """No two contacts have one petname or one identity key, and none is the owner."""

    own: UserIdentity | None = None
    contacts: tuple[Contact, ...] = ()
    remember_times: bool = False


def petname_key(petname: str) -> str:
    """What two petnames have in common if they are the same name to a reader."""
    return _fold(_fold(unicodedata.normalize("NFD", petname)))


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text.casefold())


def petname_fault(petname: str) -> str | None:
    """What is wrong with it, to follow "the name"; None if nothing is."""
    if not 1 <= len(petname) <= PETNAME_MAX:
        return f"has {len(petname)} characters, and may have 1 to {PETNAME_MAX}"
    if petname != petname.strip():
        return "begins or ends with a space"
    if petname.startswith("-"):
        return "begins with a hyphen, as an option does"
    if any(unicodedata.category(character) in _UNSHOWABLE for character in petname):
        return "holds a character that cannot be seen"
    return None


def newer_card(known: Card, offered: Card) -> Card:
    """The card to keep of two with one identity key: the higher version, then the signed one.

    RemoteProtocolError, with a sentence, if the offered one is older, contradicts the known one,
    or would put an unsigned card in the place of a signed one.
    """
    if isinstance(known, Identity) and isinstance(offered, Identity):
        return newer(known, offered)
    if offered.version < known.version:
        raise RemoteProtocolError(
            f"This is an old card, version {offered.version}: version {known.version} is known."
        )
    if offered.version == known.version and offered.meeting_key != known.meeting_key:
        raise RemoteProtocolError(
            f"There are two different cards with the version {known.version} of one identity key."
        )
    if not isinstance(known, Identity):
        return offered
    if offered.version > known.version:
        raise RemoteProtocolError(
            "This short card says that its owner has new keys, but a short card is not signed. "
            "Ask for the full card."
        )
    return known


def find_contact(keyring: Keyring, petname: str) -> Contact | None:
    """The contact of that name, in capitals or not."""
    key = petname_key(petname)
    return next((c for c in keyring.contacts if petname_key(c.petname) == key), None)


def contact_of(keyring: Keyring, identity_key: bytes) -> Contact | None:
    """The contact with that identity key."""
    return next((c for c in keyring.contacts if c.identity_key == identity_key), None)


def add_contact(keyring: Keyring, petname: str, card: Card) -> Keyring:
    """With somebody new in it, whose trust state is unknown."""
    if keyring.own is not None and card.identity_key == keyring.own.identity.identity_key:
        raise LocalProtocolError("That card is your own.")
    if known := contact_of(keyring, card.identity_key):
        raise LocalProtocolError(f"You know the owner of this card already, as {known.petname}.")
    _check_free(keyring, petname)
    return replace(keyring, contacts=(*keyring.contacts, Contact(petname, card)))


def update_card(keyring: Keyring, card: Card) -> Keyring:
    """With the newer of two cards of somebody known; the trust state stays.

    RemoteProtocolError, with a sentence, if that is not the offered one (newer_card).
    """
    known = contact_of(keyring, card.identity_key)
    if known is None:
        raise LocalProtocolError("The owner of this card is not among your contacts.")
    return _put(keyring, known, replace(known, card=newer_card(known.card, card)))


def rename_contact(keyring: Keyring, petname: str, new: str) -> Keyring:
    """With another petname for somebody known."""
    known = _known(keyring, petname)
    _check_free(remove_contact(keyring, petname), new)
    return _put(keyring, known, replace(known, petname=new))


def set_trust(keyring: Keyring, petname: str, trust: Trust) -> Keyring:
    """With another trust state for somebody known."""
    known = _known(keyring, petname)
    return _put(keyring, known, replace(known, trust=trust))


def remove_contact(keyring: Keyring, petname: str) -> Keyring:
    """Without somebody."""
    known = _known(keyring, petname)
    return replace(keyring, contacts=tuple(c for c in keyring.contacts if c is not known))


def remember_times(keyring: Keyring, remember: bool) -> Keyring:
    """With times kept from now on; or with none kept, and those of the past forgotten."""
    if remember:
        return replace(keyring, remember_times=True)
    contacts = tuple(replace(c, first_seen=0, last_seen=0) for c in keyring.contacts)
    return replace(keyring, contacts=contacts, remember_times=False)


def saw_contact(keyring: Keyring, identity_key: bytes, now: int) -> Keyring:
    """With the time of a meeting, if the owner wants times kept. ``now`` is in Unix seconds."""
    known = contact_of(keyring, identity_key)
    if known is None or not keyring.remember_times:
        return keyring
    first = known.first_seen or now
    return _put(keyring, known, replace(known, first_seen=first, last_seen=now))


def set_own(keyring: Keyring, own: UserIdentity) -> Keyring:
    """With this identity as the owner's, which none of the contacts may have."""
    if known := contact_of(keyring, own.identity.identity_key):
        raise LocalProtocolError(
            f"This identity is that of a contact, {known.petname}. Forget the contact first."
        )
    return replace(keyring, own=own)


def _known(keyring: Keyring, petname: str) -> Contact:
    known = find_contact(keyring, petname)
    if known is None:
        raise LocalProtocolError(f"Nobody is called {petname!r} in this keyring.")
    return known


def _check_petname(petname: str) -> None:
    if fault := petname_fault(petname):
        raise LocalProtocolError(f"The name {fault}. Choose another one.")


def _check_free(keyring: Keyring, petname: str) -> None:
    _check_petname(petname)
    if known := find_contact(keyring, petname):
        raise LocalProtocolError(
            f"You know somebody else as {known.petname}, with another identity key. If this is "
            "said to be the same person, find out why the key is another; else choose another name."
        )


def _put(keyring: Keyring, known: Contact, changed: Contact) -> Keyring:
    contacts = tuple(changed if c is known else c for c in keyring.contacts)
    return replace(keyring, contacts=contacts)
