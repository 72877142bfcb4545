"""Where a time would stand: what keeps the text from going, the widest reason first."""

from __future__ import annotations

import pytest

from trd_tui.tui.hindrance import NOTHING, Standing, hindrance

NOW = 1_000


@pytest.mark.parametrize(
    ("at", "standing", "paused", "said"),
    [
        (NOW, NOTHING, False, None),
        (None, Standing(stopped=True, trouble="refused"), True, None),
        (NOW + 1, Standing(stopped=True, trouble="refused"), True, "■ stopped"),
        (NOW, Standing(trouble="refused"), True, "▲ refused"),
        (NOW, Standing(trouble="unreachable"), False, "▲ offline"),
        (NOW + 1, Standing(trouble="refused"), False, None),
        (NOW + 1, Standing(trouble="refused"), True, "‖ sender"),
    ],
)
def test_what_keeps_a_text_from_going(
    at: int | None, standing: Standing, paused: bool, said: str | None
) -> None:
    found = hindrance(at, NOW, standing, sender_paused=paused)
    assert (None if found is None else found[0]) == said
