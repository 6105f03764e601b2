"""Unlocking a keyring, choosing whom to call, and who is there then."""

from dataclasses import replace
from pathlib import Path

import pytest

from entrechat_tui.protocol.keyring import (
    Keyring,
    add_contact,
    find_contact,
)
from entrechat_tui.session import events
from entrechat_tui.session.states import State

from .keyrings import PASSPHRASE, person, put_keyring
from .scenes import ROOMY, play_open, play_talk, reads
from .stage import UNDECIDED, Stage, play


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


def test_a_look_alike_is_called_out(file: Path) -> None:
    async def scene(stage: Stage) -> None:
        assert "can be taken for “Camille”" in stage.text

    play_talk(scene, file, replace(person("Stranger").identity, username="Сamillе"))
