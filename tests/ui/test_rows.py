"""Rows of text: nothing is lost, nothing is wider than its row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from entrechat_tui.ui.sanitise import sanitise
from entrechat_tui.ui.spell import bar, crop, fitting, spell_clock, spell_elapsed
from entrechat_tui.ui.wrap import wrap

LINES = st.text(max_size=300).map(sanitise).map(lambda text: text.split("\n")[0])


@given(LINES, st.integers(2, 40))
def test_rows_fit_and_hold_all_but_spaces(line: str, width: int) -> None:
    rows = wrap(line, width)
    assert all(cell_len(row) <= width for row in rows)
    kept = "".join(rows).translate({0x2068: None, 0x2069: None, 0x20: None})
    assert kept == line.translate({0x2068: None, 0x2069: None, 0x20: None})


@pytest.mark.parametrize(
    ("line", "rows"),
    [
        ("", [""]),
        ("one two three", ["one two", "three"]),
        ("    four", ["    four"]),
        ("a" * 20, ["a" * 8, "a" * 8, "a" * 4]),
        ("漢" * 5, ["漢" * 4, "漢"]),
        ("\u2068שלום שלום\u2069", ["\u2068שלום\u2069", "\u2068שלום\u2069"]),
    ],
)
def test_where_rows_break(line: str, rows: list[str]) -> None:
    assert wrap(line, 8) == rows


@given(LINES, st.integers(0, 40))
def test_cropped_text_fits(line: str, width: int) -> None:
    assert cell_len(crop(line, width)) <= width
    assert crop(line, width).count("\u2068") == crop(line, width).count("\u2069")


def test_the_first_that_fits_is_taken() -> None:
    assert fitting(5, ["too long", "short", "x"]) == "short"
    assert fitting(3, ["too long", "short"]) == "sh…"


@pytest.mark.parametrize(
    ("seconds", "clock", "elapsed"),
    [
        (-1, "0:00", "0.0 s"),
        (9.94, "0:10", "9.9 s"),
        (65, "1:05", "65 s"),
        (3600, "1:00:00", "1:00:00"),
    ],
)
def test_times(seconds: float, clock: str, elapsed: str) -> None:
    assert spell_clock(seconds) == clock
    assert spell_elapsed(seconds) == elapsed


def test_a_bar_never_overflows() -> None:
    assert bar(1.5, 4) == "████"
    assert bar(0.5, 4) == "██░░"
    assert bar(-1, 4) == "░░░░"
