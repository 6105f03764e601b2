"""Breaking text into rows of a given width, in linear time."""

import re
from collections.abc import Iterator

from rich.cells import cell_len, chop_cells

from .sanitise import FSI, PDI

_CHUNK = re.compile(r"[^ ]+ *| +")


def wrap(line: str, width: int) -> list[str]:
    """The rows of one line: broken at spaces, and within a word that is longer than a row.

    Each row of a line that is isolated (``sanitise``) is isolated itself.
    """
    if line.startswith(FSI):
        return [f"{FSI}{row}{PDI}" for row in wrap(line.strip(FSI + PDI), width)]
    rows, row, used = [], "", 0
    for chunk, size in _chunks(line, max(2, width)):
        if row and used + cell_len(chunk.rstrip(" ")) > width:
            rows.append(row.rstrip(" "))
            row, used = "", 0
        row += chunk
        used += size
    return [*rows, row.rstrip(" ") if row.strip(" ") else ""]


def _chunks(line: str, width: int) -> Iterator[tuple[str, int]]:
    for chunk in _CHUNK.findall(line):
        size = cell_len(chunk)
        if size <= width:
            yield chunk, size
        else:
            for piece in chop_cells(chunk, width):
                yield piece, cell_len(piece)
