"""The lint looks at every variant, and says of which it speaks."""

from __future__ import annotations

import tomllib

from trd_tui.domain.audience import Audience, AudienceCount
from trd_tui.domain.finding import Finding
from trd_tui.domain.lint import Texts, lint
from trd_tui.domain.plain_toml import plain_toml
from trd_tui.domain.sequence import Touch
from trd_tui.domain.variants import Variant
from trd_tui.services.lint_tables import lint_tables

GOOD = "Hi {{first_name|there}}, Acme Homes here. Is the house still of interest? Reply STOP to opt out."
OTHER = "Acme Homes here, {{first_name|friend}}. Do you still look for a place? Reply STOP to opt out."


def touch(position: int, *bodies: str) -> Touch:
    variants = tuple(Variant("ABC"[at], body) for at, body in enumerate(bodies))
    return Touch(position, position, bodies[0], variants=variants if len(variants) > 1 else ())


def found(
    *touches: Touch, brand: str | None = "Acme Homes", audience: Audience | None = None
) -> list[Finding]:
    return lint(Texts(touches, brand), lint_tables(), audience)


def told(*touches: Touch, brand: str | None = "Acme Homes") -> list[tuple[str, int | None, str | None]]:
    return [(each.code, each.touch, each.variant) for each in found(*touches, brand=brand)]


def test_good_variants_are_met_with_silence() -> None:
    assert told(touch(1, GOOD, OTHER)) == []


def test_the_first_text_says_who_writes_and_how_to_stop_whichever_it_is() -> None:
    assert told(touch(1, GOOD, "Hello there, still looking?")) == [
        ("brand_missing", 1, "B"),
        ("opt_out_missing", 1, "B"),
    ]
    assert told(touch(1, GOOD, OTHER), brand=None) == [("brand_unknown", None, None)]


def test_every_variant_is_looked_at() -> None:
    assert told(
        touch(1, GOOD, OTHER), touch(2, "See bit.ly/x for the rest", "It’s {nobody}", "{{company}}?")
    ) == [
        ("unknown_field", 2, "B"),
        ("shortener", 2, "A"),
        ("ucs2", 2, "B"),
        ("empty_field", 2, "C"),
    ]
    assert told(touch(1, GOOD, "{broken")) == [
        ("template", 1, "B"),
        ("brand_missing", 1, "B"),
        ("opt_out_missing", 1, "B"),
    ]


def test_characters_are_shown_as_they_would_read() -> None:
    (finding,) = [each for each in found(touch(1, GOOD, OTHER + " It’s {{city|là}}.")) if each.code == "ucs2"]
    assert finding.plain == OTHER + " It's {{city|là}}."


def test_variants_may_be_alike_but_not_the_same_and_not_like_another_touch() -> None:
    again = GOOD.replace("house", "flat")
    assert told(touch(1, GOOD, again)) == []
    assert told(touch(1, GOOD, f" {GOOD}")) == [("same_variant", 1, "B")]
    (finding,) = found(touch(1, GOOD, OTHER), touch(2, "Are you in town, {{first_name|you}}?", again))
    assert (finding.code, finding.touch, finding.variant) == ("near_duplicate", 2, "B")
    assert "touch 1 variant A" in finding.message


def test_an_audience_is_counted_for_each_variant() -> None:
    touches = (touch(1, GOOD, OTHER + "x" * 100), touch(2, "Bye"))
    count = AudienceCount(touches, {}, {})
    for at in range(3):
        count.add(str(at), {"first_name": "Ann" if at else "Bartholomew" * 9})
    audience = count.result()
    figures = {key: (each.typical, each.worst) for key, each in audience.touches.items()}
    assert figures == {(1, "A"): (1, 2), (1, "B"): (2, 2), (2, None): (1, 1)}
    assert [(each.code, each.variant) for each in found(*touches, audience=audience)] == [
        ("segments", "A"),
        ("segments", "B"),
    ]


def test_fix_reaches_the_variants_and_nothing_else() -> None:
    source = (
        'name = "It’s"\n[[touch]]\nday = 1\n[[touch.variant]]\nname = "n"\nbody = "It’s"  # ’\n'
        "[[touch.variant]]\nbody = 'two – “three”'\n"
    )
    new = plain_toml(source, lint_tables().replacements)
    assert new == source.replace('body = "It’s"', 'body = "It\'s"').replace(
        "'two – “three”'", "'two - \"three\"'"
    )
    assert tomllib.loads(new)["name"] == "It’s"
