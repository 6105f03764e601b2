"""Names that may mislead are called out, and those that people have are let be."""

import pytest

from entrechat_tui.protocol.keyring import Keyring, add_contact
from entrechat_tui.ui.lookalikes import contact_warnings, look_alike, mixed_scripts

from .keyrings import person

ALIKE = [
    ("Ada", "Аdа"),  # Cyrillic А and а
    ("paypal", "раураl"),
    ("BOB", "ВОВ"),  # all Cyrillic
    ("bob", "ВОВ"),
    ("Iris", "lris"),
    ("Oscar", "0scar"),
    ("Tom", "Torn"),
    ("Ada", "ａｄａ"),
    ("Ada", "𝐀𝐝𝐚"),
    ("Zoé", "Zoe"),
    ("Zoé", "Zoë"),
    ("Ada", "ADA"),
]
APART = [("Ada", "Ida"), ("Ali", "All"), ("Ann", "Anna"), ("Анна", "Anna"), ("日本", "日木")]


@pytest.mark.parametrize(("name", "other"), ALIKE)
def test_these_look_alike(name: str, other: str) -> None:
    assert look_alike(name, other)
    assert look_alike(other, name)


@pytest.mark.parametrize(("name", "other"), APART)
def test_these_do_not(name: str, other: str) -> None:
    assert not look_alike(name, other)


MIXED = {
    "Аda": ("Cyrillic", "Latin"),
    "Ωmega": ("Greek", "Latin"),
    "アdа": ("Cyrillic", "Katakana", "Latin"),
    "": (),
    "Zoé 😀 1": (),
    "Анна": (),
    "日本のAda": (),
    "김 Ada": (),
    "हिन्दी": (),
}


@pytest.mark.parametrize(("name", "scripts"), MIXED.items())
def test_scripts_that_nobody_mixes(name: str, scripts: tuple[str, ...]) -> None:
    assert mixed_scripts(name) == scripts


def warnings(petname: str, claim: str) -> list[str]:
    """About somebody new, where Ada is known already as the librarian."""
    keyring = add_contact(Keyring(), "Librarian", person("Ada").identity)
    keyring = add_contact(keyring, petname, person(claim).identity)
    return list(contact_warnings(keyring, keyring.contacts[-1]))


def test_a_contact_like_any_other() -> None:
    assert warnings("Zoe", "Zoé") == []


def test_a_petname_like_what_another_calls_herself() -> None:
    assert warnings("ADA", "Zoé") == ["The name, “ADA”, can be taken for “Ada”, who is another."]


def test_a_claim_like_the_petname_of_another() -> None:
    assert warnings("Zoe", "1ibrarian") == [
        "The name on the card, “1ibrarian”, can be taken for “Librarian”, who is another."
    ]


def test_a_mixed_claim() -> None:
    (sentence,) = warnings("Zoe", "Z\u043eé")
    assert sentence.startswith(
        "The name on the card, “Z\u043eé”, mixes letters that no language mixes"
    )
    assert "(Cyrillic and Latin)" in sentence


def test_a_name_that_acts_on_a_terminal_is_shown_harmless() -> None:
    (sentence,) = warnings("Zoe", "Z\u043eé\u202e")
    assert "\u202e" not in sentence
