"""Contacts: nobody twice, no name twice, and no card that an older or unsigned one can replace."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from entrechat_tui.protocol.card import ShortCard
from entrechat_tui.protocol.errors import LocalProtocolError, ProtocolError, RemoteProtocolError
from entrechat_tui.protocol.identity import UserIdentity, make_identity, rotate
from entrechat_tui.protocol.keyring import (
    Card,
    Contact,
    Keyring,
    Trust,
    add_contact,
    contact_of,
    find_contact,
    newer_card,
    remember_times,
    remove_contact,
    rename_contact,
    saw_contact,
    set_own,
    set_trust,
    update_card,
)


def person(name: str, number: int) -> UserIdentity:
    return make_identity(name, bytes([number]) * 96, created=1)


def short(card: Card, version: int | None = None) -> ShortCard:
    return ShortCard(card.identity_key, card.meeting_key, version or card.version)


OWN, ALICE, BOB, CAROL = (person(n, i) for i, n in enumerate(["Own", "alice", "bob", "carol"], 1))
ALICE_2 = rotate(ALICE, bytes(64), created=2).identity
FULL, NEWER, SHORT = ALICE.identity, ALICE_2, short(ALICE.identity)
# The same version as FULL, signed with the same key: the identity was rotated in two places.
OTHER = rotate(ALICE, bytes([9]) * 64, created=2).identity
RING = add_contact(Keyring(OWN), "Alice", FULL)
BOTH = add_contact(RING, "Bob", short(BOB.identity))


def refused(do: Callable[[], object], error: type[ProtocolError] = LocalProtocolError) -> str:
    with pytest.raises(error) as caught:
        do()
    return str(caught.value)


def test_a_new_contact_is_known_and_not_trusted() -> None:
    assert RING.contacts == (Contact("Alice", FULL, Trust.UNKNOWN, 0, 0),)
    assert contact_of(RING, FULL.identity_key) is RING.contacts[0]
    assert contact_of(RING, BOB.identity.identity_key) is None


def test_the_name_that_somebody_claims_is_in_the_signed_card_alone() -> None:
    assert [contact.claimed_name for contact in BOTH.contacts] == ["alice", None]


@pytest.mark.parametrize("name", ["Alice", "aLICE", "ａｌｉｃｅ"])
def test_a_contact_is_found_by_its_name_however_it_is_written(name: str) -> None:
    assert find_contact(BOTH, name) is BOTH.contacts[0]
    assert find_contact(BOTH, name + "s") is None


@pytest.mark.parametrize(("one", "other"), [("Straße", "STRASSE"), ("Zoe\u0301", "ZOÉ")])
def test_two_spellings_of_one_name_are_one_name(one: str, other: str) -> None:
    ring = add_contact(Keyring(), one, FULL)
    assert "You know somebody else" in refused(lambda: add_contact(ring, other, BOB.identity))


NAMES = {
    "": "has 0 characters, and may have 1 to 40",
    "x" * 41: "has 41 characters",
    " a": "begins or ends with a space",
    "a\u00a0": "begins or ends with a space",
    "--yes": "begins with a hyphen",
    "a\tb": "holds a character that cannot be seen",
    "a\u202eb": "holds a character that cannot be seen",
    "a\u200bb": "holds a character that cannot be seen",
    "a\udce9": "holds a character that cannot be seen",
    "a\u2028b": "holds a character that cannot be seen",
    "a\ue000": "holds a character that cannot be seen",
}


@pytest.mark.parametrize(("name", "fault"), NAMES.items(), ids=map(ascii, NAMES))
def test_a_name_that_cannot_be_used(name: str, fault: str) -> None:
    wanted = f"The name {fault}"
    assert refused(lambda: add_contact(Keyring(), name, FULL)).startswith(wanted)
    assert refused(lambda: rename_contact(RING, "Alice", name)).startswith(wanted)


@pytest.mark.parametrize("name", ["x" * 40, "Zoé de l'Étang", "日本", "🦊", "עדה"])
def test_a_name_that_can(name: str) -> None:
    assert rename_contact(RING, "alice", name).contacts == (Contact(name, FULL),)


def test_nobody_is_there_twice() -> None:
    assert refused(lambda: add_contact(RING, "Me", OWN.identity)) == "That card is your own."
    again = refused(lambda: add_contact(RING, "Alix", SHORT))
    assert again == "You know the owner of this card already, as Alice."
    fake = refused(lambda: add_contact(RING, "alice", BOB.identity))
    assert fake.startswith("You know somebody else as Alice, with another identity key.")


def test_the_owner_is_not_a_contact() -> None:
    assert set_own(RING, CAROL).own == CAROL
    assert refused(lambda: set_own(BOTH, ALICE)).startswith(
        "This identity is that of a contact, Alice."
    )


def test_rename_to_a_name_of_somebody_else() -> None:
    assert refused(lambda: rename_contact(BOTH, "Alice", "BOB")).startswith(
        "You know somebody else as Bob"
    )
    assert [c.petname for c in rename_contact(BOTH, "Alice", "ALICE").contacts] == ["ALICE", "Bob"]


def test_trust_stays_with_the_contact_when_its_card_changes() -> None:
    trusted = set_trust(BOTH, "alice", Trust.TRUSTED)
    changed = update_card(trusted, NEWER)
    assert changed.contacts[0] == Contact("Alice", NEWER, Trust.TRUSTED)
    assert changed.contacts[1:] == BOTH.contacts[1:]
    assert set_trust(changed, "Alice", Trust.REJECTED).contacts[0].trust is Trust.REJECTED


def test_nobody_of_that_name() -> None:
    for change in (
        lambda: rename_contact(RING, "Bob", "Alix"),
        lambda: set_trust(RING, "Bob", Trust.TRUSTED),
        lambda: remove_contact(RING, "Bob"),
    ):
        assert refused(change) == "Nobody is called 'Bob' in this keyring."
    assert refused(lambda: update_card(RING, BOB.identity)).endswith("not among your contacts.")


def test_forget() -> None:
    assert remove_contact(BOTH, "ALICE").contacts == BOTH.contacts[1:]


KEPT = {
    "the same": (FULL, FULL, FULL),
    "higher": (FULL, NEWER, NEWER),
    "short, then signed": (SHORT, FULL, FULL),
    "short, then a later signed one": (SHORT, NEWER, NEWER),
    "short, then a later short one": (SHORT, short(NEWER), short(NEWER)),
    "signed, then short": (FULL, SHORT, FULL),
}


@pytest.mark.parametrize(("known", "offered", "kept"), KEPT.values(), ids=KEPT)
def test_of_two_cards_one_is_kept(known: Card, offered: Card, kept: Card) -> None:
    assert newer_card(known, offered) == kept


NOT_KEPT = {
    "older": (NEWER, FULL, "This is an old card, version 1: version 2 is known."),
    "an older short one": (NEWER, SHORT, "This is an old card, version 1: version 2 is known."),
    "another of one version": (NEWER, OTHER, "There are two different cards with the version 2"),
    "another short one": (NEWER, short(OTHER), "There are two different cards with the version 2"),
    "another than the short one": (short(OTHER), NEWER, "There are two different cards"),
    "unsigned for signed": (FULL, short(NEWER), "This short card says that its owner has new keys"),
    "unsigned, the same keys": (FULL, short(FULL, 9), "This short card says that its owner has"),
}


@pytest.mark.parametrize(("known", "offered", "sentence"), NOT_KEPT.values(), ids=NOT_KEPT)
def test_a_card_that_is_refused_changes_nothing(known: Card, offered: Card, sentence: str) -> None:
    ring = add_contact(Keyring(), "Alice", known)
    assert refused(lambda: update_card(ring, offered), RemoteProtocolError).startswith(sentence)


def test_times_are_kept_only_if_the_owner_wants_it() -> None:
    key = FULL.identity_key
    assert saw_contact(BOTH, key, 5) == BOTH
    keeping = remember_times(BOTH, True)
    assert saw_contact(keeping, CAROL.identity.identity_key, 5) == keeping
    seen = saw_contact(saw_contact(keeping, key, 5), key, 9)
    assert seen.contacts[0] == replace(BOTH.contacts[0], first_seen=5, last_seen=9)
    assert remember_times(seen, False) == BOTH
