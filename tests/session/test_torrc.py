"""What tor is told, and what a private network's file may say."""

from pathlib import Path

import pytest

from entrechat_tui.session.torrc import network_lines

from .tors import NOWHERE

ALLOWED = (
    "TestingTorNetwork 1",
    "PathsNeededToBuildCircuits 0.67",
    "V3AuthNIntervalsValid 2",
    "TestingDirAuthVoteHSDir *",
    "AssumeReachable 1",
    "# a comment",
    "",
)
REFUSED = (
    "DataDirectory /tmp/elsewhere",
    "SocksPort 9050",
    "Log debug file /tmp/log",
    "%include /etc/passwd",
    "+DirAuthority x",
    " SocksPort 9050",
    "TestingTorNetwork 1 \\",
    "TestingTorNetwork",
    'TestingTorNetwork "1"',
    "ControlPort 9051 # TestingTorNetwork 1",
    "é",
)


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("line", ALLOWED)
def test_lines_of_a_private_network(tmp_path: Path, line: str) -> None:
    path = written(tmp_path / "network.torrc", f"{NOWHERE}{line}\n")
    assert "".join(f"{line}\n" for line in network_lines(path)).startswith(NOWHERE)


@pytest.mark.parametrize("line", REFUSED)
def test_any_other_line_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(ValueError, match="private network's file"):
        network_lines(written(tmp_path / "network.torrc", f"{NOWHERE}{line}\n"))


def test_a_file_without_authorities_would_be_live_tor(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="names no DirAuthority"):
        network_lines(written(tmp_path / "network.torrc", "TestingTorNetwork 1\n"))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        network_lines(tmp_path / "none")
