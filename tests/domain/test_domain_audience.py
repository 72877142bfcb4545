"""Counting an audience: the figures are those of a list of all texts, without keeping the list."""

from __future__ import annotations

from statistics import median_low

from hypothesis import given
from hypothesis import strategies as st

from tests.support.lint import touches
from trd_tui.domain.audience import Audience, AudienceCount
from trd_tui.domain.characters import plain
from trd_tui.domain.segments import segments
from trd_tui.services.lint_tables import lint_tables

MAP = lint_tables().replacements


def counted(body: str, people: list[dict[str, str]], variables: dict[str, str] | None = None) -> Audience:
    count = AudienceCount(touches(body), variables or {}, MAP)
    for at, values in enumerate(people):
        count.add(str(at), {**(variables or {}), **values})
    return count.result()


@given(
    st.lists(st.tuples(st.integers(0, 300), st.sampled_from("aë’"), st.booleans()), min_size=1, max_size=12)
)
def test_typical_and_worst_are_those_of_all_texts(people: list[tuple[int, str, bool]]) -> None:
    values = [{"city": "" if empty else char * length} for length, char, empty in people]
    figures = counted("It’s {{city|" + "x" * 80 + "}}", values).touches[1, None]
    texts = ["It’s " + (each["city"] or "x" * 80) for each in values]
    sizes = [segments(text) for text in texts]
    plainly = [segments(plain("It’s ", MAP) + text[5:]) for text in texts]
    assert (figures.texts, figures.held, figures.too_long) == (len(people), 0, 0)
    assert (figures.typical, figures.worst) == (median_low(sizes), max(sizes))
    assert int(figures.worst_contact) == sizes.index(max(sizes))
    assert (figures.plain_typical, figures.plain_worst) == (median_low(plainly), max(plainly))


def test_who_lacks_two_values_is_held_once() -> None:
    people = [{"city": "", "zip": " "}, {"city": "A", "zip": ""}, {"city": "A", "zip": "1"}]
    figures = counted("{{city}} {{zip}} {{zip}}", people).touches[1, None]
    assert (figures.empty, figures.held, figures.texts) == ({"city": 1, "zip": 2}, 2, 1)


def test_blank_and_too_long_texts_are_told_apart_from_empty_fields() -> None:
    figures = counted("{{note|}}", [{"note": ""}, {"note": "x" * 1_601}, {"note": "x" * 1_600}]).touches[
        1, None
    ]
    assert (figures.too_long, figures.held, figures.texts, figures.worst) == (2, 0, 1, 11)


def test_a_contacts_own_value_stands_before_a_plain_variable() -> None:
    variables = {"agent": "Ann’s" + "x" * 66}
    figures = counted("{{agent}}", [{}, {"agent": "Zoë" + "x" * 68}], variables).touches[1, None]
    assert (figures.worst, figures.plain_typical, figures.plain_worst) == (2, 1, 2)


def test_a_template_that_cannot_be_read_has_no_figures() -> None:
    assert counted("Hi {{city", [{}]).touches == {}
