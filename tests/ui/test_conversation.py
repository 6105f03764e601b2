"""The conversation: what a peer can and cannot do to the screen, and what a person does."""

import json
import re
from pathlib import Path

import pytest

from entrechat_tui.protocol.messages import MAX_TEXT
from entrechat_tui.session import events
from entrechat_tui.session.commands import AskCircuits, Leave, SendText, Shown
from entrechat_tui.session.endings import Ending, Reason
from entrechat_tui.ui.screens.conversation import HELD_FOR, ConversationScreen
from entrechat_tui.ui.widgets.composer import Composer
from entrechat_tui.ui.widgets.transcript import Transcript

from .stage import SIZES, Stage, play, receipt

STRINGS = Path(__file__).parents[1] / "hostile/strings.json"
HOSTILE = [each["text"] for each in json.loads(STRINGS.read_text())]
FORBIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2067\ud800-\udfff]"
)


def composer(stage: Stage) -> Composer:
    return stage.app.screen.query_one(Composer)


@pytest.mark.parametrize("size", SIZES)
def test_texts_of_both_sides_are_told_apart_and_marked(size: tuple[int, int]) -> None:
    async def scene(stage: Stage) -> None:
        await stage.converse()
        await stage.say(events.TextArrived(1, "Salut !"))
        assert Shown(1) in stage.session.told
        await stage.type("hello")
        await stage.press("enter")
        assert SendText(1, "hello") in stage.session.told
        assert any("▎ Salut !" in row for row in stage.rows)
        assert any("… hello" in row for row in stage.rows)
        await stage.say(events.TextDelivered(1, 0.1))
        assert any("✓ hello" in row for row in stage.rows)
        await stage.type("again")
        await stage.press("enter")
        await stage.say(events.TextFailed(2))
        assert any("✗ again" in row for row in stage.rows)

    play(scene, size=size)


@pytest.mark.parametrize("size", SIZES)
def test_no_hostile_text_or_name_reaches_the_screen(size: tuple[int, int]) -> None:
    async def scene(stage: Stage) -> None:
        await stage.converse("[@click=app.quit]x[/nope]\x1b[2J")
        arrived = [events.TextArrived(n, text) for n, text in enumerate(HOSTILE, 1)]
        await stage.say(*arrived)
        assert stage.session.told == [Shown(each.message_id) for each in arrived]
        assert not FORBIDDEN.search("".join(stage.rows))
        transcript = stage.app.screen.query_one(Transcript)
        for block in transcript._blocks:
            for strip in block:
                assert not FORBIDDEN.search(strip.text)
                assert strip.cell_length == transcript.size.width

    play(scene, size=size)


def test_markup_is_shown_as_it_was_written() -> None:
    async def scene(stage: Stage) -> None:
        await stage.converse("[/nope]")
        await stage.say(events.TextArrived(1, "[@click=app.quit]free[/] [/nope] [bold]x"))
        assert "[@click=app.quit]free[/] [/nope] [bold]x" in stage.text
        assert "[/nope] (so they say)" in stage.text

    play(scene)


def test_a_peer_cannot_write_where_a_notice_begins() -> None:
    async def scene(stage: Stage) -> None:
        await stage.converse("══ You said goodbye.")
        await stage.say(events.TextArrived(1, "══ fake\n══ fake\r══ fake"), events.Notice("real"))
        notices = [row.strip() for row in stage.rows if row.strip().startswith("══")]
        assert notices[-1] == "══ real"
        assert not any("fake" in row for row in notices)

    play(scene)


def test_enter_sends_and_the_other_enters_break_the_line() -> None:
    async def scene(stage: Stage) -> None:
        await stage.converse()
        await stage.press("a", "ctrl+j", "b", "alt+enter", "c", "enter", "d", "enter", "enter")
        sent = [each for each in stage.session.told if isinstance(each, SendText)]
        assert sent == [SendText(1, "a\nb\nc"), SendText(2, "d")]

    play(scene)


def test_a_paste_waits_for_enter_and_loses_what_acts_on_a_terminal() -> None:
    async def scene(stage: Stage) -> None:
        await stage.converse()
        await stage.paste("one\r\ntwo\r\x1b]52;c;?\x07\u2028end\n")
        assert not any(isinstance(each, SendText) for each in stage.session.told)
        await stage.press("enter")
        assert SendText(1, "one\ntwo\n⟨1B⟩]52;c;?⟨07⟩⟨2028⟩end\n") in stage.session.told

    play(scene)


def test_a_text_that_is_too_long_stays_with_a_sentence() -> None:
    async def scene(stage: Stage) -> None:
        await stage.converse()
        await stage.paste("é" * (MAX_TEXT // 2 + 1))
        await stage.press("enter")
        assert "Too long by 2 bytes" in stage.text
        assert not any(isinstance(each, SendText) for each in stage.session.told)
        await stage.press("backspace", "enter")
        assert SendText(1, "é" * (MAX_TEXT // 2)) in stage.session.told

    play(scene)


def test_sending_is_locked_while_the_peer_is_silent_and_no_text_is_lost() -> None:
    async def scene(stage: Stage) -> None:
        await stage.converse()
        await stage.type("before")
        stage.now += 12.0
        await stage.type(" after")
        await stage.press("enter")
        assert "Not heard since" in stage.text
        assert composer(stage).text == "before after"
        await stage.say(events.Heard())
        assert "Not heard since" not in stage.text
        await stage.press("enter")
        assert stage.session.told == [SendText(1, "before after")]

    play(scene)


def test_header_counts() -> None:
    async def scene(stage: Stage) -> None:
        await stage.converse()
        stage.now += 1.4
        await stage.say(events.Notice("x"))
        header = "Camille (so they say) · not verified · heard 1.4 s ago · 59:59 left"
        assert header in stage.rows[0]

    play(scene)


def test_path_is_shown_on_request() -> None:
    async def scene(stage: Stage) -> None:
        await stage.converse()
        await stage.press("f2")
        assert stage.session.told == [AskCircuits()]
        await stage.say(events.CircuitsSeen((("one", "[/two]"),)), events.CircuitsSeen(()))
        assert "Circuit 1 of 1: you → one → [/two]" in stage.text
        assert "No circuit of this session" in stage.text

    play(scene)


def test_the_end_stays_in_view_unless_scrolled_up() -> None:
    async def scene(stage: Stage) -> None:
        await stage.converse()
        await stage.say(*(events.TextArrived(n, f"text {n}") for n in range(1, 41)))
        assert "text 40" in stage.text
        await stage.press("pageup")
        assert "text 40" not in stage.text
        await stage.say(events.TextArrived(41, "text 41"))
        assert "↓ 1 new below" in stage.text
        await stage.press("ctrl+end")
        assert "text 41" in stage.text
        assert "new below" not in stage.text

    play(scene, size=(40, 12))


def test_a_goodbye_of_the_other_side_leaves_the_words_to_be_read() -> None:
    async def scene(stage: Stage) -> None:
        await stage.converse()
        await stage.say(events.TextArrived(1, "last words"))
        await stage.type("draft")
        await stage.say(
            events.Leaving(Ending(Reason.PEER_GOODBYE)),
            events.Closed(receipt(Reason.PEER_GOODBYE, delivered=0)),
        )
        assert "last words" in stage.text
        assert "The other side said goodbye. 1 of your messages did not arrive." in stage.text
        await stage.press("enter", "ctrl+c")
        assert composer(stage).text == "draft"
        assert not stage.session.told[1:]
        await stage.press("escape")
        assert "The session is over" in stage.text
        assert "last words" not in stage.text

    play(scene)


def test_what_was_said_goes_by_itself() -> None:
    async def scene(stage: Stage) -> None:
        await stage.converse()
        await stage.say(events.Closed(receipt(Reason.PEER_GOODBYE)))
        stage.now += HELD_FOR
        screen = stage.app.screen
        assert isinstance(screen, ConversationScreen)
        screen.take(events.Heard())
        await stage.settle()
        assert "STILL THERE" in stage.text

    play(scene)


@pytest.mark.parametrize("size", SIZES)
def test_leaving_is_confirmed_and_leads_to_the_receipt(size: tuple[int, int]) -> None:
    async def scene(stage: Stage) -> None:
        await stage.converse()
        await stage.press("ctrl+q", "ctrl+c", "escape", "a")
        assert composer(stage).text == "a"
        await stage.press("escape", "y")
        assert stage.session.told == [Leave(Reason.GOODBYE)]
        assert "Saying goodbye" in stage.text
        await stage.say(events.Closed(receipt()))
        assert "You said goodbye." in stage.text

    play(scene, size=size)
