"""Texts of the web front end: every field gets a fallback, and nothing else changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trd_tui.domain.plain_braces import with_fallbacks
from trd_tui.domain.template import TemplateError, parse, render


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Hi {name}!", "Hi {{name|there}}!"),
        ("Hi { Name }!", "Hi {{Name|there}}!"),
        ("{company}, {first_name}", "{{company|}}, {{first_name|}}"),
        ("{{name}} {{city}}", "{{name|there}} {{city|}}"),
        ("{{name|friend}} {{city|}}", "{{name|friend}} {{city|}}"),
        ("{{name|title}}", "{{name|title|there}}"),
        ("{{name | default: 'you'}}", "{{name | default: 'you'}}"),
        ("no field", "no field"),
        ("a { b", "a { b"),
        ("{}", "{}"),
        ("{name|x}", "{name|x}"),
    ],
)
def test_each_field_gets_its_fallback(sent: str, kept: str) -> None:
    assert with_fallbacks(sent) == kept


@given(st.text("ab{}| name_ñ", max_size=40))
def test_it_changes_nothing_twice_and_no_message_waits_for_a_value(body: str) -> None:
    once = with_fallbacks(body)
    assert with_fallbacks(once) == once
    try:
        template = parse(once)
    except TemplateError:
        return
    assert all(slot.fallback is not None for slot in template.slots)
    assert isinstance(render(parse(f"x{once}"), {}), str)
