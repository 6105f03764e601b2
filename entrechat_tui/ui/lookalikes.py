"""Names that look like other names: letters of several scripts, or letters that look alike.

After UTS #39: mixed scripts by its "highly restrictive" profile, look-alikes by skeletons. The
library knows which characters look alike, in both directions.
"""

import unicodedata
from functools import cache
from itertools import chain

# Scripts that are written together.
_TOGETHER = (
    frozenset({"LATIN", "HAN", "HIRAGANA", "KATAKANA"}),
    frozenset({"LATIN", "HAN", "BOPOMOFO"}),
    frozenset({"LATIN", "HAN", "HANGUL"}),
)
_ANY_SCRIPT = frozenset({"COMMON", "INHERITED"})
_CASES = (str, str.casefold, str.upper)


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
