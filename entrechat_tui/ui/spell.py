"""Numbers and lines as a screen shows them: in whole words where there is room."""

from collections.abc import Iterable

from rich.cells import cell_len, chop_cells

from .sanitise import FSI, PDI


def spell_clock(seconds: float) -> str:
    """Time left, as a clock shows it: ``9:05``, ``1:00:00``; never below zero."""
    minutes, rest = divmod(max(0, round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def spell_elapsed(seconds: float) -> str:
    """Time gone by: ``1.4 s``, ``12 s``, ``2:05``."""
    if seconds < 9.95:
        return f"{max(0.0, seconds):.1f} s"
    return f"{seconds:.0f} s" if seconds < 100 else spell_clock(seconds)


def crop(text: str, width: int) -> str:
    """The beginning of ``text`` in at most ``width`` cells, with an ellipsis if it was cut."""
    if cell_len(text) <= width:
        return text
    if width <= 2:
        return "…"[: max(0, width)]
    start = chop_cells(text, width - 1)[0]
    return f"{start}…{PDI if FSI in start else ''}"


def fitting(width: int, candidates: Iterable[str]) -> str:
    """The first candidate that fits into ``width`` cells, or the last one, cut."""
    text = ""
    for text in candidates:
        if cell_len(text) <= width:
            return text
    return crop(text, width)


def bar(done: float, width: int) -> str:
    """A bar of ``width`` cells, ``done`` from 0 to 1 of it filled."""
    filled = round(min(1.0, max(0.0, done)) * width)
    return "█" * filled + "░" * (width - filled)
