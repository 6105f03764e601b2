"""What holds for the repository as a whole: tools are content, floors apart, nothing astray."""

import ast
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "entrechat_tui"
TOP_LEVEL = {
    ".ci",
    ".github",
    ".gitignore",
    "LICENSE",
    "README.md",
    "entrechat_tui",
    "pyproject.toml",
    "scripts",
    "tests",
}
CHECKS = {
    "ruff check": ("-m", "ruff", "check", "entrechat_tui", "tests", "scripts"),
    "ruff format": ("-m", "ruff", "format", "--check", "entrechat_tui", "tests", "scripts"),
    "mypy": ("-m", "mypy"),
    "import contracts": (
        "-c",
        "import sys; from importlinter.cli import lint_imports_command as run; run(sys.argv[1:])",
        "--no-cache",
    ),
}
# What a reader elsewhere can do nothing with: a developer's paths, a tracker's numbers, promises.
ASTRAY = re.compile(
    r"(?<![\w.])/(?:home|root|work|Users)/\w|\b[Ii]ssue #?\d|\b(?:TO[D]O|FIX[M]E)\b"
)


def run_python(*arguments: str | Path, cwd: Path = ROOT) -> str:
    """What a fresh interpreter prints; a test failure with it all if it fails."""
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    """Every file that git tracks and the working tree has, relative to the root."""
    # A clone may belong to another user than the one who tests it.
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [Path(name) for name in done.stdout.split("\0") if name and (ROOT / name).exists()]


@pytest.mark.parametrize("check", CHECKS)
def test_tool_is_content(check: str) -> None:
    run_python(*CHECKS[check])


def test_protocol_alone_brings_in_no_network_and_no_loop() -> None:
    modules = [
        f"entrechat_tui.protocol.{path.stem}" for path in (PACKAGE / "protocol").glob("*.py")
    ]
    loaded = run_python("-c", f"import sys, {', '.join(modules)}; print(*sys.modules)").split()
    assert not {"asyncio", "select", "socket", "ssl", "subprocess"} & set(loaded)
    assert not {"trio", "textual", "stem"} & set(loaded)
    assert not {"entrechat_tui.session", "entrechat_tui.ui"} & set(loaded)


def imported(path: Path) -> Iterator[str]:
    """The top-level names of the modules that a file imports from outside the package."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def test_one_file_knows_both_event_loops() -> None:
    loops = {path: set(imported(path)) for path in PACKAGE.rglob("*.py")}
    both = [p for p, names in loops.items() if "trio" in names and names & {"asyncio", "textual"}]
    assert both == [PACKAGE / "ui" / "bridge.py"]


def test_top_level_holds_what_it_should(tracked: list[Path]) -> None:
    assert {path.parts[0] for path in tracked} == TOP_LEVEL


def test_nothing_astray(tracked: list[Path]) -> None:
    texts = {path: (ROOT / path).read_bytes().decode("utf-8", "replace") for path in tracked}
    found = [
        f"{path}:{number}: {line.strip()}"
        for path, text in texts.items()
        for number, line in enumerate(text.splitlines(), 1)
        if ASTRAY.search(line)
    ]
    assert not found


def test_lock_names_no_host() -> None:
    locks = list((ROOT / "scripts" / "locks").glob("*.txt"))
    assert locks
    assert not [lock for lock in locks if "://" in lock.read_text()]


def test_wheel_holds_the_package_and_nothing_else(tracked: list[Path], tmp_path: Path) -> None:
    source = tmp_path / "source"
    for path in tracked:
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, source / path)
    build = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"
    run_python("-c", build, tmp_path, cwd=source)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = {Path(name) for name in archive.namelist()}
        (entry_points,) = (archive.read(str(n)) for n in names if n.name == "entry_points.txt")
    assert b"entrechat = entrechat_tui.ui.cli:main" in entry_points
    assert {name for name in names if ".dist-info" not in name.parts[0]} == {
        path for path in tracked if path.parts[0] == "entrechat_tui"
    }
    assert "LICENSE" in {name.name for name in names}
