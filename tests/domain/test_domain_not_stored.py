"""What is typed in the steps and not stored: named by its meaning, not by its letters."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from trd_tui.domain.not_stored import NotStored, not_stored_parts, start_goes_without
from trd_tui.domain.sheet import Sheet, TypedTouch

STORED = Sheet(
    campaign_id="camp_1", name="Spring", sender="+12125550100", values="agent=Ann; pet=Rex",
    touches=(TypedTouch("1", "Hi"), TypedTouch("3", "{{lot}}")), days="mon-fri", timezone="UTC",
    daily_cap="1500", budget_usd="50.00",
)  # fmt: skip
OTHERWISE = {
    "sender": (" (212) 555-0100", "+12125550101", "+1"),
    "values": ("agent=Ann;pet = Rex;", "agent=Ann", "agent"),
    "days": ("mon,tue,wed,thu,fri", "mon", "moon"),
    "opens": (" 09:00", "10:00", "25:99"),
    "daily_cap": ("1,500", "", "-5"),
    "budget_usd": ("$50", "5", "x"),
    "brand": (" ", "Acme", "x" * 200),
}
"""Of every setting the same in other letters, something else, and something wrong."""


@settings(max_examples=40)
@given(st.dictionaries(st.sampled_from(sorted(OTHERWISE)), st.integers(0, 2)), st.booleans())
def test_the_same_in_other_letters_is_stored_and_anything_else_is_named(
    typed: dict[str, int], touched: bool
) -> None:
    changes: dict[str, Any] = {name: OTHERWISE[name][at] for name, at in typed.items()}
    sheet = replace(STORED, base=STORED, **changes)
    if touched:
        sheet = replace(sheet, touches=(STORED.touches[0], TypedTouch("4", "{{lot}}")))
    named = {name for name, at in typed.items() if at} | ({"touch[2]"} if touched else set())
    assert set(not_stored_parts(sheet, STORED, ["lot"])) == named
    theirs = replace(STORED, priority="1")  # what another stored meanwhile is not typed here
    assert set(not_stored_parts(sheet, theirs, ["lot"])) == named


def test_it_is_said_before_a_start() -> None:
    one = NotStored("camp_1", "Spring", ("budget_usd",))
    assert start_goes_without([]) == ""
    assert start_goes_without([one]) == (
        "Typed in the steps of Spring and not stored: the budget. The start goes without it."
    )
    assert start_goes_without([one._replace(parts=("budget_usd", "touch[2]")), one]) == (
        "2 drafts hold things typed and not stored, Spring first: the budget and touch 2."
        " The start goes without them."
    )
