"""The lint: each rule is seen to speak where it should, and to be silent where it should not."""

from __future__ import annotations

import pytest

from tests.support.lint import WAY_OUT, found, touches
from trd_tui.domain.finding import SEVERITIES
from trd_tui.domain.lint import Texts, lint
from trd_tui.domain.sequence import default_sequence
from trd_tui.services.lint_tables import lint_tables

GOOD = "Hi {{first_name|there}}, Ann of Acme Homes here." + WAY_OUT


def test_a_good_text_has_no_finding() -> None:
    assert found(GOOD, "Are you still looking for a place in town?") == {}


def test_the_built_in_touches_lack_a_brand_and_nothing_else() -> None:
    texts = Texts(default_sequence().touches)
    assert [each.code for each in lint(texts, lint_tables())] == ["brand_unknown"]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("Ann of ACME homes here.", True),
        ("Ann of Acme, homes and more.", True),
        ("Ann of Acme's Homes here.", False),
        ("Ann of Acme Homesteads here.", False),
        ("Ann here.", False),
        ("{{agent}} here.", True),
    ],
)
def test_the_first_text_says_who_writes(body: str, says: bool) -> None:
    codes = found(body + WAY_OUT, variables={"agent": "Ann of Acme Homes"})
    assert ("brand_missing" not in codes) is says
    if not says:
        assert "Acme Homes" in codes["brand_missing"].message


def test_without_a_brand_it_says_so() -> None:
    finding = found(GOOD, brand=None)["brand_unknown"]
    assert finding.touch is None
    assert 'brand = "..."' in finding.message


@pytest.mark.parametrize(
    ("way_out", "is_one"),
    [
        ("Reply STOP to opt out.", True),
        ("Reply stop to opt out", True),
        ("Txt STOP2end", True),
        ("STOP=end", True),
        ("Text 'QUIT' when you have had enough.", True),
        ("Opt-out: STOP", True),
        ("{{way_out}}", True),
        ("Responda STOP", True),
        ("STOP PAYING RENT", False),
        ("Do not stop to think.", False),
        ("Let us know if you want to opt out.", False),
        ("We will stop by tomorrow, just reply.", False),
        ("", False),
    ],
)
def test_the_first_text_says_how_to_stop(way_out: str, is_one: bool) -> None:
    codes = found(f"Acme Homes here. {way_out}", variables={"way_out": "Reply STOP to end."})
    assert ("opt_out_missing" not in codes) is is_one


def test_only_the_first_text_that_is_sent_must_say_it() -> None:
    first, second = touches("Unsent.", GOOD)
    unsent = type(first)(1, 1, "Unsent.", active=False)
    assert lint(Texts((unsent, second), "Acme Homes"), lint_tables()) == []
    assert {each.touch for each in lint(Texts((first, second), "Acme Homes"), lint_tables())} == {1}


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("see bit.ly/x9", "bit.ly"),
        ("see https://www.TinyURL.com/abc.", "tinyurl.com"),
        ("(t.co)", "t.co"),
        ("see {{link}} now", "bit.ly"),
        ("see pivot.co/x", None),
        ("see t.co.uk/x", None),
        ("see not-bit.ly/x", None),
        ("write to ann@bit.ly", None),
        ("see acme.com/bit.ly", None),
        ("see go.acme.com/x", None),
    ],
)
def test_public_link_shorteners_are_named(text: str, host: str | None) -> None:
    finding = found(GOOD, text, variables={"link": "https://bit.ly/1"}).get("shortener")
    assert (finding is None) is (host is None)
    if finding and host:
        assert finding.touch == 2
        assert host in finding.message
        if finding.span:
            assert text[slice(*finding.span)].lower() == host


def test_odd_characters_cost_and_the_replacements_save() -> None:
    body = "Ann’s house – “nice” and " + "large " * 12
    finding = found(GOOD, body)["ucs2"]
    assert finding.severity == "warning"
    assert finding.span == (3, 4)
    assert "2 segments become 1" in finding.message
    assert "'’', '–', '“', '”' are outside" in finding.message


def test_what_has_no_plain_form_is_named() -> None:
    message = found(GOOD, "Nice – 🎉\u200d")["ucs2"].message
    assert "take out '🎉', U+200D" in message
    assert "nothing plain" in found(GOOD, "Nice 🎉")["ucs2"].message


def test_odd_characters_of_fallbacks_and_variables_count_too() -> None:
    assert "ucs2" in found(GOOD, "Hi {{city|Zoë}}")
    assert "ucs2" in found(GOOD, "Hi {{agent}}", variables={"agent": "Zoë"})
    assert "ucs2" not in found(GOOD, "Hi {{city|José}}", variables={"agent": "Zoë"})


def test_segments_beyond_the_first_are_told_and_many_are_a_warning() -> None:
    assert "segments" not in found(GOOD, "x" * 160)
    finding = found(GOOD, "x" * 161)["segments"]
    assert finding.severity == "hint"
    assert "about 2 segments (GSM-7, 161 units)" in finding.message
    assert found(GOOD, "x" * 153 * 4)["segments"].severity == "warning"


def test_a_text_beyond_1600_characters_with_usual_values() -> None:
    assert "too_long" not in found(GOOD, "x" * 1_590 + "{{zip|}}")
    assert found(GOOD, "x" * 1_596 + "{{zip|}}")["too_long"].severity == "warning"
    assert found(GOOD, "x" * 1_601)["template"].severity == "error"


def test_a_field_without_a_fallback_is_shown_where_it_stands() -> None:
    finding = found(GOOD, "For {{city|you}}: {{ company }}")["empty_field"]
    assert (finding.severity, finding.span) == ("warning", (18, 31))
    assert "{{company|...}}" in finding.message
    assert "empty_field" not in found(GOOD, "From {{agent}}", variables={"agent": "Ann"})
    assert "empty_field" in found(GOOD, "From {{agent}}", variables={"agent": " "})


def test_an_unknown_field_is_an_error_that_names_the_nearest() -> None:
    finding = found(GOOD, "Hi {{frist_name|you}}")["unknown_field"]
    assert finding.severity == "error"
    assert finding.span == (3, 21)
    assert "first_name" in finding.message
    assert "unknown_field" not in found(GOOD, "In {{area|town}}", fields=["area"])
    assert set(found(GOOD, "Hi {{frist_name}}")) == {"unknown_field"}


def test_a_template_that_cannot_be_read_keeps_no_other_touch_from_being_looked_at() -> None:
    codes = found(GOOD, "Hi {{first_name", "see bit.ly/1")
    assert codes["template"].touch == 2
    assert codes["shortener"].touch == 3


def test_nearly_the_same_text_twice() -> None:
    again = GOOD.replace("Hi", "Hello")
    finding = found(GOOD, "Are you looking for a place in town?", again)["near_duplicate"]
    assert finding.touch == 3
    assert "touch 1" in finding.message
    assert "near_duplicate" not in found(GOOD, "Still there?", "Still here?")
    assert "near_duplicate" in found(GOOD, "Still there?", "Still there!")
    other = "Hi {{first_name|there}}, have you had time to think about our offer? Ann of Acme Homes."
    assert "near_duplicate" not in found(GOOD, other)


@pytest.mark.parametrize(
    ("text", "shouts"),
    [
        ("BUY THIS HOUSE", True),
        ("Now: BUY a GREAT HOUSE", False),
        ("ACME HOMES STOP HELP QUIT", False),
        ("New in NYC", False),
        ("IBM and AT&T and 3M", False),
        ("{{A}} {{B}} {{C}}", False),
    ],
)
def test_words_in_capitals_one_after_the_other(text: str, shouts: bool) -> None:
    finding = found(GOOD, text, brand="ACME HOMES", fields=["a", "b", "c"]).get("shouting")
    assert (finding is not None) is shouts
    if finding and finding.span:
        assert finding.severity == "hint"
        assert text[slice(*finding.span)] == "BUY THIS HOUSE"


@pytest.mark.parametrize(("text", "many"), [("Hi! New! Call", False), ("Hi!!", True), ("A! B! C!", True)])
def test_exclamation_marks(text: str, many: bool) -> None:
    assert ("exclamations" in found(GOOD, text)) is many


def test_the_worst_stands_first_and_touches_keep_their_order() -> None:
    texts = Texts(touches("Hi!!", "Hi {{frist_name}} bit.ly/1", "Hi!!! bit.ly/2"), "Acme")
    severities = [each.severity for each in lint(texts, lint_tables())]
    assert severities == sorted(severities, key=SEVERITIES.index)
    shortened = [each.touch for each in lint(texts, lint_tables()) if each.code == "shortener"]
    assert shortened == [2, 3]
