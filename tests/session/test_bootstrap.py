"""The words for a clock that is off."""

import pytest

from entrechat_tui.session.bootstrap import skew_words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (86_400, "1 day (it is ahead)"),
        (-86_400, "1 day (it is behind)"),
        (-200_000, "2 days (it is behind)"),
        (10_800, "3 hours (it is ahead)"),
        (-2_400, "40 minutes (it is behind)"),
        (59, "59 seconds (it is ahead)"),
        (1, "1 second (it is ahead)"),
    ],
)
def test_skew_words(seconds: int, words: str) -> None:
    assert skew_words(seconds) == words
