"""The demo's children: this program again, in a process of its own."""

import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import trio

# A network needs a moment to take itself down, a peer the bound of its teardown.
_GRACE = 15.0
_ROOT = Path(__file__).parents[2]


def program(*arguments: str) -> list[str]:
    """The command line of this program: not what the present directory may hold (-P)."""
    return [sys.executable, "-P", "-m", "entrechat_tui", *arguments]


def environment() -> dict[str, str]:
    """Ours, so that ``program`` finds this package wherever it lies."""
    return os.environ | {"PYTHONPATH": str(_ROOT)}


async def open_child(command: Sequence[str], **options: Any) -> trio.Process:
    """Start a child in a session of its own: Ctrl-C is for us, we end what we started in order."""
    return await trio.lowlevel.open_process(
        command, env=environment(), start_new_session=True, **options
    )


@asynccontextmanager
async def ended(process: trio.Process) -> AsyncIterator[None]:
    """Whatever happens inside: afterwards the process was told to stop, and waited for."""
    try:
        yield
    finally:
        with trio.CancelScope(shield=True):
            process.terminate()
            with trio.move_on_after(_GRACE):
                await process.wait()
            process.kill()
            await process.wait()
