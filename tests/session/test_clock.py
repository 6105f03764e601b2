"""When a clock is too far off, and the words for it."""

import pytest

from entrechat_tui.session.clock import check_skew, skew_words
from entrechat_tui.session.control import TorEvent
from entrechat_tui.session.endings import Reason, SessionFailure


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (86_400, "1 day (it is ahead)"),
        (-86_383, "1 day (it is behind)"),
        (-200_000, "2 days (it is behind)"),
        (10_800, "3 hours (it is ahead)"),
        (-2_400, "40 minutes (it is behind)"),
        (40, "40 seconds (it is ahead)"),
        (1, "1 second (it is ahead)"),
    ],
)
def test_skew_words(seconds: int, words: str) -> None:
    assert skew_words(seconds) == words


def skew_event(seconds: int) -> TorEvent:
    return TorEvent("STATUS_GENERAL", ("WARN", "CLOCK_SKEW"), {"SKEW": str(seconds)})


@pytest.mark.parametrize("seconds", [-900, -61, 0, 900])
def test_a_clock_within_a_slot_does_no_harm(seconds: int) -> None:
    check_skew(skew_event(seconds))


@pytest.mark.parametrize("seconds", [-901, 901])
def test_a_clock_further_off_is_named(seconds: int) -> None:
    with pytest.raises(SessionFailure) as raised:
        check_skew(skew_event(seconds))
    assert raised.value.ending.reason is Reason.CLOCK_WRONG
