"""What our tor is told, and what a private network's file may add to it."""

import os
import re
from pathlib import Path

# Only what makes up a private network: a file that somebody was sent must not be able to move
# tor's files, open ports, or weaken what the session relies on.
_ALLOWED = re.compile(
    r"(DirAuthority|TestingTorNetwork|Testing\w+|PathsNeededToBuildCircuits|V3Auth\w+"
    r"|AssumeReachable) [\w .:,=*\[\]-]+"
)


def session_torrc(directory: Path) -> list[str]:
    """The lines of a session's tor, all its files in ``directory``.

    tor starts with its network off: it is turned on when the control connection owns it and
    listens, so that no event is missed and no orphan ever connects.
    """
    return [
        f"DataDirectory {directory / 'tor'}",
        f"ControlPort unix:{control_socket(directory)}",
        "CookieAuthentication 1",
        f"CookieAuthFile {control_cookie(directory)}",
        f"SocksPort unix:{socks_socket(directory)} "
        "OnionTrafficOnly IsolateSOCKSAuth ExtendedErrors",
        "ClientOnly 1",
        "DisableNetwork 1",
        "AvoidDiskWrites 1",
        "SafeLogging 1",
        "DormantCanceledByStartup 1",
        f"__OwningControllerProcess {os.getpid()}",
        "Log notice stdout",
    ]


def control_socket(directory: Path) -> Path:
    """Where tor's control socket lies."""
    return directory / "control"


def control_cookie(directory: Path) -> Path:
    """Where tor writes what the control connection has to show."""
    return directory / "cookie"


def socks_socket(directory: Path) -> Path:
    """Where tor's SOCKS socket lies."""
    return directory / "socks"


def door_socket(directory: Path) -> Path:
    """Where the onion service leads to."""
    return directory / "door"


def network_lines(network: Path) -> list[str]:
    """The torrc lines of a private network's file.

    ValueError, with a sentence for a person, if it cannot be read or holds anything else.
    """
    try:
        lines = network.read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        raise ValueError(f"{network} cannot be read as a private network's file.") from None
    used = [line for line in lines if line.strip() and not line.startswith("#")]
    for line in used:
        if not _ALLOWED.fullmatch(line):
            raise ValueError(
                f"{network} holds a line that has no place in a private network's file: "
                f"{line.split()[0]!a}."
            )
    if not any(line.startswith("DirAuthority ") for line in used):
        raise ValueError(f"{network} names no DirAuthority, so it is no private network's file.")
    return used
