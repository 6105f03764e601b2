"""Coroutine tests run in trio; one private Tor network serves all tests that ask for it."""

import inspect
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trio

DEADLINE = 120


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run ``async def test_…`` with trio under a deadline."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = inspect.signature(pyfuncitem.obj).parameters
    trio.run(_bounded, pyfuncitem.obj, {name: pyfuncitem.funcargs[name] for name in names})
    return True


async def _bounded(test: Any, arguments: dict[str, Any]) -> None:
    with trio.fail_after(DEADLINE):
        await test(**arguments)


@pytest.fixture(scope="session")
def network() -> Iterator[Path]:
    """The ``network.torrc`` of a private Tor network that is ready."""
    directory = Path("/dev/shm", f"entrechat-test-{secrets.token_hex(4)}")
    command = [sys.executable, "-m", "entrechat_tui", "testnet", directory]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield directory / "network.torrc"
        finally:
            process.send_signal(signal.SIGTERM)
    assert process.returncode == 128 + signal.SIGTERM
    assert not directory.exists()
    assert not processes_that_mention(directory)


def processes_that_mention(path: Path) -> list[int]:
    """The running processes that work in ``path`` or have it as argument."""
    return [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if _at(pid, path)]


def _at(pid: int, path: Path) -> bool:
    process = Path("/proc", str(pid))
    try:
        here = process.joinpath("cwd").readlink().is_relative_to(path)
        return here or str(path).encode() in process.joinpath("cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return False
