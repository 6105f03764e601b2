"""People that one knows: unlocking, calling, verifying, cards, keyrings, led by posted events."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from entrechat_tui.protocol.card import ShortCard, short_card
from entrechat_tui.protocol.identity import Identity, rotate
from entrechat_tui.protocol.keyring import (
    Keyring,
    Trust,
    add_contact,
    contact_of,
    find_contact,
    remember_times,
    set_trust,
)
from entrechat_tui.session import events
from entrechat_tui.session.commands import (
    AcceptCard,
    AnswerKeyring,
    OfferCard,
    OfferKeyring,
    TypedWords,
)
from entrechat_tui.session.endings import Reason
from entrechat_tui.session.states import State
from entrechat_tui.ui.screens.verify import VerifyScreen
from entrechat_tui.ui.unlocked import Unlocked

from .keyrings import PASSPHRASE, get_keyring, person, put_keyring
from .stage import HOSTING, SIZES, UNDECIDED, Stage, play, receipt

ROOMY = SIZES[:2]
WORDS = (1, 500, 2000)
Scene = Callable[[Stage], Awaitable[None]]


@pytest.fixture
def keyring() -> Keyring:
    """Dominique's, who knows four people, one of them under a name in Cyrillic letters."""
    keyring = Keyring(own=person("Dominique"))
    keyring = add_contact(keyring, "Mum", person("Camille").identity)
    keyring = set_trust(keyring, "Mum", Trust.TRUSTED)
    keyring = add_contact(keyring, "Bob", short_card(person("Bob").identity))
    keyring = add_contact(keyring, "Вob", person("Zoe").identity)
    keyring = add_contact(keyring, "Old", person("old").identity)
    return set_trust(keyring, "Old", Trust.REJECTED)


@pytest.fixture
def file(tmp_path: Path, keyring: Keyring) -> Path:
    return put_keyring(tmp_path / "keyring", keyring)


def play_open(scene: Scene, file: Path, size: tuple[int, int] = (80, 24)) -> Stage:
    """A scene before a session, the keyring open."""
    unlocked = Unlocked.unlock(file, PASSPHRASE)
    return play(scene, replace(UNDECIDED, unlocked=unlocked), size)


def play_talk(
    scene: Scene,
    file: Path | None,
    peer: Identity,
    size: tuple[int, int] = (80, 24),
    known: ShortCard | Identity | None = None,
) -> Stage:
    """A scene in a conversation with that peer, the words known."""

    async def talk(stage: Stage) -> None:
        await stage.say(events.PeerKnown(peer.username, peer.identity_key))
        if known is not None:
            await stage.say(events.PeerRenewed(known, peer))
        await stage.say(
            events.StateEntered(State.OPEN, None), events.Opened(3600), events.WordsKnown(WORDS)
        )
        await scene(stage)

    unlocked = Unlocked.unlock(file, PASSPHRASE) if file else None
    return play(talk, replace(HOSTING, unlocked=unlocked), size)


async def reads(stage: Stage, text: str) -> None:
    """Wait until a text stands on the screen: a file is opened and written in a thread."""
    while text not in stage.text:
        await stage.pilot.pause(0.01)


# Before a session.


@pytest.mark.parametrize("size", ROOMY)
def test_a_wrong_passphrase_is_told_and_the_right_one_opens(
    size: tuple[int, int], file: Path
) -> None:
    async def scene(stage: Stage) -> None:
        assert "The passphrase of" in stage.text
        await stage.type("wrong")
        assert "•••••" in stage.text
        await stage.press("enter")
        await reads(stage, "the passphrase is wrong")
        await stage.paste(f"{PASSPHRASE}\n")
        await stage.press("enter")
        await reads(stage, "You are “Dominique”")
        assert not stage.session.started

    play(scene, replace(UNDECIDED, keyring=file), size)


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.type("x")
        await stage.press("enter")
        await reads(stage, "keyring is not there.")

    play(scene, replace(UNDECIDED, keyring=tmp_path / "keyring"))


@pytest.mark.parametrize("size", ROOMY)
def test_call_from_the_list(size: tuple[int, int], file: Path, keyring: Keyring) -> None:
    async def scene(stage: Stage) -> None:
        await stage.press("enter")
        assert "Mum" in stage.text or size != (80, 24)
        await stage.type("CAMI")
        assert "Mum" in stage.text and "Bob" not in stage.text
        await stage.press("enter")
        assert "They call themselves “Camille”. You made sure" in stage.text
        assert not stage.session.started
        await stage.type("both know")
        assert "both know" not in stage.text.replace("both of you know", "")
        await stage.press("enter", "enter")
        (settings,) = stage.session.started
        mum = find_contact(keyring, "Mum")
        assert mum is not None and settings.called == mum.card
        assert settings.shared == "both know"
        await stage.say(events.StateEntered(State.WAITING, 600.0))
        assert "Calling Mum" in stage.text
        assert "They must call you too" in stage.text

    play_open(scene, file, size)


def test_the_arrows_choose_and_look_alikes_are_called_out(file: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.press("enter")
        assert "you have their short card" in stage.text
        assert "“Bob”, can be taken for “Вob”, who is another." in stage.text
        await stage.press("down", "down", "down", "enter", "escape")
        assert "“Вob”, can be taken for “Bob”, who is another." not in stage.text
        await stage.press("down", "enter")
        assert "Call Mum" in stage.text
        await stage.press("escape", "escape")
        assert "Host: a new phrase" in stage.text

    play_open(scene, file)


def test_nobody_calls_who_was_rejected_or_is_not_there(file: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.press("enter")
        await stage.type("old")
        assert "You rejected this card" in stage.text
        await stage.press("enter")
        await stage.type("xyz")
        assert "Nobody is called so." in stage.text
        await stage.press("enter", "down", "up")
        assert "part of a name" not in stage.text
        assert not stage.session.started

    play_open(scene, file)


def test_without_an_identity_or_anybody_there_is_no_call(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        assert "Host: a new phrase" in stage.text
        assert "Call:" not in stage.text

    play_open(scene, put_keyring(tmp_path / "a", Keyring(own=person("Dominique"))))
    stranger = add_contact(Keyring(), "Mum", person("Camille").identity)
    play_open(scene, put_keyring(tmp_path / "b", stranger))


# Who is there.


@pytest.mark.parametrize(
    ("name", "size", "header"),
    [
        ("Camille", (80, 24), "Mum (says “Camille”) · trusted · heard"),
        ("Camille", (40, 12), "Mum · trusted · 0.0 s ·"),
        ("Zoe", (80, 24), "Вob (says “Zoe”) · not verified · heard"),
        ("Stranger", (80, 24), "Stranger (so they say) · not verified · heard"),
        ("Stranger", (40, 12), "Stranger · not verified · 1:00:00"),
    ],
)
def test_the_header_tells_who_and_how_sure(
    name: str, size: tuple[int, int], header: str, file: Path
) -> None:
    async def scene(stage: Stage) -> None:
        assert stage.rows[0].strip().startswith(header)
        known = name != "Stranger"
        assert ("whose identity key you know" in stage.text) is known

    play_talk(scene, file, person(name).identity, size)


@pytest.mark.parametrize("size", ROOMY)
def test_a_known_name_with_another_key_is_called_out(size: tuple[int, int], file: Path) -> None:
    async def scene(stage: Stage) -> None:
        assert "· NOT who you know ·" in stage.rows[0]
        assert "This is NOT “Mum” whom you know" in stage.text

    impostor = replace(person("Stranger").identity, username="CAMILLE")
    play_talk(scene, file, impostor, size)


def test_a_look_alike_is_called_out(file: Path) -> None:
    async def scene(stage: Stage) -> None:
        assert "can be taken for “Camille”" in stage.text

    play_talk(scene, file, replace(person("Stranger").identity, username="Сamillе"))


# Verification.


@pytest.mark.parametrize("size", ROOMY)
def test_words_are_read_typed_and_compared_once(size: tuple[int, int], file: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.press("f3")
        assert "ability direct wheel" in stage.text
        await stage.press("enter", "t", "enter")
        assert not stage.session.told
        await stage.press("ctrl+u")
        await stage.type("Abando")
        assert "next: abandon" in stage.text
        await stage.press("tab")
        await stage.type("abandno ")
        assert "Word 2, “abandno”, is not in the word list. Did you mean “abandon”?" in stage.text
        await stage.press("enter")
        assert not stage.session.told
        await stage.press("ctrl+u")
        await stage.paste("aban, abil\nable")
        assert "Understood as abandon ability able." in stage.text
        await stage.press("enter", "enter")
        assert stage.session.told == [TypedWords((0, 1, 2))]
        await stage.say(events.WordsChecked(True, None))
        assert "✓ You typed their words" in stage.text
        assert "ability direct wheel" in stage.text
        await stage.say(events.WordsChecked(True, True))
        assert "Nobody stands between you" in stage.text
        await stage.press("t", "escape")
        assert "· verified ·" in stage.rows[0]
        assert get_keyring(file).contacts == Unlocked.unlock(file, PASSPHRASE).keyring.contacts

    play_talk(scene, file, person("Stranger").identity, size)


def test_words_of_the_other_language() -> None:
    async def scene(stage: Stage) -> None:
        await stage.press("f3", "f3")
        assert "abandon dauphin viaduc" in stage.text
        await stage.type("abaisser abandon abdiquer")
        await stage.press("enter")
        assert stage.session.told == [TypedWords((0, 1, 2))]

    play_talk(scene, None, person("Stranger").identity)


def test_words_of_two_languages_are_no_mismatch() -> None:
    async def scene(stage: Stage) -> None:
        await stage.press("f3")
        await stage.type("abaisser ability zoo")
        assert "not of one language" in stage.text
        await stage.press("enter")
        assert not stage.session.told

    play_talk(scene, None, person("Stranger").identity)


def test_the_peer_was_first(file: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.say(events.WordsChecked(None, True))
        assert "Type theirs: F3" in stage.text
        assert "· you have not checked them ·" in stage.rows[0]
        await stage.press("f3")
        await stage.type("abandon ability able")
        await stage.press("enter")
        assert stage.session.told == [TypedWords((0, 1, 2))]

    play_talk(scene, file, person("Stranger").identity)


def test_verified_contacts_may_be_trusted_with_one_key(file: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.press("f3")
        await stage.type("t")
        await stage.say(events.WordsChecked(True, None))
        await stage.press("t")
        assert isinstance(stage.app.screen, VerifyScreen)
        await stage.say(events.WordsChecked(True, True))
        await stage.press("t", "t")
        await reads(stage, "Вob is marked as trusted")
        contact = find_contact(get_keyring(file), "Вob")
        assert contact is not None and contact.trust is Trust.TRUSTED

    play_talk(scene, file, person("Zoe").identity)


@pytest.mark.parametrize("size", ROOMY)
def test_other_words_end_it_with_what_that_means(size: tuple[int, int], file: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.press("f3")
        await stage.say(
            events.WordsChecked(False, None), events.Closed(receipt(Reason.WORDS_DIFFER))
        )
        assert "are not the other side's" in stage.text
        assert "Somebody may stand between you" in stage.text
        assert "· not verified" in stage.rows[0] or "over" in stage.rows[0]

    play_talk(scene, file, person("Zoe").identity, size)


# Cards.


@pytest.mark.parametrize("size", ROOMY)
def test_cards_go_both_ways_with_one_key_each(size: tuple[int, int], file: Path) -> None:
    stranger = person("Stranger").identity

    async def scene(stage: Stage) -> None:
        await stage.press("f5")
        assert "They have not offered a card." in stage.text
        await stage.press("f4", "f4")
        assert stage.session.told == [OfferCard(person("Dominique"))]
        await stage.say(events.CardAccepted(), events.CardOffered(stranger))
        assert "F5 keep card" in stage.rows[-1]
        await stage.press("f5")
        assert "Stranger" in stage.text
        await stage.press("ctrl+u", "enter")
        await stage.type("Mum")
        assert "You know somebody else as Mum" in stage.text
        await stage.press("enter", "ctrl+u")
        await stage.type("Mυm")
        assert "mixes letters" in stage.text
        await stage.press("ctrl+u")
        await stage.type("A friend")
        await stage.press("enter", "enter")
        await reads(stage, "keyring was written")
        assert AcceptCard() in stage.session.told
        contact = contact_of(get_keyring(file), stranger.identity_key)
        assert contact is not None and contact.petname == "A friend"
        assert contact.trust is Trust.UNKNOWN
        assert "A friend" in stage.rows[0]

    play_talk(scene, file, stranger, size)


def test_nothing_is_kept_without_a_keyring() -> None:
    async def scene(stage: Stage) -> None:
        await stage.say(events.CardOffered(person("Stranger").identity))
        assert "It cannot be kept." in stage.text
        await stage.press("f4", "f5", "f6")
        assert not stage.session.told
        assert stage.text.count("There is no keyring open") == 4

    play_talk(scene, None, person("Stranger").identity)


def test_a_file_that_went_away_is_told_and_nothing_is_said_to_the_peer(file: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.say(events.CardOffered(person("Stranger").identity))
        file.unlink()
        await stage.press("f5", "enter")
        await reads(stage, "Nothing was kept.")
        assert AcceptCard() not in stage.session.told
        await stage.press("f6")
        assert "is not there" in stage.text

    play_talk(scene, file, person("Stranger").identity)


def test_the_signed_card_behind_a_short_one_is_kept(file: Path) -> None:
    bob = person("Bob").identity

    async def scene(stage: Stage) -> None:
        assert "Their signed card came with this call" in stage.text
        assert "F5 keep card" in stage.rows[-1]
        await stage.press("f5")
        assert "This is the signed card of Bob" in stage.text
        await stage.press("enter")
        await reads(stage, "keyring was written")
        contact = find_contact(get_keyring(file), "Bob")
        assert contact is not None and contact.card == bob
        assert not stage.session.told

    play_talk(scene, file, bob, known=short_card(bob))


def test_newer_keys_are_shown_and_kept(file: Path) -> None:
    camille = person("Camille")
    renewed = rotate(camille, bytes(64), 1_800_000_000).identity

    async def scene(stage: Stage) -> None:
        assert "Their keys are new" in stage.text
        await stage.press("f5")
        assert "The keys of Mum are new (version 2, you have 1)" in stage.text
        await stage.press("enter")
        await reads(stage, "keyring was written")
        contact = find_contact(get_keyring(file), "Mum")
        assert contact is not None and contact.card == renewed
        assert contact.trust is Trust.TRUSTED

    play_talk(scene, file, renewed, known=camille.identity)


def test_times_are_kept_if_the_owner_wants_it(tmp_path: Path, keyring: Keyring) -> None:
    file = put_keyring(tmp_path / "keyring", remember_times(keyring, True))

    async def scene(stage: Stage) -> None:
        await reads(stage, "The time is noted")
        contact = find_contact(get_keyring(file), "Mum")
        assert contact is not None and contact.first_seen

    play_talk(scene, file, person("Camille").identity)


# A keyring for the other machine.


@pytest.mark.parametrize("size", ROOMY)
def test_a_keyring_is_offered_only_when_confirmed(size: tuple[int, int], file: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.press("f6")
        assert "You have not verified each other" in stage.text or size != (80, 24)
        await stage.press("enter", "f6", "escape")
        assert not stage.session.told
        await stage.press("f6", "y")
        assert stage.session.told == [OfferKeyring(file.read_bytes(), 4)]
        await stage.say(events.KeyringAnswered(False), events.KeyringAnswered(True))
        assert "They take the keyring." in stage.text
        await stage.say(events.KeyringDelivered())
        assert "Use one identity in one place." in stage.text

    play_talk(scene, file, person("Stranger").identity, size)


@pytest.mark.parametrize("size", ROOMY)
def test_a_keyring_is_kept_only_in_a_new_file(
    size: tuple[int, int], file: Path, tmp_path: Path
) -> None:
    new = tmp_path / "new"

    async def scene(stage: Stage) -> None:
        await stage.say(events.KeyringOffered(4210, 12))
        await stage.press("f6", "pageup")
        assert "4,210 bytes, 12 contacts as they say" in stage.text
        await stage.press("enter")
        await stage.paste(str(file))
        await stage.press("enter")
        assert "is there already: name another file" in stage.text
        assert not stage.session.told
        await stage.press("ctrl+u")
        await stage.paste(str(new))
        await stage.press("enter")
        assert stage.session.told == [AnswerKeyring(True)]
        assert not new.exists()
        await stage.press("f6")
        assert "on its way" in stage.text
        await stage.say(events.KeyringArrived(file.read_bytes()))
        assert get_keyring(new) == get_keyring(file)
        assert new.stat().st_mode & 0o777 == 0o600

    play_talk(scene, None, person("Stranger").identity, size)


def test_a_keyring_is_declined_and_the_next_is_none(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.say(events.KeyringOffered(4210, 1))
        await stage.press("f6", "escape", "f6", "f6")
        assert stage.session.told == [AnswerKeyring(False)]
        await stage.say(events.KeyringOffered(5, 1))
        await stage.press("f6")
        await stage.paste(str(tmp_path / "new"))
        await stage.press("enter")
        await stage.say(events.KeyringArrived(b"other"))
        assert "What came is not a keyring" in stage.text
        assert not list(tmp_path.iterdir())

    play_talk(scene, None, person("Stranger").identity)


def test_a_file_that_came_in_between_is_not_replaced(file: Path, tmp_path: Path) -> None:
    new, other = tmp_path / "new", tmp_path / "other"

    async def scene(stage: Stage) -> None:
        await stage.say(events.KeyringOffered(4210, 4))
        await stage.press("f6")
        await stage.paste(str(new))
        await stage.press("enter")
        new.touch()
        await stage.say(events.KeyringArrived(file.read_bytes()))
        assert "Name another file: F6" in stage.text
        await stage.press("f6")
        await stage.paste(str(other))
        await stage.press("enter")
        assert stage.session.told == [AnswerKeyring(True)]
        assert get_keyring(other) == get_keyring(file)

    play_talk(scene, None, person("Stranger").identity)
