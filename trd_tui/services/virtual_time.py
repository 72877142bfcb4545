"""Setting a virtual clock: what the active campaigns, whose dates stay as they are, make of it."""

from __future__ import annotations

from sqlalchemy import Connection

from trd_tui.domain.finding import one_or_many
from trd_tui.domain.instants import iso
from trd_tui.store.health import around

DAY_MS = 86_400_000


def warnings_of(conn: Connection, at: int) -> list[str]:
    """What is to be known before campaign time begins at ``at`` (epoch milliseconds); mostly nothing."""
    found, said = around(conn, at, at - DAY_MS), []
    if found.later:
        some = one_or_many(found.later, "active campaign")
        them = "it" if found.later == 1 else "them"
        due = iso(found.later_due_at)
        first = f", so that nothing of {them} goes before {due}" if due else ""
        said.append(
            f"--start {iso(at)} lies before the start of {some}: dates stay as they are{first};"
            " name a later --start if that is not meant"
        )
    if found.overdue:
        some = one_or_many(found.overdue, "active campaign")
        said.append(
            f"--start {iso(at)} is more than a day after messages of {some} were due, the first at"
            f" {iso(found.overdue_since)}: all of them are late at once, and what is later than"
            " max_lateness_h may wait for a person; name an earlier --start if that is not meant"
        )
    return said
