"""Textual's terminal driver, without the ways in which a terminal can bring the program down.

- A byte that is not UTF-8 becomes U+FFFD; Textual lets it end the program (textual #6668).
- The end of input means that the terminal went away, and says so.
- What is written to a terminal that went away is dropped, so that the teardown goes on.
- Alt-Enter is a key of its own (Textual takes it for Enter).
- A paste that holds the end-of-paste sequence leaves bracketed paste early. Until the burst of
  input is over, Enter breaks the line, so that nothing pasted is sent by itself.
"""

import os
from codecs import getincrementaldecoder
from collections.abc import Iterable
from contextlib import suppress
from selectors import EVENT_READ, SelectSelector
from typing import IO, TYPE_CHECKING, Any

from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Key, Paste
from textual.message import Message

if TYPE_CHECKING:
    from textual.app import App

_READ_SIZE = 4096
_QUIET = 0.1
_ALT_ENTER = ("\x1b\r", "\x1b\n")


class TerminalGone(Message):
    """Nothing can be typed any more: end of input, or the terminal hung up."""


class _Output:
    """The terminal as a file. Writing to it never fails."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write(self, text: str) -> None:
        with suppress(OSError):
            self._file.write(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._file.flush()

    def fileno(self) -> int:
        return self._file.fileno()


class _Parser(XTermParser):
    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[Key]:
        if sequence in _ALT_ENTER:
            return [Key("alt+enter", None)]
        return super()._sequence_to_key_events(sequence, alt)


class TerminalDriver(LinuxDriver):
    """The driver of a real terminal."""

    def __init__(self, app: "App[Any]", **options: Any) -> None:
        super().__init__(app, **options)
        self._file: Any = _Output(self._file)
        self._in_paste = False

    def run_input_thread(self) -> None:
        """Read keys until told to stop, or until the terminal is gone."""
        decode = getincrementaldecoder("utf-8")("replace").decode
        parser = _Parser()
        with SelectSelector() as selector:
            selector.register(self.fileno, EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(_QUIET):
                    data = self._read()
                    if not data:
                        self.send_message(TerminalGone())
                        return
                    if text := decode(data):
                        self._pass_on(parser.feed(text))
                else:
                    self._in_paste = False
                self._pass_on(parser.tick())

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, _READ_SIZE)
        except OSError:
            return b""

    def _pass_on(self, messages: Iterable[Message]) -> None:
        for message in messages:
            if isinstance(message, Paste):
                self._in_paste = True
            elif self._in_paste and isinstance(message, Key) and message.key == "enter":
                message = Key("ctrl+j", None)
            self.process_message(message)
