"""The private directory."""

from pathlib import Path

import pytest

from entrechat_tui.session.private import make_private_directory, remove_private_directory


def test_it_is_ours_alone_and_gone_afterwards(runtime: Path) -> None:
    directory = make_private_directory()
    assert directory.parent == runtime
    assert directory.stat().st_mode & 0o777 == 0o700
    (directory / "tor").mkdir()
    (directory / "tor" / "state").touch()
    assert remove_private_directory(directory).ok
    assert not directory.exists()


@pytest.mark.parametrize(
    "base", ["", "relative", "/", "/proc", "/nowhere", "/dev/shm/a b", "/dev/shm/" + "x" * 90]
)
def test_where_the_runtime_directory_will_not_do(
    base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", base)
    directory = make_private_directory()
    assert directory.parent == Path("/dev/shm")
    assert remove_private_directory(directory).ok


def test_what_could_not_be_removed_is_said(tmp_path: Path) -> None:
    """A symbolic link is never followed, so it stays."""
    link = tmp_path / "link"
    link.symlink_to(tmp_path)
    check = remove_private_directory(link)
    assert not check.ok and str(link) in check.seen
