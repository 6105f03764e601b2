"""``entrechat card`` as a person uses it, and one sentence for each thing that can be wrong."""

import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from entrechat_tui.protocol.card import Card, card_link, parse_card_untrusted, short_card
from entrechat_tui.protocol.identity import rotate
from entrechat_tui.protocol.keyring import Keyring, Trust, add_contact
from entrechat_tui.ui.card_source import read_card

from .keyrings import get_keyring, person, put_keyring, run_on

ADA, ZOE, EVE = person("Ada"), person("Zoé"), person("Eve")
ZOE_ROTATED = rotate(ZOE, bytes(range(64)), created=1_700_000_001)
KNOWN = add_contact(Keyring(own=ADA), "Zoe", ZOE.identity)
KEY = ZOE.identity.identity_key


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return put_keyring(tmp_path / "ada", KNOWN)


def card(file: Path, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    done = run_on(file, "card", *arguments, **options)
    assert done.returncode == 0, done.stderr
    return done


def test_ones_own_card(file: Path, tmp_path: Path) -> None:
    shown = card(file, "show").stdout
    assert parse_card_untrusted(shown) == ADA.identity
    assert shown.startswith("# ") and len(shown.splitlines()) == 2
    assert card(file, "show", "--link").stdout == card_link(ADA.identity) + "\n"
    short = card(file, "show", "--link", "--short").stdout
    assert parse_card_untrusted(short) == short_card(ADA.identity)


@pytest.mark.parametrize("form", ["png", "svg"])
def test_ones_own_card_as_a_picture(file: Path, tmp_path: Path, form: str) -> None:
    picture = tmp_path / f"card.{form}"
    card(file, "show", f"--{form}", str(picture))
    if form == "png":
        assert read_card(str(picture)) == ADA.identity
    before = picture.read_bytes()
    again = run_on(file, "card", "show", f"--{form}", str(picture))
    assert again.returncode == 2 and "is there already" in again.stderr
    assert picture.read_bytes() == before


def added(file: Path, name: str, what: Card) -> tuple[str, Keyring]:
    done = card(file, "add", name, card_link(what))
    return done.stderr, get_keyring(file)


def test_somebody_new(file: Path) -> None:
    said, keyring = added(file, "Evelyn", EVE.identity)
    assert keyring == add_contact(KNOWN, "Evelyn", EVE.identity)
    assert said.startswith("* Before you trust a card")


def test_a_short_card_and_then_the_whole_one(tmp_path: Path) -> None:
    file = put_keyring(tmp_path / "ada", Keyring(own=ADA))
    _, keyring = added(file, "Zoe", short_card(ZOE.identity))
    assert keyring.contacts[0].card == short_card(ZOE.identity)
    assert "not known yet" in card(file, "list").stdout
    said, keyring = added(file, "zoe", ZOE.identity)
    assert said.startswith("* This is the signed card for the short one that you had")
    assert keyring == KNOWN


def test_a_newer_card_replaces_the_old_one_and_leaves_the_trust(file: Path) -> None:
    card(file, "trust", "zoe")
    said, keyring = added(file, "Zoe", ZOE_ROTATED.identity)
    assert "version 1 was replaced by 2" in said and "hold the owner to be trusted" in said
    (contact,) = keyring.contacts
    assert (contact.card, contact.trust) == (ZOE_ROTATED.identity, Trust.TRUSTED)


def test_the_same_card_again(file: Path) -> None:
    before = file.read_bytes()
    said, _ = added(file, "Zoe", ZOE.identity)
    assert said == "* You have this card already: nothing was changed.\n"
    assert file.read_bytes() == before


def test_a_name_that_looks_like_another(file: Path) -> None:
    said, _ = added(file, "Ζοe", EVE.identity)
    assert "mixes letters that no language mixes (Greek and Latin)" in said
    assert "can be taken for “Zoe”, who is another" in said
    assert "can be taken for" in card(file, "list").stderr


def test_the_list(file: Path) -> None:
    assert card(file, "list").stdout == (
        "Zoe\n"
        "  trust         unknown\n"
        "  own name      Zoé (their claim)\n"
        "  version       1, made on 2023-11-14\n"
        f"  identity key  {KEY[:16].hex(' ', 2)}\n{' ' * 16}{KEY[16:].hex(' ', 2)}\n\n"
    )


def test_an_empty_list(tmp_path: Path) -> None:
    done = card(put_keyring(tmp_path / "ada", Keyring()), "list")
    assert done.stdout == "" and done.stderr.startswith("* There is nobody in this keyring yet")


@pytest.mark.parametrize(("action", "trust"), [("trust", 1), ("reject", 2)])
def test_what_the_owner_holds_of_a_card(file: Path, action: str, trust: int) -> None:
    done = card(file, action, "ZOE")
    assert get_keyring(file).contacts[0].trust is Trust(trust)
    assert "identity key" in done.stdout and "identity key" in done.stderr


def test_another_name(file: Path) -> None:
    card(file, "rename", "zoe", "Zoé")
    assert get_keyring(file).contacts[0].petname == "Zoé"


def test_somebody_forgotten(file: Path) -> None:
    card(file, "forget", "Zoe")
    assert get_keyring(file) == Keyring(own=ADA)


def test_times_are_kept_only_if_wanted(tmp_path: Path) -> None:
    met = replace(KNOWN.contacts[0], first_seen=1_700_000_000, last_seen=1_700_100_000)
    file = put_keyring(tmp_path / "ada", replace(KNOWN, contacts=(met,), remember_times=True))
    assert "  met           2023-11-14 to 2023-11-16\n" in card(file, "list").stdout
    card(file, "times", "off")
    assert get_keyring(file) == KNOWN
    card(file, "times", "on")
    assert get_keyring(file) == replace(KNOWN, remember_times=True)


def test_a_name_of_theirs_cannot_act_on_the_terminal(tmp_path: Path) -> None:
    keyring = add_contact(Keyring(), "Eve", person("Eve\u202e\u200b").identity)
    shown = card(put_keyring(tmp_path / "ada", keyring), "list").stdout
    assert "Eve⟨202E⟩⟨200B⟩ (their claim)" in shown


LINK = card_link(EVE.identity)
WRONG = {
    "nobody of that name": (["rename", "Bob", "Rob"], "Nobody is called 'Bob'"),
    "a name that is taken": (["rename", "Zoe", "zoe "], "begins or ends with a space"),
    "an empty name": (["add", "", LINK], "has 0 characters"),
    "a known name for another person": (["add", "ZOE", LINK], "with another identity key"),
    "another name for a known person": (
        ["add", "Bob", card_link(ZOE.identity)],
        "You know the owner of this card already, as Zoe",
    ),
    "one's own card": (["add", "me", card_link(ADA.identity)], "That card is your own"),
    "no card": (["add", "Eve", "/dev/null"], "There is no card in this"),
    "a card that is cut short": (["add", "Eve", LINK[:100]], "This card is cut short"),
    "a mistyped card": (
        ["add", "Eve", LINK[:-9] + ("7" if LINK[-9] != "7" else "8") + LINK[-8:]],
        "The checksum of this card is wrong",
    ),
    "an unsigned card with new keys": (
        ["add", "Zoe", card_link(short_card(ZOE_ROTATED.identity))],
        "Ask for the full card",
    ),
    "two forms at once": (["show", "--qr", "--link"], "not allowed with"),
    "no such action": (["steal"], "invalid choice: 'steal'"),
}


@pytest.mark.parametrize(("arguments", "sentence"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_and_the_file_is_left(
    file: Path, arguments: list[str], sentence: str
) -> None:
    before = file.read_bytes()
    done = run_on(file, "card", *arguments)
    (line,) = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (2, "")
    assert line.startswith("entrechat: ") and sentence in line
    assert file.read_bytes() == before


def test_an_old_card_of_somebody_known(tmp_path: Path) -> None:
    keyring = add_contact(Keyring(own=ADA), "Zoe", ZOE_ROTATED.identity)
    file = put_keyring(tmp_path / "ada", keyring)
    done = run_on(file, "card", "add", "Zoe", card_link(ZOE.identity))
    assert done.returncode == 2
    assert "This is an old card, version 1: version 2 is known." in done.stderr


def test_a_keyring_without_an_identity_has_no_card(tmp_path: Path) -> None:
    done = run_on(put_keyring(tmp_path / "ada", Keyring()), "card", "show")
    assert done.returncode == 2 and "holds no identity" in done.stderr
