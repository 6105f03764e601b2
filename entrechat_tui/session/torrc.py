"""What our tor is told, and what a private network's file may add to it."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

# Only what makes up a private network: a file that somebody was sent must not be able to move
# tor's files, open ports, or weaken what the session relies on.
_ALLOWED = re.compile(
    r"(DirAuthority|TestingTorNetwork|Testing\w+|PathsNeededToBuildCircuits|V3Auth\w+"
    r"|AssumeReachable) [\w .:,=*\[\]-]+"
)


@dataclass(frozen=True)
class Paths:
    """Where a session's sockets and tor's files lie, all in its private directory."""

    directory: Path

    @property
    def data(self) -> Path:
        """tor's DataDirectory."""
        return self.directory / "tor"

    @property
    def control(self) -> Path:
        """tor's control socket."""
        return self.directory / "control"

    @property
    def cookie(self) -> Path:
        """What tor writes and the control connection has to show."""
        return self.directory / "cookie"

    @property
    def socks(self) -> Path:
        """tor's SOCKS socket."""
        return self.directory / "socks"

    @property
    def door(self) -> Path:
        """Our own socket, which the onion service leads to."""
        return self.directory / "door"


def session_torrc(paths: Paths) -> list[str]:
    """The lines of a session's tor.

    tor starts with its network off: it is turned on when the control connection owns it and
    listens, so that no event is missed and no orphan ever connects.
    """
    return [
        f"DataDirectory {paths.data}",
        f"ControlPort unix:{paths.control}",
        "CookieAuthentication 1",
        f"CookieAuthFile {paths.cookie}",
        f"SocksPort unix:{paths.socks} OnionTrafficOnly IsolateSOCKSAuth ExtendedErrors",
        "ClientOnly 1",
        "DisableNetwork 1",
        "AvoidDiskWrites 1",
        "SafeLogging 1",
        "DormantCanceledByStartup 1",
        f"__OwningControllerProcess {os.getpid()}",
        "Log notice stdout",
    ]


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
