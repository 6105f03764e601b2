"""The command line: one line and one status for each thing that can be wrong with it."""

import os
import re
import signal
from pathlib import Path

import pytest

from entrechat_tui import __version__
from entrechat_tui.protocol.phrase import make_phrase
from entrechat_tui.session.endings import Reason
from entrechat_tui.session.word_lists import word_list
from entrechat_tui.ui.arguments import UsageError, parse_arguments
from entrechat_tui.ui.guide import topics

from .programs import meeting, run, running

PHRASE = list(make_phrase(bytes(10), word_list("english")).words)
MISSPELT = [*PHRASE[:2], "abandom", *PHRASE[3:]]

WRONG = {
    "no such command": (["mett"], "invalid choice: 'mett'"),
    "no such option": (["--bogus"], "unrecognised: --bogus"),
    "an option of another command": (["guide", "--plain"], "unrecognised: --plain"),
    "too many pages": (["guide", "tor", "usage"], "unrecognised: usage"),
    "no such page": (["guide", "nowhere"], "it has cards, index, protection, protocol"),
    "no directory": (["testnet"], "DIR"),
    "no script": (["demo", "--script", "/nowhere"], "/nowhere cannot be read"),
    "an empty script": (["demo", "--script", "/dev/null"], "has no line to say"),
    "waiting too short": (["meet", "--wait", "9"], "from 10s to 15m"),
    "waiting too long": (["meet", "--wait", "16m"], "one slot of 15 minutes"),
    "a limit too short": (["meet", "--limit", "59s"], "from 1m to 24h"),
    "a limit too long": (["meet", "--limit", "25h"], "from 1m to 24h"),
    "no time": (["meet", "--wait", "soon"], "'soon' is not a time"),
    "no number": (["meet", "--phrase-fd", "x"], "invalid int value"),
    "not a terminal": (["meet"], "this is not a terminal"),
    "nothing at all, and no terminal": ([], "this is not a terminal"),
    "hosting with nothing": (["meet", "--plain", "--host"], "--host needs a phrase"),
    "a closed descriptor": (["meet", "--plain", "--phrase-fd", "77"], "descriptor 77"),
    "two phrases": (["meet", "--plain", "--phrase-fd", "0", "able"], "not as both"),
    "no phrase on input": (["meet", "--plain", "-"], "Type the eight words"),
    "an empty phrase": (["meet", "--plain", ""], "Type the eight words"),
    "seven words": (["meet", "--plain", *PHRASE[:7]], "this has 7"),
    "a misspelt word": (["meet", "--plain", *MISSPELT], "Did you mean “abandon”?"),
    "two words swapped": (["meet", "--plain", *reversed(PHRASE)], "do not belong together"),
    "no name": (["meet", "--plain", "--name", " "], "name"),
    "a long name": (["meet", "--plain", "--name", "x" * 41], "name"),
    "no network file": (["meet", "--plain", "--network", "/nowhere"], "/nowhere cannot be read"),
    "a foreign network file": (["meet", "--plain", "--network", "/etc/passwd"], "/etc/passwd"),
}


@pytest.mark.parametrize(("arguments", "sentence"), WRONG.values(), ids=WRONG)
def test_a_wrong_command_line_has_one_sentence(arguments: list[str], sentence: str) -> None:
    done = run(*arguments)
    last = done.stderr.splitlines()[-1]
    assert (done.returncode, done.stdout) == (2, "")
    assert last.startswith("entrechat: ") and sentence in last
    # The only other line is the warning about words that others can see.
    assert all(line.startswith("* The words") for line in done.stderr.splitlines()[:-1])


TIMES = {"10": 10, "45s": 45, "10m": 600, " 2 m ": 120, "15m": 900}


@pytest.mark.parametrize(("text", "seconds"), TIMES.items())
def test_times(text: str, seconds: int) -> None:
    assert parse_arguments(["meet", "--wait", text]).wait == seconds


def test_words_may_stand_on_both_sides_of_an_option() -> None:
    assert parse_arguments(["meet", "a", "b", "--plain", "c"]).words == ["a", "b", "c"]


def test_foreign_words_are_not_taken_for_a_phrase() -> None:
    with pytest.raises(UsageError):
        parse_arguments(["demo", "a"])


def test_version() -> None:
    assert run("--version").stdout == f"entrechat {__version__}\n"


@pytest.mark.parametrize("topic", topics())
def test_every_page_of_the_guide_is_printed(topic: str) -> None:
    assert run("guide", topic).stdout.startswith("# ")


def test_the_index_names_every_page() -> None:
    index = run("guide").stdout
    assert all(topic in index for topic in topics() if topic != "index")


def test_the_guide_knows_every_exit_status() -> None:
    table = run("guide", "usage").stdout.rpartition("## Exit statuses")[2]
    assert {reason.status for reason in Reason} <= set(map(int, re.findall(r"\d+", table)))


def test_a_reader_that_stops_is_no_fault() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "wb") as stdout:
        done = run("guide", stdout=stdout, stderr=-1)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.parametrize("closed", [0, 1, 2])
def test_closed_descriptors(closed: int) -> None:
    done = run("guide", preexec_fn=lambda: os.close(closed))
    assert done.returncode == 0


def test_no_input_is_no_session() -> None:
    done = run("meet", "--plain", preexec_fn=lambda: os.close(0))
    assert done.returncode == 2
    assert done.stderr == "entrechat: standard input is closed, so nothing could be typed\n"


async def test_words_are_gone_from_the_command_line_and_no_core_is_left(network: Path) -> None:
    async with running(*meeting(network), *PHRASE) as peer:
        await peer.says("* The words of the phrase stood on the command line")
        process = Path("/proc", str(peer.process.pid))
        assert not any(word.encode() in process.joinpath("cmdline").read_bytes() for word in PHRASE)
        assert re.search(r"Max core file size +0 +0", process.joinpath("limits").read_text())
        await peer.says("* starting: ")
        peer.signal(signal.SIGTERM)
        assert await peer.ended() == 143
