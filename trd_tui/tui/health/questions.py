"""What is asked before held messages are released or given up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from trd_tui.tui import format as show
from trd_tui.tui.dialogs import Confirm

if TYPE_CHECKING:
    from trd_tui.services.health_views import Stuck

NAMED = 3
"""Contacts that a question about several messages names; the rest is counted."""


def ask_held(decision: Literal["send", "skip"], held: Sequence[Stuck]) -> Confirm:
    """The question: whose messages, what becomes of them, what nobody knows of them, and that it stays.

    Args:
        decision: ``send`` releases them, ``skip`` gives them up.
        held: one message or more, all of them held.
    """
    send, one = decision == "send", len(held) == 1
    if send:
        does = f"{'goes' if one else 'go'} as soon as window and gap permit"
    elif one:
        does = "is skipped; the next touch keeps its date"
    else:
        does = "are skipped; the next touches keep their dates"
    notes = [f"To {_whose(held)}."]
    if risky := sum(row.perhaps_sent for row in held):
        which = "It" if one else f"{risky:,} of them"
        they, count = ("it", "it counts") if risky == 1 else ("they", "they count")
        then = f"released, {they} may go twice" if send else f"given up, {count} as perhaps sent"
        notes.append(f"▲ {which} may have been sent already: {then}.")
    if doubts := sum(row.doubt is not None for row in held):
        who = "Its contact" if one else f"{doubts:,} of their contacts"
        notes.append(f"▲ {who} may have opted out; read what they wrote first.")
    stays = "This cannot be taken back"
    notes.append(f"{stays}; pausing the campaign stops what still waits." if send else f"{stays}.")
    verb = "Release" if send else "Give up"
    danger = not send or bool(risky or doubts)
    sentence = f"{show.plural(len(held), 'held message')} {does}."
    return Confirm(f"{verb}?", sentence, verb, notes=tuple(notes), danger=danger)


def _whose(held: Sequence[Stuck]) -> str:
    if len(held) == 1:
        row = held[0]
        return f"{_who(row)}, touch {row.touch} of {row.campaign}"
    people = list(dict.fromkeys(map(_who, held)))
    more = len(people) - NAMED
    return ", ".join(people[:NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _who(row: Stuck) -> str:
    return f"{row.name} ({row.number})" if row.name else row.number
