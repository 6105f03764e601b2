"""The private network, with real tor processes: kept alive, and gone when it should be."""

import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trio

from entrechat_tui.session.network import NetworkEvent, NodeDied, NodeRestarted, private_network
from entrechat_tui.session.network_config import AUTHORITIES, RELAYS
from entrechat_tui.session.private import make_private_directory, remove_private_directory

from ..conftest import processes_that_mention

PATIENCE = 60.0
MAKING_KEYS, RUNNING = "keys are made", "the authorities vote"


async def test_nodes_that_die_are_started_again(network: Path, tmp_path: Path) -> None:
    """In a second network beside the one that all tests share."""
    told, events = trio.open_memory_channel[NetworkEvent](1000)
    async with private_network(tmp_path, told.send_nowait) as second:
        await second.ready()
        before, keys = dict(second.pids), fingerprints(tmp_path)
        assert len(before) == len(keys) == AUTHORITIES + RELAYS
        victims = ("authority2", "relay1")
        for name in victims:
            os.kill(before[name], signal.SIGKILL)
        died, restarted = set(), set()
        async for event in events:
            if isinstance(event, NodeDied):
                assert event.status == -signal.SIGKILL
                died.add(event.name)
            if isinstance(event, NodeRestarted):
                restarted.add(event.name)
            if len(restarted) == len(victims):
                break
        assert died == restarted == set(victims)
        await second.ready()
        after = second.pids
        assert {name for name in before if after[name] != before[name]} == set(victims)
        assert fingerprints(tmp_path) == keys
    assert not list(tmp_path.iterdir())
    assert not processes_that_mention(tmp_path)


def fingerprints(directory: Path) -> set[str]:
    return {file.read_text() for file in directory.glob("*/fingerprint")}


def program(directory: Path) -> list[str]:
    return [sys.executable, "-m", "entrechat_tui", "testnet", str(directory)]


@contextmanager
def started(command: list[str], phase: str) -> Iterator[subprocess.Popen[str]]:
    """A child that has said on standard error that this phase of the boot began."""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        try:
            assert child.stderr is not None
            assert any(phase in line for line in child.stderr)
            yield child
        finally:
            child.kill()


@pytest.mark.parametrize("phase", [MAKING_KEYS, RUNNING])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_without_a_trace(number: int, phase: str, tmp_path: Path) -> None:
    directory = tmp_path / "network"
    with started(program(directory), phase) as child:
        child.send_signal(number)
        assert child.wait(PATIENCE) == 128 + number
    assert not directory.exists()
    assert not processes_that_mention(directory)


def test_it_ends_with_its_owner(tmp_path: Path) -> None:
    directory = tmp_path / "network"
    owner = ["sh", "-c", '"$@" & echo $!; wait', "sh", *program(directory)]
    with started(owner, RUNNING) as child:
        assert child.stdout is not None
        orphan = os.pidfd_open(int(child.stdout.readline()))
        child.kill()
        ended, _, _ = select.select([orphan], [], [], PATIENCE)
        os.close(orphan)
    assert ended
    assert not directory.exists()
    assert not processes_that_mention(directory)


@pytest.fixture
def runtime_directory(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the private directories go, and go away with it: nobody is left to remove them."""
    directory = make_private_directory()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(directory))
    yield directory
    assert remove_private_directory(directory).ok


def test_no_tor_outlives_it_when_it_is_killed(tmp_path: Path, runtime_directory: Path) -> None:
    directory = tmp_path / "network"
    with started(program(directory), RUNNING) as child:
        nodes = set(processes_that_mention(directory)) - {child.pid}
        clients = processes_that_mention(runtime_directory)
        assert (len(nodes), len(clients)) == (AUTHORITIES + RELAYS, 2)
        tors = [os.pidfd_open(pid) for pid in [*nodes, *clients]]
        child.kill()
        for pidfd in tors:
            assert select.select([pidfd], [], [], PATIENCE)[0]
            os.close(pidfd)


def refused(directory: Path, status: int) -> str:
    """What the program says when it ends at once with this status."""
    done = subprocess.run(program(directory), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (status, "")
    return done.stderr


def test_a_directory_in_use_is_left_alone(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.touch()
    assert "is not empty" in refused(tmp_path, 2)
    assert list(tmp_path.iterdir()) == [kept]
    assert "cannot be used" in refused(kept, 2)


def test_without_tor_gencert_it_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tor = shutil.which("tor")
    assert tor is not None
    alone = tmp_path / "tor"
    alone.write_text(f'#!/bin/sh\nexec "{tor}" "$@"\n')
    alone.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "There is no tor-gencert beside tor" in refused(tmp_path / "network", 3)
    assert not tmp_path.joinpath("network").exists()
