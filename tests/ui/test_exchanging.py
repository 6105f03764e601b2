"""Cards and keyrings that go over a session, led by posted events."""

from dataclasses import replace
from pathlib import Path

import pytest

from entrechat_tui.protocol.card import short_card
from entrechat_tui.protocol.identity import rotate
from entrechat_tui.protocol.keyring import (
    Keyring,
    Trust,
    contact_of,
    find_contact,
    remember_times,
)
from entrechat_tui.session import events
from entrechat_tui.session.commands import (
    AcceptCard,
    AnswerKeyring,
    OfferCard,
    OfferKeyring,
)

from .keyrings import get_keyring, person, put_keyring
from .scenes import ROOMY, play_talk, reads
from .stage import SIZES, Stage
from .test_conversation import FORBIDDEN


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
        await reads(stage, "was written")
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
        await reads(stage, "was written")
        contact = find_contact(get_keyring(file), "Bob")
        assert contact is not None and contact.card == bob
        assert not stage.session.told

    play_talk(scene, file, bob, known=short_card(bob))


def test_a_card_that_is_there_already_is_not_written(file: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.say(events.CardOffered(person("Camille").identity))
        before = file.stat()
        await stage.press("f5")
        assert "You have this card of Mum already." in stage.text
        assert "Nothing is written." in stage.text
        await stage.press("enter")
        assert stage.session.told == [AcceptCard()]
        assert file.stat() == before

    play_talk(scene, file, person("Camille").identity)


def test_newer_keys_are_shown_and_kept(file: Path) -> None:
    camille = person("Camille")
    renewed = rotate(camille, bytes(64), 1_800_000_000).identity

    async def scene(stage: Stage) -> None:
        assert "Their keys are new" in stage.text
        await stage.press("f5")
        assert "The keys of Mum are new (version 2, you have 1)" in stage.text
        await stage.press("enter")
        await reads(stage, "was written")
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


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["[@click=app.quit]x[/nope]", "\x1b[2J\u202ex", "שלום", "漢" * 40])
def test_no_name_or_size_breaks_a_dialog(name: str, size: tuple[int, int], file: Path) -> None:
    stranger = replace(person("Stranger").identity, username=name)

    async def scene(stage: Stage) -> None:
        await stage.say(events.CardOffered(stranger), events.KeyringOffered(1, 1))
        for key in ("f3", "f5", "f6"):
            await stage.press(key)
            for width, height in [(1, 1), (200, 60), size]:
                await stage.pilot.resize_terminal(width, height)
                await stage.settle()
                assert not FORBIDDEN.search("".join(stage.rows))
            await stage.press("escape")
        assert stage.app.is_running
        assert not stage.session.told

    play_talk(scene, file, stranger, size)


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
