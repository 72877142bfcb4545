"""What is asked before held messages are released or given up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from trd_tui.tui import format as show
from trd_tui.tui.dialogs import Confirm

if TYPE_CHECKING:
    from trd_tui.services.health_views import Release, Stuck

NAMED = 3
"""Contacts that a question about several messages names; the rest is counted."""


def ask_held(
    decision: Literal["send", "skip"],
    held: Sequence[Stuck],
    releases: Sequence[Release] = (),
    *,
    now: int = 0,
    zone: str = "UTC",
) -> Confirm:
    """The question: whose messages, what becomes of them, what nobody knows of them, and that it stays.

    Args:
        decision: ``send`` releases them, ``skip`` gives them up.
        held: one message or more, all of them held.
        releases: when they would go.
        now: campaign instant.
        zone: of this terminal.
    """
    send, one = decision == "send", len(held) == 1
    if send:
        does = f"{'goes' if one else 'go'}{_going(releases, len(held), now, zone)}"
    elif one:
        does = "is skipped; the next touch keeps its date"
    else:
        does = "are skipped; the next touches keep their dates"
    notes = [f"To {_whose(held)}."]
    if paused := sum(each.paused for each in releases):
        whose = "Its campaign is" if one else "Their campaign is" if paused == len(held) else (
            f"{paused:,} of them are of a campaign that is")  # fmt: skip
        notes.append(f"▲ {whose} paused: nothing of it goes before it is resumed.")
    if risky := sum(row.perhaps_sent for row in held):
        which = "It" if one else f"{risky:,} of them"
        they, count = ("it", "it counts") if risky == 1 else ("they", "they count")
        then = f"released, {they} may go twice" if send else f"given up, {count} as perhaps sent"
        notes.append(f"▲ {which} may have been sent already: {then}.")
    if doubts := sum(row.doubt is not None for row in held):
        who = "Its contact" if one else f"{doubts:,} of their contacts"
        then = "" if send else " That stays to be decided: the next touch is held for it."
        notes.append(f"▲ {who} may have opted out; read what they wrote first.{then}")
    if send and decides(held):
        stays = "z takes it back until a text goes"
    else:
        stops = send and paused < len(held)
        stays = "z does not take it back" + ("; pausing the campaign stops what still waits" if stops else "")
    notes.append(f"{stays}.")
    verb = "Release" if send else "Give up"
    danger = not send or bool(risky or doubts)
    sentence = f"{show.plural(len(held), 'held message')} {does}."
    return Confirm(f"{verb}?", sentence, verb, notes=tuple(notes), danger=danger)


def decides(held: Sequence[Stuck]) -> bool:
    """Whether a release is nothing but the decision that what one contact wrote is no opt-out."""
    return len(held) == 1 and held[0].doubt is not None and not held[0].perhaps_sent


def _going(releases: Sequence[Release], messages: int, now: int, zone: str) -> str:
    """When they go: what is released before it is due keeps its date."""
    dated = [each.at for each in releases if each.dated]
    soon = [each.at for each in releases if not each.dated]
    first = show.when(min(dated), now, zone) if dated else ""
    permit = "as soon as window and gap permit"
    if soon and min(soon) > now:
        permit += f", {'' if messages == 1 else 'the first '}{show.when(min(soon), now, zone)}"
    if not dated:
        return f" {permit}"
    if messages == 1:
        return f" when it is due, {first}"
    due = f"{len(dated):,} when {'it is' if len(dated) == 1 else 'they are'} due, "
    due += f"{'' if len(dated) == 1 else 'the first '}{first}"
    return f": {due}; {messages - len(dated):,} {permit}" if len(dated) < messages else f": {due}"


def _whose(held: Sequence[Stuck]) -> str:
    if len(held) == 1:
        row = held[0]
        return f"{_who(row)}, touch {row.touch} of {row.campaign}"
    people = list(dict.fromkeys(map(_who, held)))
    more = len(people) - NAMED
    return ", ".join(people[:NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _who(row: Stuck) -> str:
    return f"{row.name} ({row.number})" if row.name else row.number
