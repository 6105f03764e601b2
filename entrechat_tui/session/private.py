"""The session's private directory: in memory, for this user alone, looked for once removed."""

import os
import re
import shutil
import tempfile
from pathlib import Path

from .endings import Reason, SessionFailure
from .receipt import Check

# A unix socket's path has at most 107 bytes (unix(7)): what is left is for our names. And the
# path stands in torrc and control commands, where only plain characters need no quoting.
_BASE = re.compile(r"/[A-Za-z0-9_./-]{1,70}")
_SHARED_MEMORY = "/dev/shm"
_MEMORY = frozenset({"tmpfs", "ramfs"})


def make_private_directory() -> Path:
    """A new directory of mode 0700 on a memory-backed file system.

    Raises SessionFailure: NO_PRIVATE_DIRECTORY where there is none.
    """
    for base in (os.environ.get("XDG_RUNTIME_DIR", ""), _SHARED_MEMORY):
        if _is_usable(Path(base)):
            return Path(tempfile.mkdtemp(prefix="entrechat-", dir=base))
    raise SessionFailure(Reason.NO_PRIVATE_DIRECTORY)


def _is_usable(base: Path) -> bool:
    return (
        _BASE.fullmatch(str(base)) is not None
        and os.access(base, os.W_OK | os.X_OK)
        and _file_system(base) in _MEMORY
    )


def _file_system(path: Path) -> str:
    device = os.stat(path).st_dev
    number = f"{os.major(device)}:{os.minor(device)}"
    for line in Path("/proc/self/mountinfo").read_text(errors="replace").splitlines():
        mount, _, kind = line.partition(" - ")
        if mount.split()[2] == number:
            return kind.split()[0]
    return ""


def remove_private_directory(directory: Path) -> Check:
    """Remove the directory with all in it, then look. Never raises."""
    shutil.rmtree(directory, ignore_errors=True)
    gone = not os.path.lexists(directory)
    return Check("private directory", gone, "it is gone" if gone else f"{directory} remains")
