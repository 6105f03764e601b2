"""What a peer wrote, made fit to be shown: nothing in the result can act on a terminal.

Allowed by Unicode category; every other character becomes a visible escape such as ⟨1B⟩ (a run
of one character: ⟨07 ×2000⟩). The rules, each in linear time:

- Letters, marks, numbers, punctuation, symbols and spaces stay; a newline stays; a tab becomes
  spaces; a lone carriage return is escaped.
- Of the invisible characters, only those stay that change a visible neighbour: a joiner behind a
  virama, or for ZWNJ between Arabic letters (RFC 5892, appendix A.1 and A.2), a joiner between
  two emoji and a variation selector behind a symbol (UTS #51), a Mongolian selector behind a
  Mongolian letter.
- At most MAX_MARKS combining marks stay on one base and MAX_JOINS joiners in one emoji.
- A line that holds right-to-left text is isolated (UAX #9, FSI … PDI), so that it cannot reorder
  what stands around it.
"""

import re
import unicodedata
from collections.abc import Callable

MAX_MARKS = 5
MAX_JOINS = 4
MAX_LINES = 4096
MAX_LENGTH = 131_072
MAX_NAME = 40
TAB = 4

FSI, PDI = "\u2068", "\u2069"
_ZWNJ, _ZWJ = "\u200c", "\u200d"
# Letters by category, yet nothing is seen of them (Default_Ignorable_Code_Point; braille blank).
_BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800"
# Format characters by category, yet they are seen (Prepended_Concatenation_Mark).
_SEEN = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2")
# The three flags of UTS #51 that are spelt with tag characters: England, Scotland, Wales.
_FLAGS = "|".join(
    "\U0001f3f4" + "".join(chr(0xE0000 + ord(c)) for c in region) + "\U000e007f"
    for region in ("gbeng", "gbsct", "gbwls")
)
_TOKEN = re.compile(
    rf"(?P<plain>(?:(?![{_BLANK}])[\w !-~])+)|(?P<line>\r?\n)|(?P<flag>{_FLAGS})"
    r"|(?P<run>(?s:.))(?P=run)*"
)
_SKIN_TONES = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
# What would be left loose, unseen, where a text is cut: joiners and the tags of a flag.
_LOOSE = _ZWNJ + _ZWJ + "".join(map(chr, range(0xE0020, 0xE0080)))
_RTL = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def _escape(character: str, count: int = 1) -> str:
    times = f" ×{count}" if count > 1 else ""
    return f"⟨{ord(character):02X}{times}⟩"


def _is_pictograph(character: str) -> bool:
    """A symbol, an emoji modifier, or a code point that Unicode keeps for emoji to come."""
    if "\U0001f000" <= character <= "\U0001faff":
        return True
    return character == "\u2194" or unicodedata.category(character) == "So"


def _ends_emoji(character: str) -> bool:
    return character == "\ufe0f" or _is_pictograph(character)


def _is_arabic_letter(character: str) -> bool:
    return unicodedata.bidirectional(character) == "AL"


def _takes_presentation(character: str) -> bool:
    symbol = unicodedata.category(character) in ("So", "Sm", "Po", "Pd")
    return symbol or character in "#*ℹ0123456789"


class _Cleaner:
    """One text on its way through; ``before`` is the last character that was let through."""

    def __init__(self, text: str, one_line: bool) -> None:
        self._text = text
        self._one_line = one_line
        self._out: list[str] = []
        self._before = "\n"
        self._column = 0
        self._marks = 0
        self._joins = 0
        self._rules: dict[str, Callable[[str, int, int], None]] = {
            "Mn": self._mark, "Mc": self._mark, "Me": self._mark,
            "Cf": self._format, "Zs": self._space, "Cc": self._control,
            "Cs": self._hide, "Co": self._hide, "Zl": self._hide, "Zp": self._hide,
            "Cn": self._unassigned,
        }  # fmt: skip

    def clean(self) -> str:
        for match in _TOKEN.finditer(self._text):
            kind, token = match.lastgroup, match.group()
            if kind == "plain" or kind == "flag":
                self._keep(token)
            elif kind == "line":
                self._newline(token)
            else:
                self._run(token[0], len(token), match.end())
        return "".join(self._out)

    def _run(self, character: str, count: int, end: int) -> None:
        rule = self._hide if character in _BLANK else self._rule(character)
        rule(character, count, end)

    def _rule(self, character: str) -> Callable[[str, int, int], None]:
        return self._rules.get(unicodedata.category(character), self._visible)

    def _keep(self, text: str) -> None:
        self._out.append(text)
        self._column += len(text)
        if self._before != _ZWJ and text[0] not in _SKIN_TONES:
            self._joins = 0
        self._before = text[-1]
        self._marks = 0

    def _visible(self, character: str, count: int, end: int) -> None:
        self._keep(character * count)

    def _hide(self, character: str, count: int, end: int) -> None:
        self._keep(_escape(character, count))
        self._before = "\n"

    def _unassigned(self, character: str, count: int, end: int) -> None:
        (self._visible if _is_pictograph(character) else self._hide)(character, count, end)

    def _space(self, character: str, count: int, end: int) -> None:
        (self._hide if self._one_line else self._visible)(character, count, end)

    def _newline(self, token: str) -> None:
        if self._one_line:
            for character in token:
                self._hide(character, 1, 0)
        else:
            self._out.append("\n")
            self._before, self._column, self._marks = "\n", 0, 0

    def _control(self, character: str, count: int, end: int) -> None:
        if character == "\t" and not self._one_line:
            self._keep(" " * (count * TAB - self._column % TAB))
        else:
            self._hide(character, count, end)

    def _mark(self, character: str, count: int, end: int) -> None:
        if character in "\ufe0e\ufe0f\u180b\u180c\u180d\u180f" or "\ufe00" <= character <= "\ufe0d":
            self._selector(character, count, end)
        elif "\U000e0100" <= character <= "\U000e01ef":
            self._hide(character, count, end)
        else:
            self._stack(character, count)

    def _stack(self, character: str, count: int) -> None:
        if self._before == "\n" and self._marks == 0:
            self._keep("◌")
        room = min(count, MAX_MARKS - self._marks)
        if room:
            self._marks += room
            self._before = character
            self._out.append(character * room)
        if count > room:
            self._out.append(_escape(character, count - room))

    def _selector(self, character: str, count: int, end: int) -> None:
        if character in "\ufe0e\ufe0f":
            fits = _takes_presentation(self._before)
        else:
            fits = character < "\ufe00" and "\u1820" <= self._before <= "\u18aa"
        if fits:
            self._out.append(character)
            self._before = character
        if count > fits:
            self._hide(character, count - fits, end)

    def _format(self, character: str, count: int, end: int) -> None:
        if character in _SEEN:
            self._visible(character, count, end)
        elif count == 1 and self._joins_visibly(character, self._text[end : end + 1] or "\n"):
            self._out.append(character)
            self._before = character
        else:
            self._hide(character, count, end)

    def _joins_visibly(self, character: str, after: str) -> bool:
        if character not in (_ZWNJ, _ZWJ):
            return False
        if unicodedata.combining(self._before) == 9:
            return True
        if character == _ZWNJ:
            return _is_arabic_letter(self._before) and _is_arabic_letter(after)
        self._joins += 1
        return self._joins <= MAX_JOINS and _ends_emoji(self._before) and _is_pictograph(after)


def _isolate(line: str) -> str:
    return f"{FSI}{line}{PDI}" if _RTL.search(line) else line


def _head(text: str, length: int) -> str:
    return text if len(text) <= length else text[:length].rstrip(_LOOSE)


def _cut(text: str) -> str:
    lines = text.split("\n", MAX_LINES)
    notes = []
    if len(lines) > MAX_LINES:
        notes.append(f"⟨{lines.pop().count(chr(10)) + 1} more lines are not shown⟩")
    kept = "\n".join(lines)
    if len(kept) > MAX_LENGTH:
        notes.append(f"⟨{len(kept) - MAX_LENGTH} more characters are not shown⟩")
    return "\n".join([_head(kept, MAX_LENGTH), *notes])


def sanitise(text: str) -> str:
    """A message of a peer, or anything else from outside, as it may be shown. May have lines."""
    if text.isascii() and text.isprintable():
        return text
    return "\n".join(map(_isolate, _cut(_Cleaner(text, one_line=False).clean()).split("\n")))


def sanitise_name(name: str) -> str:
    """A name as it may be shown: one line of at most MAX_NAME characters, spaces told apart."""
    clean = _Cleaner(name, one_line=True).clean()
    return _isolate(clean if len(clean) <= MAX_NAME else _head(clean, MAX_NAME - 1) + "…")


def escape_controls(text: str) -> str:
    """Text of our own person: as it is, but for what a terminal or a text widget acts on."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub(lambda match: _escape(match.group()), text)
