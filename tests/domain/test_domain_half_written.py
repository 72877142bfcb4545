"""Two places that write one answer: whatever they do and in whichever order, no text is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trd_tui.domain.half_written import stored_after, stored_after_sending

TEXTS = st.sampled_from(["", "CCC", "CCCDDD", "EEE", "E", "a\n\nb", "b"])
MOVES = st.lists(st.tuples(st.integers(0, 1), st.sampled_from(["type", "keep", "send"]), TEXTS), max_size=8)


@given(MOVES)
def test_what_stands_in_a_field_when_it_is_left_is_kept_whatever_the_other_does(
    moves: list[tuple[int, str, str]],
) -> None:
    stored, was, field = "", ["", ""], ["", ""]
    for place, act, text in moves:
        if act == "type":
            field[place] = text
        elif act == "keep":
            stored = stored_after(stored, was[place], field[place])
            was[place] = field[place]
        elif field[place].strip():
            other = stored
            stored = stored_after(stored, was[place], field[place])
            stored = stored_after_sending(stored, field[place])
            assert other in stored or _of(other, was[place], field[place])
            field[place] = was[place] = ""
    for place in (0, 1):
        stored = stored_after(stored, was[place], field[place])
        assert field[place] in stored


def _of(stored: str, was: str, text: str) -> bool:
    """Whether what is kept belongs, in whole or in part, to what this place sends."""
    return not stored or stored in text or text in stored or (bool(was) and was in stored)


def test_what_is_sent_takes_only_itself_away() -> None:
    assert stored_after_sending("Yes", "Yes") == ""
    assert stored_after_sending("Yes\n\nOr at 6?", "Yes") == "Or at 6?"
    assert stored_after_sending("I said Yes to it", "Yes") == "I said Yes to it"
    assert stored_after("CCC\n\nEEE", "EEE", "EEEF") == "CCC\n\nEEEF"
    assert stored_after("CCC", "CCC", "") == ""
