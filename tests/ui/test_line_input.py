"""Lines are the same lines however they come in."""

from hypothesis import given
from hypothesis import strategies as st

from entrechat_tui.ui.line_input import LineSplitter

LIMIT = 5


@given(st.lists(st.text("ab\n").map(str.encode)))
def test_any_pieces_give_the_lines_of_the_whole(pieces: list[bytes]) -> None:
    splitter = LineSplitter(LIMIT)
    lines = [line for piece in [*filter(None, pieces), b""] for line in splitter.feed(piece)]
    whole = b"".join(pieces).split(b"\n")
    assert lines == [line[: LIMIT + 1] for line in whole]
