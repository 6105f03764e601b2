"""The way from the start to the receipt, but for the conversation itself."""

import pytest

from entrechat_tui.protocol.events import Step
from entrechat_tui.protocol.meeting import Role
from entrechat_tui.session import events
from entrechat_tui.session.commands import Leave
from entrechat_tui.session.endings import Reason
from entrechat_tui.session.states import State
from entrechat_tui.ui.settings import Settings

from .stage import HOSTING, PHRASE, SIZES, UNDECIDED, Stage, play, receipt


@pytest.mark.parametrize("size", SIZES)
def test_start_says_what_it_does_and_starts_nothing(size: tuple[int, int]) -> None:
    async def scene(stage: Stage) -> None:
        assert "Host: a new phrase" in stage.text
        assert "What happens:" in stage.text
        assert not stage.session.started

    play(scene, UNDECIDED, size)


@pytest.mark.parametrize("size", SIZES)
def test_host_with_the_phrase_that_was_shown(size: tuple[int, int]) -> None:
    async def scene(stage: Stage) -> None:
        await stage.press("enter", "n", "enter", "enter")
        (settings,) = stage.session.started
        assert settings.role is Role.HOST
        assert settings.fresh
        assert settings.phrase is not None
        assert all(word in stage.text for word in settings.phrase.words)

    play(scene, UNDECIDED, size)


def test_join_completes_checks_and_starts_once() -> None:
    async def scene(stage: Stage) -> None:
        await stage.press("down", "enter")
        await stage.type("aband")
        assert "next: abandon" in stage.text
        await stage.press("tab")
        assert "1 of 8 words" in stage.text
        await stage.type("abandno ")
        assert "Word 2, “abandno”, is not in the word list. Did you mean “abandon”?" in stage.text
        await stage.press("enter", "ctrl+u")
        assert not stage.session.started
        await stage.paste(" ".join(PHRASE.words).upper())
        assert "The phrase is whole" in stage.text
        await stage.press("enter", "enter")
        (settings,) = stage.session.started
        assert settings.phrase == PHRASE
        assert settings.role is Role.DIALER
        assert not settings.fresh

    play(scene, UNDECIDED)


def test_a_name_that_no_identity_can_carry_is_told_at_once() -> None:
    async def scene(stage: Stage) -> None:
        await stage.press("tab")
        await stage.paste("x" * 41)
        assert "41 characters" in stage.text
        await stage.press("enter", "enter")
        assert "Host: a new phrase" in stage.text
        await stage.press("tab", "backspace", "enter", "enter", "enter")
        assert stage.session.started[0].name == "x" * 40

    play(scene, UNDECIDED)


def test_escape_goes_back_and_leaves_only_when_confirmed() -> None:
    async def scene(stage: Stage) -> None:
        await stage.press("enter", "escape")
        assert "Host: a new phrase" in stage.text
        await stage.press("ctrl+q")
        assert "Leave?" in stage.text
        await stage.press("enter")
        assert "Leave?" not in stage.text
        assert stage.app.is_running
        await stage.press("ctrl+c", "y")
        assert stage.app._exit

    play(scene, UNDECIDED)


def test_ladder_shows_stage_phase_uploads_and_time_left() -> None:
    async def scene(stage: Stage) -> None:
        await stage.say(
            events.StateEntered(State.STARTING, 120.0),
            events.Bootstrap(45, "Loading relay descriptors"),
        )
        assert "45%" in stage.text
        assert "Loading relay descriptors" in stage.text
        assert all(word in stage.text for word in PHRASE.words)
        stage.now += 31.0
        await stage.say(events.Bootstrap(50, "Loading relay descriptors"))
        assert "31 s" in stage.text
        assert "This takes long." in stage.text
        await stage.say(events.StateEntered(State.OPENING, 60.0), events.Door(3, 1, 6))
        assert "✓ starting" in stage.text
        assert "1 of 6 uploads, 3 introduction points" in stage.text
        await stage.say(events.StateEntered(State.WAITING, 600.0), events.Notice("[/nope]"))
        stage.now += 61.0
        await stage.say(events.Dialling(3, "nobody hosts yet", 2.0))
        assert "8:59 left" in stage.text
        assert "attempt 3: nobody hosts yet" in stage.text
        assert "[/nope]" in stage.text
        await stage.say(
            events.StateEntered(State.HANDSHAKE, 30.0), events.HandshakeStep(Step.NOISE)
        )
        assert "2 of 3: keys are agreed" in stage.text

    play(scene)


@pytest.mark.parametrize("size", SIZES)
def test_leaving_the_ladder_asks_then_shows_the_receipt(size: tuple[int, int]) -> None:
    async def scene(stage: Stage) -> None:
        await stage.say(events.StateEntered(State.STARTING, 120.0))
        await stage.press("escape", "n", "escape", "ctrl+c", "y", "y")
        assert stage.session.told == [Leave(Reason.GOODBYE)]
        await stage.say(events.Closed(receipt()))
        assert "You said goodbye." in stage.text
        await stage.press("x")
        assert stage.app._exit

    play(scene, size=size)


def test_receipt_tells_what_was_delivered_and_what_is_gone() -> None:
    async def scene(stage: Stage) -> None:
        await stage.say(events.Closed(receipt(Reason.PEER_VANISHED, delivered=0)))
        assert "broke without a goodbye" in stage.text
        assert "1 sent, 0 of them delivered, 1 failed; 2 received" in stage.text
        assert "✓ gone: tor (it ended)" in stage.text
        assert "✗ STILL THERE: private directory (3 files)" in stage.text
        assert "open 61 s" in stage.text

    play(scene)


def test_a_signal_leaves_without_asking() -> None:
    async def scene(stage: Stage) -> None:
        stage.app.heed(Reason.TERMINATED)
        stage.app.heed(Reason.HANGUP)
        assert stage.session.told == [Leave(Reason.TERMINATED)] * 2
        await stage.say(events.Closed(receipt(Reason.TERMINATED)))
        assert stage.app._exit

    play(scene)


def test_a_fault_is_told_by_its_type_alone(capfd: pytest.CaptureFixture[str]) -> None:
    async def scene(stage: Stage) -> None:
        secret = "a canary"
        await stage.converse()
        stage.app.call_later(lambda: dict[str, str]()[secret])
        await stage.settle()

    with pytest.raises(KeyError) as failure:
        play(scene)
    assert failure.value.args == ("a canary",)
    assert "canary" not in "".join(capfd.readouterr())


@pytest.mark.parametrize("settings", [UNDECIDED, HOSTING])
def test_storms_of_resizes_do_no_harm(settings: Settings) -> None:
    async def scene(stage: Stage) -> None:
        for width, height in [(1, 1), (200, 60), (3, 2), (20, 6), (80, 24)]:
            await stage.pilot.resize_terminal(width, height)
            await stage.settle()
        assert stage.app.is_running

    play(scene, settings)
