"""A passphrase is asked for at a terminal, is not shown, and leaves the terminal as it was."""

import os
import signal
from pathlib import Path

import pytest

from entrechat_tui.protocol.keyring import Keyring
from entrechat_tui.session.keyring_file import load_keyring
from entrechat_tui.ui.children import program

from .keyrings import PASSPHRASE, get_keyring, person, put_keyring
from .terminals import terminal

TYPED = PASSPHRASE.encode()
# What the shell says when the program is gone: its status, and whether the terminal echoes.
SHELL = 'trap : INT TERM HUP; "$@"; echo "status $?"; stty -a | grep -o "[ -]echo "'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return put_keyring(tmp_path / "ring", Keyring(person("Zoé")))


def action(name: str, path: Path, *options: str) -> list[str]:
    return program("id", name, "--keyring", str(path), *options)


async def test_it_is_asked_for_and_not_shown(file: Path) -> None:
    async with terminal(action("show", file)) as child:
        await child.shows("Passphrase of ")
        child.type(TYPED + b"\n")
        await child.shows("name Zoé")
    assert child.process.returncode == 0
    assert TYPED not in child.seen


async def test_a_new_one_is_asked_for_twice(tmp_path: Path) -> None:
    path = tmp_path / "ring"
    async with terminal(action("new", path)) as child:
        await child.shows("* Choose a passphrase that nobody can guess")
        await child.shows("New passphrase for ")
        child.type(TYPED + b"\n")
        await child.shows("The same again:")
        child.type(TYPED + b"\n")
        await child.shows("identity key")
    assert child.process.returncode == 0
    assert load_keyring(path, PASSPHRASE).own is not None
    assert TYPED not in child.seen


WRONG: dict[str, tuple[bytes, bytes, str]] = {
    "another one": (TYPED, b"another", "the two passphrases differ; nothing was written"),
    "nothing again": (TYPED, b"", "the two passphrases differ; nothing was written"),
    "not UTF-8": (TYPED, b"caf\xe9", "that was not text in UTF-8"),
}


@pytest.mark.parametrize(("first", "second", "why"), WRONG.values(), ids=WRONG)
async def test_the_second_time(first: bytes, second: bytes, why: str, tmp_path: Path) -> None:
    async with terminal(action("new", tmp_path / "ring")) as child:
        await child.shows("New passphrase for ")
        child.type(first + b"\n")
        await child.shows("The same again:")
        child.type(second + b"\n")
        await child.shows(f"entrechat: {why}")
    assert child.process.returncode == 2
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("typed", [b"\n", b"\x04"], ids=["Enter", "Ctrl-D"])
async def test_nothing_is_no_passphrase(typed: bytes, file: Path) -> None:
    async with terminal(action("show", file)) as child:
        await child.shows("Passphrase of ")
        child.type(typed)
        await child.shows("an empty one protects nothing")
    assert child.process.returncode == 2


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
async def test_a_signal_leaves_the_terminal_as_it_was(
    number: signal.Signals, status: int, file: Path
) -> None:
    async with terminal(["sh", "-c", SHELL, "sh", *action("show", file)]) as child:
        await child.shows("Passphrase of ")
        os.killpg(child.process.pid, number)
        await child.shows(f"status {status} echo")


@pytest.mark.parametrize(("answer", "status"), [(b"yes\n", 0), (b"y\n", 2), (b"\n", 2)])
async def test_forgetting_asks_for_a_whole_yes(answer: bytes, status: int, file: Path) -> None:
    async with terminal(action("forget", file)) as child:
        await child.shows("Passphrase of ")
        child.type(TYPED + b"\n")
        await child.shows("* Type yes to forget it:")
        child.type(answer)
        await child.shows("* What was written once" if status == 0 else "nothing was forgotten")
    assert child.process.returncode == status
    assert file.exists() is (status != 0)
    if status:
        assert get_keyring(file) == Keyring(person("Zoé"))
