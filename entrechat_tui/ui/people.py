"""People as the screens name them: by the owner's own name for them, their own a claim beside."""

from collections.abc import Iterator
from dataclasses import dataclass

from ..protocol.keyring import Contact, Keyring, Trust, petname_key
from ..session.events import PeerRenewed, WordsChecked
from .lookalikes import contact_warnings, name_warnings
from .sanitise import sanitise_name
from .unlocked import Unlocked

_TRUST = {
    Trust.UNKNOWN: "You have not made sure whose card this is: verify each other in the call.",
    Trust.TRUSTED: "You made sure that this card is theirs.",
    Trust.REJECTED: "You rejected this card: its owner is not called.",
}
_STANDING: dict[tuple[bool | None, bool | None], str] = {
    (True, True): "verified",
    (True, None): "they have not checked you",
    (None, True): "you have not checked them",
}
_UNCHECKED = WordsChecked(None, None)


def claim(contact: Contact) -> str:
    """What somebody calls themselves, where that is not what their owner calls them."""
    if contact.claimed_name in (None, contact.petname):
        return ""
    return f"says “{sanitise_name(contact.claimed_name or '')}”"


def _names(contact: Contact) -> list[str]:
    return [name for name in (contact.petname, contact.claimed_name) if name]


def about(keyring: Keyring, contact: Contact) -> Iterator[str]:
    """What to know before a call, a sentence each; what may mislead comes last."""
    if contact.claimed_name is None:
        yield "Their own name comes with a call: you have their short card."
    else:
        yield f"They call themselves “{sanitise_name(contact.claimed_name)}”."
    yield _TRUST[contact.trust]
    yield from contact_warnings(keyring, contact)


@dataclass
class Peer:
    """Who is there: the verified identity key, and all that hangs on it.

    ``claimed_name`` is raw. ``renewed``: they showed a newer card than the one that is kept.
    """

    claimed_name: str
    identity_key: bytes
    unlocked: Unlocked | None = None
    checked: WordsChecked = _UNCHECKED
    renewed: PeerRenewed | None = None

    @property
    def contact(self) -> Contact | None:
        """Whom the keyring knows by this identity key."""
        return self.unlocked.contact(self.identity_key) if self.unlocked else None

    @property
    def own_name(self) -> str:
        """Their claim, fit to be shown."""
        return sanitise_name(self.claimed_name)

    @property
    def name(self) -> str:
        """The owner's own name for them; the claim, of a stranger."""
        return sanitise_name(self.contact.petname) if self.contact else self.own_name

    @property
    def claims(self) -> tuple[str, str]:
        """That the name, or another one, is a claim: to stand behind the name, long and short."""
        if self.contact is None:
            return " (so they say)", " (claimed)"
        if self.own_name == self.name:
            return "", ""
        return f" (says “{self.own_name}”)", f" (“{self.own_name}”)"

    @property
    def verified(self) -> bool:
        """Both typed the right words."""
        return self.checked == WordsChecked(True, True)

    @property
    def unmasked(self) -> bool:
        """Somebody's words were not the right ones: who is there may be anybody."""
        return False in (self.checked.ours, self.checked.peers)

    @property
    def trusted(self) -> bool:
        """The owner made sure, now or before, whose identity key this is."""
        return self.contact is not None and self.contact.trust is Trust.TRUSTED

    @property
    def standing(self) -> str:
        """What is known about who is there, in a few words."""
        if self.unmasked:
            return "the words differ"
        unsaid = "trusted" if self.trusted else "not verified"
        return _STANDING.get((self.checked.ours, self.checked.peers), unsaid)

    def warnings(self) -> Iterator[str]:
        """A sentence for each way in which the name may mislead."""
        if self.impersonated:
            yield (
                f"This is NOT “{self.impersonated}” whom you know: the name “{self.own_name}” is "
                "the same, but the identity key is another."
            )
            return
        names = [name for each in self._others for name in _names(each)]
        yield from name_warnings("The name that they gave themselves", self.claimed_name, names)

    @property
    def impersonated(self) -> str:
        """Whom the owner knows by the name that a stranger claims, with another identity key."""
        if self.contact is not None:
            return ""
        name = petname_key(self.claimed_name)
        same = (each for each in self._others if name in map(petname_key, _names(each)))
        other = next(same, None)
        return sanitise_name(other.petname) if other else ""

    @property
    def _others(self) -> tuple[Contact, ...]:
        contacts = self.unlocked.keyring.contacts if self.unlocked else ()
        return tuple(each for each in contacts if each.identity_key != self.identity_key)
