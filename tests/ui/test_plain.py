"""Plain mode over real Tor: lines in, lines out, and a clean end whatever becomes of them."""

import os
import pty
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from entrechat_tui.protocol.messages import MAX_TEXT

from .programs import Program, meeting, running


@asynccontextmanager
async def two(network: Path, **dialer: Any) -> AsyncIterator[tuple[Program, Program]]:
    """A host and a dialer who found each other; ``dialer`` has options of its process."""
    async with running(*meeting(network, "--name", "Hôte")) as host:
        phrase = (await host.says("* phrase: ")).partition(": ")[2]
        reader, writer = os.pipe()
        os.write(writer, f"{phrase}\n".encode())
        os.close(writer)
        options = ("--name", "Dialer", "--phrase-fd", str(reader))
        async with running(*meeting(network, *options), pass_fds=[reader], **dialer) as second:
            os.close(reader)
            yield host, second


async def test_every_line_is_text_and_arrives_as_it_was_typed(network: Path) -> None:
    lines = ["/quit", "* gone: a lie", "< Hôte: me", "-", " ", "émoji 👩‍👩‍👧", "x" * MAX_TEXT]
    async with two(network) as (host, dialer):
        await host.type("".join(f"{line}\n\n" for line in lines).encode() + b"bad \xff byte")
        await host.end_input()
        assert await host.ended() == await dialer.ended() == 0
        assert dialer.out == [
            f"< Hôte: {line}" for line in [*lines, "bad \N{REPLACEMENT CHARACTER} byte"]
        ]
        assert host.out == []
        assert "* receipt: clean" in host.err and "* receipt: clean" in dialer.err
        assert host.err[-1] == "* end: You said goodbye."
        assert dialer.err[-1] == "* end: The other side said goodbye."


async def test_what_could_act_on_a_terminal_is_shown_instead(network: Path) -> None:
    async with two(network) as (host, dialer):
        await dialer.type(b"\x1b]52;c;aGk=\x07 first\rsecond\n")
        assert await host.shows("< Dialer: ") == "< Dialer: ⟨1B⟩]52;c;aGk=⟨07⟩ first⟨0D⟩second"


async def test_lines_before_the_conversation_are_kept(network: Path) -> None:
    async with running(*meeting(network)) as host:
        await host.type(b"early\n")
        await host.says("* kept: ")
        host.signal(signal.SIGTERM)
        assert await host.ended() == 143
        assert "* failed 1: it did not arrive and stays yours: early" in host.err
        assert "* end: The program was told to stop." in host.err


async def test_a_line_that_is_too_long_is_not_sent(network: Path) -> None:
    async with two(network) as (host, dialer):
        await host.type(b"y" * (MAX_TEXT + 1) + b"\n" + "é".encode() * MAX_TEXT + b"\nshort\n")
        await dialer.shows("< Hôte: short")
        assert dialer.out == ["< Hôte: short"]
        assert len([line for line in host.err if line.startswith("* not sent: ")]) == 2


async def test_nothing_to_say_and_no_more_input_is_a_goodbye(network: Path) -> None:
    async with running(*meeting(network)) as host:
        await host.end_input()
        assert await host.ended() == 0
        assert host.err[-1] == "* end: You said goodbye."


async def test_a_file_is_input_too(network: Path, tmp_path: Path) -> None:
    script = tmp_path / "lines"
    script.write_text("one\ntwo\nthree\n")
    with script.open() as stdin:
        async with two(network, stdin=stdin) as (host, dialer):
            assert await dialer.ended() == await host.ended() == 0
            assert host.out == ["< Dialer: one", "< Dialer: two", "< Dialer: three"]


async def test_a_terminal_is_input_too(network: Path) -> None:
    ours, theirs = pty.openpty()
    async with two(network, stdin=theirs) as (host, dialer):
        os.close(theirs)
        os.write(ours, b"typed\n")
        await host.shows("< Dialer: typed")
        os.write(ours, b"\x04")
        assert await dialer.ended() == await host.ended() == 0
    os.close(ours)


async def test_a_reader_that_goes_away_ends_the_session(network: Path) -> None:
    reader, writer = os.pipe()
    with open(writer, "wb") as stdout:
        async with two(network, stdout=stdout) as (host, dialer):
            await dialer.says("* opened: ")
            os.close(reader)
            await host.type(b"nobody will see this\n")
            assert await dialer.ended() == 129
            await host.ended()
            assert any("standard output is closed" in line for line in dialer.err)
            assert "* failed 1: it did not arrive and stays yours: nobody will see this" in host.err


SIGNALS = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}


@pytest.mark.parametrize(("number", "status"), SIGNALS.items())
async def test_a_signal_says_goodbye_and_a_second_one_changes_nothing(
    network: Path, number: signal.Signals, status: int
) -> None:
    async with two(network) as (host, dialer):
        await host.says("* opened: ")
        await dialer.says("* opened: ")
        host.signal(number)
        host.signal(number)
        await host.says("* leaving: ")
        host.signal(number)
        assert await host.ended() == status
        assert await dialer.ended() == 0
        gone = [line for line in host.err if line.startswith("* gone: ")]
        assert len(gone) == 4 and not any("STILL THERE" in line for line in host.err)
