"""Opt-out words: the carrier's own, as whole messages only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trd_tui.domain.optout import HELP_WORDS, OPT_IN_WORDS, OPT_OUT_WORDS, classify


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("STOP", "opt_out"),
        (" stop \n", "opt_out"),
        ("Stop.", "opt_out"),
        ("StopAll!!", "opt_out"),
        ("OptOut", "opt_out"),
        ("Yes", "opt_in"),
        ("unstop", "opt_in"),
        ("Help?", "help"),
        ("info", "help"),
        ("stop by tomorrow", "reply"),
        ("Stop. Thank you", "reply"),
        ("STOP PLEASE", "reply"),
        ("don't stop", "reply"),
        ("...", "reply"),
        ("", "reply"),
        ("stop" + " " * 900 + "it", "reply"),
    ],
)
def test_classifies(body: str, kind: str) -> None:
    assert classify(body) == kind


@given(
    st.sampled_from(sorted(OPT_OUT_WORDS | OPT_IN_WORDS | HELP_WORDS)),
    st.sampled_from(["", " ", "\n", "\t "]),
    st.sampled_from(["", ".", "!", " !", "?!", " . "]),
)
def test_case_blanks_and_punctuation_do_not_count(word: str, before: str, after: str) -> None:
    kind = classify(word)
    assert kind != "reply"
    assert classify(before + word.lower() + after) == kind
    assert classify(word.title() + after) == kind


@given(st.sampled_from(sorted(OPT_OUT_WORDS)), st.text(alphabet="abcxyz ", min_size=1, max_size=20))
def test_a_word_among_others_is_a_reply(word: str, other: str) -> None:
    if other.strip():
        assert classify(f"{word} {other}") == "reply"


@given(st.text(max_size=60))
def test_any_text_has_a_kind(body: str) -> None:
    assert classify(body) in {"opt_out", "opt_in", "help", "reply"}
