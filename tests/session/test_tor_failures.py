"""A tor that dies, hangs, is refused, is cut off or has the wrong time; people who leave early."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import trio
import trio.testing

from entrechat_tui.session.circuits import CircuitManager, Patience, open_circuit_manager
from entrechat_tui.session.endings import Ending, Reason, SessionFailure
from entrechat_tui.session.events import Bootstrap, Door, Event
from tests.conftest import processes_that_mention

from .tors import HURRY, NOWHERE, PATIENT, fresh_keys, ignore, ready_manager, tor_in

Act = Callable[[CircuitManager], Awaitable[None]]


async def ending_of(
    network: Path, act: Act = CircuitManager.bootstrap, patience: Patience = PATIENT
) -> Ending:
    """How a circuit manager fails at ``act``."""
    try:
        async with open_circuit_manager(ignore, network, patience) as manager:
            await act(manager)
    except SessionFailure as failure:
        return failure.ending
    raise AssertionError("it did not fail")


def after(preparation: Act, runtime: Path, number: signal.Signals) -> Act:
    """Prepare, send tor a signal, and wait for whatever comes."""

    async def act(manager: CircuitManager) -> None:
        await preparation(manager)
        os.kill(tor_in(runtime), number)
        await trio.sleep_forever()

    return act


async def host(manager: CircuitManager) -> None:
    """All that a host does."""
    await manager.bootstrap()
    await manager.publish(fresh_keys())


@pytest.fixture
def nowhere(tmp_path: Path) -> Path:
    """A network whose authorities are closed ports."""
    path = tmp_path / "network.torrc"
    path.write_text(NOWHERE)
    return path


async def test_no_network(nowhere: Path, runtime: Path) -> None:
    ending = await ending_of(nowhere, patience=Patience(bootstrap_stall=1.0))
    assert ending.reason is Reason.NO_NETWORK
    assert "for 1 s at 5 % (Connecting to a relay)" in ending.sentence


async def test_a_line_that_tor_refuses(nowhere: Path, runtime: Path) -> None:
    nowhere.write_text(NOWHERE + "PathsNeededToBuildCircuits banana\n")
    ending = await ending_of(nowhere)
    assert ending.reason is Reason.TOR_REFUSED
    assert "banana" in ending.sentence


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        (None, Reason.NO_TOR),
        ("This is something else.", Reason.NO_TOR),
        ("Tor version 0.4.7.16.", Reason.TOR_TOO_OLD),
    ],
)
async def test_no_tor_that_will_do(
    nowhere: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str | None, reason: Reason
) -> None:
    if says is not None:
        put_program(tmp_path / "tor", f"echo {says}")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert (await ending_of(nowhere)).reason is reason


def put_program(path: Path, script: str) -> None:
    """A shell program at ``path``."""
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGKILL, "SIGKILL"), (signal.SIGTERM, "exit status 0")]
)
async def test_tor_dies(network: Path, runtime: Path, number: signal.Signals, status: str) -> None:
    ending = await ending_of(network, after(host, runtime, number))
    assert ending == Ending(Reason.TOR_DIED, {"status": status})


async def test_tor_hangs_before_it_listens(nowhere: Path, runtime: Path) -> None:
    async def act(manager: CircuitManager) -> None:
        os.kill(tor_in(runtime), signal.SIGSTOP)
        await manager.bootstrap()

    assert (await ending_of(nowhere, act, HURRY)).reason is Reason.TOR_STUCK


async def test_tor_hangs_later(network: Path, runtime: Path) -> None:
    ending = await ending_of(network, after(host, runtime, signal.SIGSTOP), HURRY)
    assert ending.reason is Reason.TOR_STUCK


async def test_teardown_of_a_tor_that_hangs(network: Path, runtime: Path) -> None:
    async with ready_manager(network) as manager:
        await manager.publish(fresh_keys())
        os.kill(tor_in(runtime), signal.SIGSTOP)
        checks = await manager.close()
        assert all(check.ok for check in checks)
        assert [check.seen for check in checks][:2] == [
            "not removed by itself",
            "it ended with SIGKILL",
        ]


@pytest.fixture
def faked_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts a tor first on PATH that runs the real one with its clock off."""
    library, tor = os.environ.get("ENTRECHAT_TEST_FAKETIME"), shutil.which("tor")
    if not library:
        pytest.skip("ENTRECHAT_TEST_FAKETIME does not name libfaketimeMT.so.1")

    def put(offset: str) -> None:
        faked = f"LD_PRELOAD={library} FAKETIME={offset}"
        put_program(tmp_path / "tor", f'[ "$1" = --version ] || export {faked}\nexec {tor} "$@"')
        monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    return put


@pytest.mark.parametrize(
    ("offset", "skew"), [("+1d", "1 day (it is ahead)"), ("-1d", "1 day (it is behind)")]
)
async def test_a_clock_that_is_off_by_a_day(
    network: Path, runtime: Path, faked_clock: Callable[[str], None], offset: str, skew: str
) -> None:
    async def act(manager: CircuitManager) -> None:
        pids.append(tor_in(runtime))
        await manager.bootstrap()

    pids: list[int] = []
    faked_clock(offset)
    ending = await ending_of(network, act)
    for leftover in Path("/dev/shm").glob(f"*faketime_*_{pids[0]}"):
        leftover.unlink()
    assert ending == Ending(Reason.CLOCK_WRONG, {"skew": skew})


@pytest.mark.parametrize("stage", [None, Bootstrap, Door])
async def test_a_person_who_leaves_at_any_stage(
    network: Path, runtime: Path, stage: type[Event] | None
) -> None:
    with trio.CancelScope() as scope:
        async with open_circuit_manager(_leaving(scope, stage), network) as manager:
            if stage is None:
                scope.cancel()
            await host(manager)
    assert scope.cancelled_caught


def _leaving(scope: trio.CancelScope, stage: type[Event] | None) -> Callable[[Event], None]:
    def emit(event: Event) -> None:
        if stage is not None and isinstance(event, stage):
            scope.cancel()

    return emit


async def test_a_person_who_leaves_while_dialling(network: Path, runtime: Path) -> None:
    async with ready_manager(network) as manager:
        with trio.CancelScope() as scope:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(manager.dial, fresh_keys())
                await trio.testing.wait_all_tasks_blocked()
                scope.cancel()


KILLED = """
import os, signal, sys, trio
from pathlib import Path
from entrechat_tui.session.circuits import open_circuit_manager

async def main():
    async with open_circuit_manager(lambda event: None, Path(sys.argv[1])) as manager:
        await manager.bootstrap()
        os.kill(os.getpid(), signal.SIGKILL)

trio.run(main)
"""


async def test_tor_goes_with_the_program(network: Path, runtime: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", KILLED, network])
    with trio.fail_after(60):
        while process.poll() is None:
            await trio.sleep(0.05)
    with trio.fail_after(1):
        while processes_that_mention(runtime):
            await trio.sleep(0.01)
    for directory in runtime.iterdir():
        shutil.rmtree(directory)
