"""What this process does for itself before anything else: no core, no echo of a secret."""

import ctypes
import os
import resource
import sys
import threading
from pathlib import Path

_PR_SET_DUMPABLE = 4
# Of what proc(5) lists for /proc/PID/stat: fields 48 and 49, counted from the third, which is
# the first behind the program's name (a name may hold spaces and parentheses).
_ARG_START, _ARG_END = 45, 46
_SCRUBBED = ("TEXTUAL", "PYTHON")
_libc = ctypes.CDLL(None, use_errno=True)


def harden() -> None:
    """No core dump, no reading by others of the same user, no library that writes to disk."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    for name in [name for name in os.environ if name.startswith(_SCRUBBED)]:
        del os.environ[name]


def closed_descriptors() -> frozenset[int]:
    """Which of 0, 1 and 2 are closed; /dev/null is put there, or the next file would be."""
    closed = set()
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            closed.add(descriptor)
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    return frozenset(closed)


def hide_arguments(count: int) -> None:
    """Overwrite this process's last ``count`` arguments in /proc/PID/cmdline, which all may read.

    Nothing happens where the system does not say where they are.
    """
    stat = Path("/proc/self/stat").read_text(errors="replace").rpartition(")")[2].split()
    start, end = int(stat[_ARG_START]), int(stat[_ARG_END])
    if count and 0 < start < end:
        arguments = ctypes.string_at(start, end - start).split(b"\0")[:-1]
        tail = sum(len(argument) + 1 for argument in arguments[-count:])
        ctypes.memset(end - tail, 0, tail)


def silence_tracebacks() -> None:
    """A traceback shows source, and some tools show locals: say the type's name instead."""
    sys.unraisablehook = lambda unraisable: None
    threading.excepthook = lambda args: None
