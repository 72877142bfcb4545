"""Calling off a start or a resume between two of its chunks, so that nothing goes on unasked."""

from __future__ import annotations

from trd_tui.clock import Clock
from trd_tui.services import campaigns as acts
from trd_tui.services.actor import Actor
from trd_tui.services.previews import counted
from trd_tui.services.views import ActResult
from trd_tui.store import campaigns
from trd_tui.store.database import Database


async def give_up(db: Database, clock: Clock, actor: Actor, act: str, id_: str) -> ActResult:
    """Say what became of one campaign whose start or resume was called off, and pause it if it is half way.

    Left active, the scheduler would carry its plan on. Paused, nothing of it is sent, and the next resume
    looks at every contact again.

    Args:
        db: the database.
        clock: campaign time.
        actor: who called it off.
        act: ``start`` or ``resume``.
        id_: the campaign.

    Returns:
        ``ok`` when the act had been finished all the same; ``figures`` holds ``half_way`` when it was paused.
    """
    row = await db.read(campaigns.get, id_)
    if row is None:
        return ActResult(id_, id_, False, "is gone; somebody has deleted it")
    if row["status"] != "active":
        return ActResult(id_, row["name"], False, f"is {row['status']}, as before")
    waiting = row["waiting_count"]
    if row["plan_kind"] is None:
        message = f"{'started' if act == 'start' else 'resumed'}; {counted(waiting, 'message')} scheduled"
        return ActResult(id_, row["name"], True, message)
    [paused] = await acts.pause(db, clock, actor, [id_])
    if not paused.ok:
        return paused
    message = (
        f"is paused with {waiting:,} of {counted(row['contact_count'], 'contact')} in its schedule;"
        " resume goes on from there"
    )
    return ActResult(id_, row["name"], False, message, {"half_way": 1, "scheduled_messages": waiting})
