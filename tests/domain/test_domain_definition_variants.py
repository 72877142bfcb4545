"""Variants in a definition: read as written, every mistake named by its field with the remedy."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from trd_tui.domain.definition import DefinitionError, parse_definition
from trd_tui.domain.edit import merge
from trd_tui.domain.sequence import Touch
from trd_tui.domain.variants import Variant

EXAMPLE = """
name = "Spring"
sender = "+15005550006"
timezone = "America/Chicago"
[[touch]]
day = 1
[[touch.variant]]
body = "Hi {{first_name|there}}, one. Reply STOP to opt out."
[[touch.variant]]
name = "short  one"
weight = 3
body = "One. Reply STOP to opt out."
[[touch.variant]]
body = "Third"
[[touch]]
day = 4
body = "Two"
"""


def test_variants_have_names_weights_and_texts() -> None:
    first, second = parse_definition(tomllib.loads(EXAMPLE)).sequence.touches
    assert [(each.name, each.weight) for each in first.variants] == [("A", 1), ("short one", 3), ("C", 1)]
    assert first.body == first.variants[0].body
    assert (second.body, second.variants) == ("Two", ())


BOTH = [{"body": "one"}, {"body": "two"}]


@pytest.mark.parametrize(
    ("touch", "path", "says"),
    [
        ({"body": "x", "variant": BOTH}, ".body", "a body or variants, not both; put it under"),
        ({}, ".body", "is missing"),
        ({"variant": {"body": "x"}}, ".variant", r"a table of its own, under \[\[touch.variant\]\]"),
        ({"variant": BOTH[:1]}, ".variant", "one variant alone.*as the touch's body, or add another"),
        ({"variant": []}, ".variant", "one variant alone"),
        ({"variant": BOTH * 14}, ".variant", "at most 26 variants, this one has 28; leave some out"),
        (
            {"variant": [*BOTH, {"name": "b", "body": "x"}]},
            ".variant",
            "two variants are called 'b'; give each",
        ),
        ({"variant": [BOTH[0], {}]}, ".variant[2].body", "is missing"),
        ({"variant": [BOTH[0], {"body": "{nobody}"}]}, ".variant[2].body", "unknown field 'nobody'"),
        ({"variant": [BOTH[0], {"body": " "}]}, ".variant[2].body", "the text is empty"),
        ({"variant": [BOTH[0], {"body": "x", "wieght": 2}]}, ".variant[2].wieght", "did you mean 'weight'"),
        ({"variant": [BOTH[0], {"body": "x", "name": "-"}]}, ".variant[2].name", "is no name; write 1 to 30"),
        ({"variant": [BOTH[0], {"body": "x", "name": 7}]}, ".variant[2].name", "must be text in quotes"),
        *(
            (
                {"variant": [{"body": "x", "weight": weight}, BOTH[0]]},
                ".variant[1].weight",
                "leave the variant",
            )
            for weight in (0, -1, 1_001, True, "2", 0.5)
        ),
    ],
)
def test_a_mistake_is_named_with_its_remedy(touch: dict[str, Any], path: str, says: str) -> None:
    given = {"name": "A", "sender": "+15005550006", "timezone": "America/Chicago"}
    with pytest.raises(DefinitionError, match=says) as refused:
        parse_definition({**given, "touch": [{"day": 1, **touch}]})
    assert refused.value.path == f"touch[1]{path}"


def test_an_edit_knows_a_touch_again_by_any_text_that_it_had() -> None:
    """Day and first text changed at once: the other variant says which touch it is."""
    a, b = Variant("A", "one"), Variant("B", "two")
    old = (Touch(1, 1, "one", variants=(a, b)), Touch(2, 3, "three"))
    new = (Touch(1, 2, "new", variants=(Variant("A", "new"), b)), Touch(2, 3, "three"))
    assert [each.position for each in merge(old, new, kept=frozenset({1, 2}))] == [1, 2]
    strange = (
        Touch(1, 2, "new", variants=(Variant("A", "new"), Variant("B", "newer"))),
        Touch(2, 3, "three"),
    )
    merged = merge(old, strange, kept=frozenset({1, 2}))
    assert [(each.position, each.removed) for each in merged] == [(1, True), (3, False), (2, False)]
    assert merged[0].variants == (a, b)
