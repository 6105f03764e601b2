"""Nothing that a peer wrote can act on a terminal; what it wrote in any script stays."""

import json
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrechat_tui.ui.sanitise import (
    MAX_LENGTH,
    MAX_LINES,
    MAX_NAME,
    escape_controls,
    sanitise,
    sanitise_name,
)

HOSTILE = [
    pytest.param(each["text"], id=each["name"])
    for each in json.loads(Path(__file__).parents[1].joinpath("hostile/strings.json").read_text())
]
INVISIBLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\ufe00-\ufe0d\uffa0]")
KEPT = re.compile("\u2068([^\u2068\u2069\n]*)\u2069")
JOINER = re.compile("(?<=[^\x00-\x7f])[\u200c\u200d](?=[^\x00-\x7f])")
FLAG = re.compile("\U0001f3f4[\U000e0061-\U000e007a]{5}\U000e007f")


def assert_harmless(shown: str) -> None:
    """No control, format, surrogate, private or unassigned character but where it is visible."""
    shown.encode()
    bare = JOINER.sub("", FLAG.sub("", KEPT.sub(r"\1", shown)))
    assert not INVISIBLE.search(bare)
    for character in set(bare) - {"\n"}:
        if not "\U0001f000" <= character <= "\U0001faff" and character not in "\u0600\u06dd\u070f":
            category = unicodedata.category(character)
            assert category not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"), ascii(character)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_hostile_string_acts(text: str) -> None:
    assert_harmless(sanitise(text))
    name = sanitise_name(text)
    assert_harmless(name)
    assert "\n" not in name
    assert len(name) <= MAX_NAME + 2


@given(st.text(st.characters(exclude_categories=[]), max_size=200))
def test_no_text_acts(text: str) -> None:
    visible_format = "\u0601\u0602\u0603\u0604\u0605\u0890\u0891\u08e2"
    assert_harmless(sanitise(text.translate(dict.fromkeys(map(ord, visible_format)))))


@pytest.mark.parametrize(
    "text",
    [
        "Tiếng Việt, café « non ! », Ça alors…",
        "漢字とかな 한국어 ไทย ქართული አማርኛ",
        "हिन्दी ක්‍ෂ বাংলা",
        "✈️ ☁️ 1️⃣ #️⃣ 🇫🇷 👍🏽 ❤️‍🔥 👩🏻‍❤️‍💋‍👨🏻 👨‍👩‍👧‍👦 🏳️‍🌈 \U0001fae8",
        "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f",
        "e\u0301 nai\u0308ve",
        "def f(a):\n    return a[0]",
    ],
)
def test_every_script_and_emoji_stays(text: str) -> None:
    assert sanitise(text) == text


@pytest.mark.parametrize("text", ["שלום עולם", "می\u200cخواهم", "abc مرحبا 123"])
def test_right_to_left_lines_are_isolated(text: str) -> None:
    assert sanitise(f"a\n{text}\nb") == f"a\n\u2068{text}\u2069\nb"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", "⟨1B⟩[2J"),
        ("\x07" * 2000, "⟨07 ×2000⟩"),
        ("a\r\nb\rc", "a\nb⟨0D⟩c"),
        ("a\tb\n\tc", "a   b\n    c"),
        ("Ali\u200dce\u200c", "Ali⟨200D⟩ce⟨200C⟩"),
        ("a" + "\u0301" * 10, "a" + "\u0301" * 5 + "⟨301 ×5⟩"),
        ("\u0301a", "◌\u0301a"),
        ("A\ufe0f", "A⟨FE0F⟩"),
        ("\ud800", "⟨D800⟩"),
    ],
)
def test_what_is_escaped_is_visible(text: str, shown: str) -> None:
    assert sanitise(text) == shown


def test_caps_say_what_was_cut() -> None:
    assert sanitise("\n" * (MAX_LINES + 9)).endswith("\n⟨10 more lines are not shown⟩")
    assert len(sanitise("\x07\x08" * 32768)) < MAX_LENGTH + 50
    assert "more characters are not shown⟩" in sanitise("\x07\x08" * 32768)


def test_a_name_tells_spaces_apart_and_is_short() -> None:
    assert sanitise_name("Alice\xa0") == "Alice⟨A0⟩"
    assert sanitise_name("a\nb") == "a⟨0A⟩b"
    assert sanitise_name("x" * 60) == "x" * 39 + "…"


def test_our_own_text_keeps_its_form() -> None:
    assert escape_controls("a\r\nb\rc\td\x1b\u2028") == "a\nb\nc\td⟨1B⟩⟨2028⟩"
