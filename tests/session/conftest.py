"""A runtime directory for one test alone, and the look at what is left of it."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import processes_that_mention


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """What XDG_RUNTIME_DIR is during the test; afterwards no file and no process is in it."""
    directory = Path(tempfile.mkdtemp(prefix="runtime-", dir="/dev/shm"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(directory))
    try:
        yield directory
        assert not list(directory.iterdir())
        assert not processes_that_mention(directory)
    finally:
        shutil.rmtree(directory)
