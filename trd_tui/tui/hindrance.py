"""What keeps a text that is due from going, in a word, where otherwise its time would stand."""

from __future__ import annotations

from typing import NamedTuple


class Standing(NamedTuple):
    """What keeps all texts from going.

    Attributes:
        stopped: the emergency stop is set.
        trouble: why the carrier cannot be asked, in a word; ``None`` while it can.
    """

    stopped: bool = False
    trouble: str | None = None


NOTHING = Standing()

ANSWERS_AGAIN = "● The carrier"
"""The title of what is told when it answers again."""


def trouble_note(trouble: str | None) -> str:
    """What a question says of a carrier that cannot be asked; empty while it can.

    Args:
        trouble: why, in a word.
    """
    from trd_tui.domain.carrier_trouble import SENTENCES
    from trd_tui.domain.sentences import closed
    from trd_tui.tui.actions import shown

    if trouble not in SENTENCES:
        return ""
    return f"▲ {closed(SENTENCES[trouble]).capitalize()} {shown('go_health', 'f5')} says more."


def hindrance(
    at: int | None, now: int, standing: Standing, *, sender_paused: bool = False
) -> tuple[str, str] | None:
    """The word and its tone; ``None`` where the time itself is to be said.

    Args:
        at: campaign instant of the text; ``None`` where there is none.
        now: campaign instant.
        standing: what keeps all texts from going.
        sender_paused: nothing goes from its sender.
    """
    if at is None:
        return None
    if standing.stopped:
        return "■ stopped", "bad"
    if standing.trouble is not None and at <= now:  # until the next is due the carrier may be well again
        from trd_tui.domain.carrier_trouble import SHORT

        return f"▲ {SHORT[standing.trouble]}", "warn"
    return ("‖ sender", "warn") if sender_paused else None
