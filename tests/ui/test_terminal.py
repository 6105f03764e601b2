"""A real terminal: what it may send, what reaches it, and what is left on it."""

import json
import re
import signal
import sys

import pytest

from entrechat_tui.ui.children import program

from .terminals import ROOT, Terminal, terminal

STRINGS = ROOT / "tests/hostile/strings.json"
CHILD = [sys.executable, "-m", "tests.ui.on_terminal"]
# All that Textual's driver sends: CSI of a few kinds, and the cell's own characters.
GRAMMAR = re.compile(
    r"\x1b\[(?:\d+(?:;\d+)*)?[Hmu]|\x1b\[\?\d+(?:\$p|[hl])|\x1b\[[<>]\d*u|\r?\n|[^\x00-\x1f\x7f-\x9f]"
)


async def sent(child: Terminal) -> list[str]:
    """What the conversation of ``on_terminal`` sent, when it ended."""
    assert child.process.stdout is not None
    lines = b"".join([data async for data in child.process.stdout]).splitlines()
    return [json.loads(line) for line in lines]


def conversation(*texts: str) -> list[str]:
    return [*CHILD, json.dumps(texts)]


async def leave(child: Terminal) -> list[str]:
    """Leave as a person does; what was sent."""
    child.type(b"\x03")
    await child.shows("Leave?")
    child.type(b"y")
    await child.shows("any key closes")
    child.type(b" ")
    return await sent(child)


async def test_a_byte_that_is_not_utf8_does_no_harm() -> None:
    async with terminal(conversation(), piped=True) as child:
        await child.shows("Write here")
        child.type(b"a\xff\xfeb\xc3")
        await child.shows("a\ufffd\ufffdb")
        assert await leave(child) == []
    assert child.process.returncode == 0


async def test_alt_enter_breaks_the_line_and_enter_sends() -> None:
    async with terminal(conversation(), piped=True) as child:
        await child.shows("Write here")
        child.type(b"one\x1b\rtwo\nthree")
        await child.shows("3 lines")
        child.type(b"\r")
        await child.shows("sent")
        assert await leave(child) == ["one\ntwo\nthree"]


async def test_a_paste_that_ends_early_sends_nothing() -> None:
    async with terminal(conversation(), piped=True) as child:
        await child.shows("Write here")
        child.type(b"\x1b[200~one\ntwo\x1b[201~\rrm -rf\r\x1b[201~")
        await child.shows("4 lines")
        assert await leave(child) == []


async def test_only_the_grammar_of_the_driver_reaches_the_terminal() -> None:
    texts = [each["text"] for each in json.loads(STRINGS.read_text())]
    texts = [text for text in texts if len(text) < 300]
    async with terminal(conversation(*texts, "the last one"), piped=True) as child:
        await child.shows("the last one")
        await leave(child)
    assert GRAMMAR.sub("", child.seen.decode()) == ""


async def test_the_screen_is_left_with_nothing_on_it() -> None:
    async with terminal(conversation("a canary"), piped=True) as child:
        await child.shows("a canary")
        await leave(child)
    before, entered, inside = child.seen.partition(b"\x1b[?1049h")
    inside, left, after = inside.rpartition(b"\x1b[?1049l")
    assert entered
    assert left
    assert b"canary" not in before + after
    assert not re.sub(rb"\x1b\[[?<>\d;]*[a-z]", b"", after).strip()


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)],
)
async def test_a_signal_on_the_start_screen_ends_it(number: signal.Signals, status: int) -> None:
    async with terminal(program("meet")) as child:
        await child.shows("Host: a new phrase")
        child.process.send_signal(number)
    assert child.process.returncode == status


async def test_a_terminal_that_goes_away_ends_it() -> None:
    async with terminal(program("meet")) as child:
        await child.shows("Host: a new phrase")
        child.hang_up()
    assert child.process.returncode == 129


async def test_leaving_the_start_screen_is_no_fault() -> None:
    async with terminal(program("meet")) as child:
        await child.shows("Host: a new phrase")
        child.type(b"\x11")
        await child.shows("Leave?")
        child.type(b"y")
    assert child.process.returncode == 0
