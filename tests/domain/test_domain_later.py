"""Until when something is put off."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from trd_tui.domain.later import LaterError, read_later

ZONE = "America/New_York"
NOW = datetime(2026, 3, 6, 18, 2, tzinfo=ZoneInfo(ZONE))  # a Friday; the clocks go forward on Sunday


def at(said: str) -> str:
    instant = read_later(said, int(NOW.timestamp() * 1000), ZONE)
    assert datetime.fromtimestamp(instant / 1000, UTC) > NOW
    return datetime.fromtimestamp(instant / 1000, ZoneInfo(ZONE)).strftime("%a %d %H:%M")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("30m", "Fri 06 18:32"),
        ("in 2 hours", "Fri 06 20:02"),
        ("3d", "Mon 09 18:02"),  # not an hour off
        ("18:03", "Fri 06 18:03"),
        ("9:30", "Sat 07 09:30"),
        ("Tomorrow", "Sat 07 09:00"),
        ("tomorrow at 10", "Sat 07 10:00"),
        ("today 20:15", "Fri 06 20:15"),
        ("mon", "Mon 09 09:00"),
        ("friday 8", "Fri 13 08:00"),
        ("2026-03-20", "Fri 20 09:00"),
        ("2026-03-20 7:45", "Fri 20 07:45"),
    ],
)
def test_what_people_type_is_understood(said: str, meant: str) -> None:
    assert at(said) == meant


@pytest.mark.parametrize(
    "said", ["", "0m", "soon", "today 9:00", "25:00", "2026-02-30", "2020-01-01", "9999d", "2999-01-01"]
)
def test_what_is_no_time_to_come_says_what_is(said: str) -> None:
    with pytest.raises(LaterError, match=r"type "):
        at(said)
