"""The demo in a terminal: two live screens in a tmux of our own, side by side."""

import ctypes
import os
import shlex
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import trio

from ..protocol.phrase import ENTROPY_SIZE, make_phrase
from ..session.word_lists import word_list
from .children import environment, program
from .demo_lines import NAMES

_BESIDE_FROM = 80
_BOTH_FROM = 20
# The bound of a session's teardown, and more.
_LEAVE_WITHIN = 15.0
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)

# Nothing is kept to scroll back to, and leaving tmux in any way ends what runs in it.
_SETTINGS = """
set -g default-shell /bin/sh
set -g default-terminal tmux-256color
set -ga terminal-overrides ",*:Tc"
set -s escape-time 20
set -s set-clipboard off
set -g history-limit 0
set -g destroy-unattached on
set -g mouse on
set -g allow-rename off
set -g prefix {prefix}
unbind -a -T prefix
unbind -a -T root
bind o select-pane -Z -t :.+
bind Left select-pane -Z -L
bind Right select-pane -Z -R
bind Up select-pane -Z -U
bind Down select-pane -Z -D
bind z resize-pane -Z
bind d detach-client
bind {prefix} send-prefix
bind -n MouseDown1Pane select-pane -t = \\; send-keys -M
bind -n WheelUpPane send-keys -M
bind -n WheelDownPane send-keys -M
set -g status-right ""
set -g status-left-length 200
set -g window-status-format ""
set -g window-status-current-format ""
set -g status-left "#{{?#{{e|<:#{{client_width}},64}},{short},{long}}}"
"""


async def show(directory: Path) -> int:
    """Both screens until both are closed or somebody leaves tmux; 0 unless tmux failed."""
    screens = _Screens(directory)
    with screens.phrase_at_hand(), screens.watched():
        client = screens.attach()
        try:
            return 1 if await _ended(client) else 0
        finally:
            with trio.CancelScope(shield=True):
                client.send_signal(signal.SIGTERM)
                await _ended(client)
                await screens.closed()


class _Screens:
    """What tmux is told. Everything that it needs lies in the network's directory."""

    def __init__(self, directory: Path) -> None:
        self._torrc = directory / "network.torrc"
        self._settings = directory / "tmux.conf"
        self._socket = directory / "tmux"
        self._alive = directory / "alive"
        self._phrases = [directory / f"phrase{number}" for number in range(2)]
        self._alive_reader = -1

    @contextmanager
    def phrase_at_hand(self) -> Iterator[None]:
        """Hold a phrase in two pipes with names: what is on a command line can be seen."""
        phrase = " ".join(make_phrase(os.urandom(ENTROPY_SIZE), word_list("english")).words)
        with ExitStack() as stack:
            for path in self._phrases:
                os.mkfifo(path, 0o600)
                pipe = os.open(path, os.O_RDWR)
                stack.callback(os.close, pipe)
                os.write(pipe, f"{phrase}\n".encode())
            yield

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Hold the end of a pipe that both screens keep open as long as they live."""
        os.mkfifo(self._alive, 0o600)
        self._alive_reader = os.open(self._alive, os.O_RDONLY | os.O_NONBLOCK)
        try:
            yield
        finally:
            os.close(self._alive_reader)

    def attach(self) -> subprocess.Popen[bytes]:
        """Start tmux with both screens, in this terminal. Main thread only: if we die, so does it.

        (The kernel sends the death signal when the forking *thread* ends.)
        """
        prefix, key = _prefix()
        self._settings.write_text(
            _SETTINGS.format(
                prefix=prefix,
                short=f" {key} o: other screen  {key} d: end",
                long=f" {key} then o: the other screen   {key} then d: end the demo",
            )
        )
        columns, rows = os.get_terminal_size(0)
        split = ["split-window", "-h" if columns >= _BESIDE_FROM else "-v"]
        zoom = ["resize-pane", "-Z"] if columns < _BESIDE_FROM and rows < _BOTH_FROM else []
        commands = [
            ["new-session", self._screen(0, "--host")],
            [*split, self._screen(1)],
            ["select-pane", "-t", ":.0"],
            zoom,
        ]
        words = [word for command in commands if command for word in (*command, ";")]
        return subprocess.Popen(
            [*self._tmux(), *words[:-1]], env=_outside_tmux(), preexec_fn=_end_with_parent
        )

    def _tmux(self) -> list[str]:
        return ["tmux", "-u", "-S", str(self._socket), "-f", str(self._settings)]

    def _screen(self, number: int, *options: str) -> str:
        """The shell command of a screen: its phrase is descriptor 3, 4 tells us that it lives."""
        meet = ["meet", "--network", str(self._torrc), "--name", NAMES[number]]
        command = shlex.join(program(*meet, "--phrase-fd", "3", *options))
        phrase, alive = shlex.quote(str(self._phrases[number])), shlex.quote(str(self._alive))
        return f"exec 3<{phrase} 4>{alive}; exec {command}"

    async def closed(self) -> None:
        """Wait until both screens are gone, teardown included, then make sure of tmux."""
        with trio.move_on_after(_LEAVE_WITHIN):
            while not self._is_alone():
                await trio.lowlevel.wait_readable(self._alive_reader)
        await trio.run_process(
            [*self._tmux(), "kill-server"], check=False, capture_stdout=True, capture_stderr=True
        )

    def _is_alone(self) -> bool:
        try:
            return os.read(self._alive_reader, 1) == b""
        except BlockingIOError:
            return False


def _prefix() -> tuple[str, str]:
    """tmux's name and ours for the key: not the one that a tmux around us takes for itself."""
    if "TMUX" in os.environ:
        asked = ["tmux", "show-options", "-gv", "prefix"]
        outer = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
        if outer == "C-b":
            return "C-a", "Ctrl-A"
    return "C-b", "Ctrl-B"


def _outside_tmux() -> dict[str, str]:
    """tmux refuses to start in a tmux unless it does not know."""
    return {name: value for name, value in environment().items() if name != "TMUX"}


def _end_with_parent() -> None:
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGHUP)


async def _ended(process: subprocess.Popen[bytes]) -> int:
    if process.poll() is None:
        descriptor = os.pidfd_open(process.pid)
        try:
            await trio.lowlevel.wait_readable(descriptor)
        finally:
            os.close(descriptor)
    return process.wait()
