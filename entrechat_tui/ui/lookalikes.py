"""Names that look like other names: letters of several scripts, or letters that look alike.

After UTS #39: mixed scripts by its "highly restrictive" profile, look-alikes by skeletons. The
library knows which characters look alike, in both directions.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain

from ..protocol.keyring import Contact, Keyring
from .sanitise import sanitise_name

# Scripts that are written together.
_TOGETHER = (
    frozenset({"LATIN", "HAN", "HIRAGANA", "KATAKANA"}),
    frozenset({"LATIN", "HAN", "BOPOMOFO"}),
    frozenset({"LATIN", "HAN", "HANGUL"}),
)
_ANY_SCRIPT = frozenset({"COMMON", "INHERITED"})
_CASES = (str, str.casefold, str.upper)


def contact_warnings(keyring: Keyring, contact: Contact) -> Iterator[str]:
    """A sentence for each way in which a contact's names may mislead its owner."""
    others = [other for other in keyring.contacts if other.identity_key != contact.identity_key]
    petnames = [other.petname for other in others]
    claims = [other.claimed_name for other in others if other.claimed_name]
    yield from name_warnings("The name", contact.petname, petnames + claims)
    if contact.claimed_name:
        yield from name_warnings("The name on the card", contact.claimed_name, petnames)


def name_warnings(what: str, name: str, others: Iterable[str]) -> Iterator[str]:
    """A sentence for each way in which a name may mislead; ``others``: of somebody else."""
    if scripts := mixed_scripts(name):
        yield (
            f"{what}, {_quoted(name)}, mixes letters that no language mixes "
            f"({' and '.join(scripts)}), perhaps to look like another name."
        )
    for other in dict.fromkeys(others):
        if look_alike(name, other):
            yield f"{what}, {_quoted(name)}, can be taken for {_quoted(other)}, who is another."


def _quoted(name: str) -> str:
    return f"“{sanitise_name(name)}”"


def mixed_scripts(name: str) -> tuple[str, ...]:
    """The scripts that a name mixes and no language does: ("Cyrillic", "Latin")."""
    from confusable_homoglyphs.categories import unique_aliases

    scripts = unique_aliases(name) - _ANY_SCRIPT
    if len(scripts) < 2 or any(scripts <= together for together in _TOGETHER):
        return ()
    return tuple(sorted(script.capitalize() for script in scripts))


def look_alike(name: str, other: str) -> bool:
    """Whether one could be read for the other, in capitals or not, with accents or without."""
    return any(_skeleton(case(name)) == _skeleton(case(other)) for case in _CASES)


def _skeleton(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name)
    shapes = chain.from_iterable(map(_shape, decomposed))
    return "".join(char for char in shapes if not unicodedata.category(char).startswith("M"))


@cache
def _shape(char: str) -> str:
    """The character that stands for all that look like this one."""
    alike = _alike(char)
    if len(alike) != 1:
        return char
    (only,) = alike
    # A pair could stand for one another either way.
    return min(char, only) if len(only) == 1 and len(_alike(only)) == 1 else only


def _alike(char: str) -> list[str]:
    from confusable_homoglyphs.confusables import is_confusable

    found = is_confusable(char)
    return [alike["c"] for alike in found[0]["homoglyphs"]] if found else []
