"""Which contact gets which variant: evenly by weight, the same whenever it is asked, and few move."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from math import sqrt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trd_tui.domain.allowance import Allowance
from trd_tui.domain.clearance import Hold, Rules, Send, clear
from trd_tui.domain.due import CampaignTerms, DueRow
from trd_tui.domain.sequence import Sequence, SequenceError, Touch
from trd_tui.domain.texts import compile_texts
from trd_tui.domain.variants import Choice, Variant, choose, problem_with, usual_name
from trd_tui.domain.window import Window

CONTACTS = 1_000
NOON = 1_705_338_000_000  # a Monday, noon in New York

campaigns = st.integers(1_700_000_000_000, 1_800_000_000_000).map(lambda at: f"camp_{at}")
weights = st.lists(st.integers(1, 9), min_size=2, max_size=6).map(
    lambda found: [(usual_name(place), weight) for place, weight in enumerate(found)]
)


def split(campaign: str, position: int, given: list[tuple[str, int]]) -> list[str]:
    return [choose(campaign, position, contact, given) for contact in range(1, CONTACTS + 1)]


def beyond(found: int, share: float, of: int = CONTACTS) -> float:
    """By how many standard deviations a count differs from what it should be."""
    return abs(found - share * of) / sqrt(of * share * (1 - share))


@given(campaigns, st.integers(1, 60), weights)
@settings(max_examples=25, deadline=None)
def test_each_variant_gets_the_share_of_its_weight(
    campaign: str, position: int, given: list[tuple[str, int]]
) -> None:
    found = Counter(split(campaign, position, given))
    whole = sum(weight for _, weight in given)
    # beyond six deviations lies one of five hundred million
    assert all(beyond(found[name], weight / whole) < 6 for name, weight in given)


@given(campaigns, weights, st.data())
@settings(max_examples=10, deadline=None)
def test_a_change_moves_contacts_to_what_changed_or_from_it_alone(
    campaign: str, given: list[tuple[str, int]], data: st.DataObject
) -> None:
    before = split(campaign, 1, given)
    name = data.draw(st.sampled_from([name for name, _ in given]))
    more = [(each, weight + 3 if each == name else weight) for each, weight in given]
    after = split(campaign, 1, more)
    moved = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert {new for _, new in moved} <= {name}
    # as few as there can be: what the heavier one gains
    assert len(moved) == after.count(name) - before.count(name)
    without = [pair for pair in given if pair[0] != name]
    left = split(campaign, 1, without)
    assert all(old in (new, name) for old, new in zip(before, left, strict=True))
    joined = split(campaign, 1, [*given, ("Z", 2)])
    assert all(new in (old, "Z") for old, new in zip(before, joined, strict=True))
    assert split(campaign, 1, given[::-1]) == before


def test_a_split_knows_neither_the_other_touches_nor_other_campaigns() -> None:
    even = [("A", 1), ("B", 1)]
    first, second, other = split("camp_1", 1, even), split("camp_1", 2, even), split("camp_2", 1, even)
    for beside in (second, other):
        same = sum(one == two for one, two in zip(first, beside, strict=True))
        assert beyond(same, 0.5) < 5


def test_the_split_stays_what_it_is_in_every_version_and_process() -> None:
    """A contact who was claimed by one version and is tried again by the next must read the same."""
    three = [("A", 1), ("B", 1), ("C", 2)]
    found = "".join(choose("camp_1747983084255", 1, contact, three) for contact in range(1, 31))
    assert found == "BCCABCACCCCCCCBBCCCCBCCCCCABBA"


def row(contact: int, first_name: str = "Ann") -> DueRow:
    values: dict[str, Any] = dict.fromkeys(set(DueRow._fields) - set(DueRow._field_defaults), "")
    given: dict[str, Any] = {
        "id": 1,
        "enrolment_id": 7,
        "contact_id": contact,
        "touch": 1,
        "scheduled_for": NOON,
    }
    given |= {"attempts": 0, "enrolment_status": "active", "enrolled_on": 738_000, "shift_days": 0}
    given |= {"last_sent_at": None, "sent_count": 0, "number": "+12125550123", "first_name": first_name}
    given |= {"timezone": None, "custom": "{}", "bad_number": None, "doubt": None, "suppressed": None}
    return DueRow(**{**values, **given})


def test_the_decision_says_whose_text_goes_and_a_retry_says_the_same() -> None:
    variants = (Variant("A", "Hi {{first_name}}"), Variant("B", "Hello {{first_name|there}}", 3))
    touch = Touch(1, 1, variants[0].body, variants=variants)
    templates, choices = compile_texts("camp_1", [touch])
    rules = Rules("America/New_York", Window(127, 540, 1200), templates, {}, choices)
    values: dict[str, Any] = dict.fromkeys(CampaignTerms._fields, 0)
    values |= {"daily_cap": None, "budget_micros": None, "timezone": "America/New_York"}
    terms = CampaignTerms(**values)
    sent = Counter[str | None]()
    for contact in range(1, 201):
        decided = clear(row(contact), rules, Allowance(terms, NOON), NOON)
        assert isinstance(decided, Send)
        assert decided.variant == choose("camp_1", 1, contact, [("A", 1), ("B", 3)])
        assert decided.body == {"A": "Hi Ann", "B": "Hello Ann"}[str(decided.variant)]
        tried_again = row(contact)._replace(attempts=3, scheduled_for=NOON + 1)
        again = clear(tried_again, rules, Allowance(terms, NOON), NOON + 60_000)
        assert isinstance(again, Send)
        assert replace(again, validity_s=decided.validity_s) == decided
        sent[decided.variant] += 1
    assert beyond(sent["B"], 0.75, 200) < 4
    first_a = next(contact for contact in range(1, 99) if choices[1].of(contact)[0] == "A")
    held = clear(row(first_a, ""), rules, Allowance(terms, NOON), NOON)
    assert isinstance(held, Hold)
    assert held.reason.startswith("variant A: the contact has no first_name")


def test_a_touch_says_all_of_its_texts_and_refuses_what_cannot_be() -> None:
    two = (Variant("A", "one"), Variant("B", "two"))
    assert Touch(1, 1, "one").texts == ((None, "one"),)
    assert Touch(1, 1, "one", variants=two).texts == (("A", "one"), ("B", "two"))
    assert Choice("c", 1, two).of(1)[0] in "AB"
    assert problem_with(two) is None
    for variants, says in (
        (two[:1], "one variant alone"),
        ((*two, Variant("a", "x")), "two variants are called 'a'"),
        ((*two, Variant("C", " ")), "the text is empty"),
        (tuple(Variant(f"v{at}", "x") for at in range(27)), "at most 26 variants, this one has 27"),
    ):
        with pytest.raises(SequenceError, match=says):
            Sequence((Touch(1, 1, "one", variants=variants),))
