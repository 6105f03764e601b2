"""The guide's state diagrams are those of the tables."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = Path("scripts", "lib", "diagrams.py")
STATES = Path("entrechat_tui", "guide", "states.md")


def diagrams(root: Path, *arguments: str) -> int:
    """Its exit status, run on the tree at ``root``."""
    command = [sys.executable, str(root / SCRIPT), *arguments]
    environment = {**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, env=environment, check=False).returncode


def test_they_are_current() -> None:
    assert diagrams(ROOT, "--check") == 0, "run ./scripts/diagrams"


def test_what_is_stale_is_seen_and_drawn_anew(tmp_path: Path) -> None:
    for part in (STATES.parts[0], SCRIPT.parts[0]):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    states = tmp_path / STATES
    current = states.read_text("utf-8")
    for stale in (current.replace("TALKING --> LEAVING", "TALKING --> DONE"), None):
        if stale is None:
            states.unlink()
        else:
            states.write_text(stale, "utf-8")
        assert diagrams(tmp_path, "--check") == 1
        assert diagrams(tmp_path) == 0
        assert states.read_text("utf-8") == current
    assert diagrams(tmp_path, "--chek") == 2
