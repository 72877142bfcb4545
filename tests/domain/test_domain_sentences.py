"""Sentences that are put together have one full stop, whoever has ended his part with one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trd_tui.domain.sentences import closed, part

WORDS = st.text("ab (:0", max_size=8).map(str.strip).filter(bool)


@given(WORDS, st.sampled_from(["", ".", ". ", "\n"]))
def test_a_reason_is_closed_once_and_a_part_of_a_longer_sentence_not_at_all(words: str, end: str) -> None:
    assert closed(words + end) == f"{words}."
    assert part(words + end) == words
    assert closed(closed(words + end)) == closed(words + end)


def test_other_signs_close_a_sentence_too() -> None:
    assert [closed(said) for said in ("Now!", "Is it?", "and…", "")] == ["Now!", "Is it?", "and…", ""]
    assert part("and so on...") == "and so on..."
