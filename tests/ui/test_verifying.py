"""Words that are read, typed and compared: it cannot be clicked through."""

from pathlib import Path

import pytest

from entrechat_tui.protocol.keyring import (
    Trust,
    find_contact,
)
from entrechat_tui.session import events
from entrechat_tui.session.commands import (
    TypedWords,
)
from entrechat_tui.session.endings import Reason
from entrechat_tui.ui.screens.verify import VerifyScreen
from entrechat_tui.ui.unlocked import Unlocked

from .keyrings import PASSPHRASE, get_keyring, person
from .scenes import ROOMY, play_talk, reads
from .stage import Stage, receipt


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
        assert stage.session.told == [TypedWords(((0, 1, 2),))]
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
        assert stage.session.told == [TypedWords(((0, 1, 2),))]

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
        assert stage.session.told == [TypedWords(((0, 1, 2),))]

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
        await stage.say(events.CardOffered(person("Zoe").identity))
        await stage.press("f3")
        await stage.say(
            events.WordsChecked(False, None), events.Closed(receipt(Reason.WORDS_DIFFER))
        )
        assert "are not the other side's" in stage.text
        assert "Somebody may stand between you" in stage.text
        await stage.press("f3", "f5")
        assert "nothing of this session is kept" in stage.text

    play_talk(scene, file, person("Zoe").identity, size)
