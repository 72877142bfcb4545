"""What was sent by hand and what may have been sent unseen: no messages of a campaign, but budgets pay."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, text

from trd_tui.store.driver import ByIds


class Outlay(NamedTuple):
    """One outlay; amounts are micro-dollars.

    Attributes:
        id: its row.
        sid: the carrier's id, where it has told one.
        workspace_id: its workspace.
        campaign_id: in whose name it was sent; ``None`` for none.
        state: ``reserved`` until the carrier's answer is known, then ``spent``, or ``free`` when refused.
        day: the day whose budgets pay, as an ordinal.
        segments: as far as known.
        cost_micros: its real price, else its estimate.
        priced: whether that is its real price.
    """

    id: int
    sid: str | None
    workspace_id: int
    campaign_id: str | None
    state: str
    day: int
    segments: int
    cost_micros: int
    priced: int


class Attempt(NamedTuple):
    """An attempt of which nobody knows whether it was sent.

    Attributes:
        contact_id: to whom.
        message_id: which message of a campaign.
        attempt_id: which attempt of it.
        tried_at: campaign instant.
    """

    contact_id: int
    message_id: int
    attempt_id: str
    tried_at: int


_NO_ATTEMPT = (None, None, None, None)
_COLUMNS = ", ".join(Outlay._fields)
UNSEEN = (
    "(SELECT count(*) FROM outlays o WHERE o.kind = 'unclear' AND o.state = 'spent'"
    " AND o.contact_id = m.contact_id AND o.message_id = m.id)"
)
"""How often a message m may have been sent by attempts that its row has lost."""

TRIES = f"m.attempts + {UNSEEN}"
"""How often a message m may have been called: a row that has lost its attempt is told by its outlay."""

_ADD = text(
    "INSERT INTO outlays (workspace_id, campaign_id, kind, state, day, segments, cost_micros, created_at,"
    " updated_at, contact_id, message_id, attempt_id, tried_at) VALUES (:workspace_id, :campaign_id, :kind,"
    " :state, :day, :segments, :cost, :now, :now, :contact_id, :message_id, :attempt_id, :tried_at)"
    " RETURNING id"
)
_GET = text(f"SELECT {_COLUMNS} FROM outlays WHERE id = :id")
_UNSEEN = text(
    f"SELECT {_COLUMNS} FROM outlays WHERE kind = 'unclear' AND state = 'spent'"
    " AND contact_id = :contact_id AND attempt_id = :attempt"
)
_BY_SID = ByIds(f"SELECT {_COLUMNS} FROM outlays WHERE sid IN :ids")
# The old values guard it: two processes that read the same report count the difference once.
_CHANGE = text(
    "UPDATE outlays SET state = :state, segments = :segments, cost_micros = :cost, priced = :priced,"
    " sid = :sid, updated_at = :now WHERE id = :id AND state = :old_state AND cost_micros = :old_cost"
    " AND priced = :old_priced"
)


def add(
    connection: Connection,
    *,
    workspace_id: int,
    campaign_id: str | None,
    kind: str,
    state: str,
    day: int,
    segments: int,
    cost: int,
    now: int,
    attempt: Attempt | None = None,
) -> int:
    """Put down an outlay (micro-dollars); the caller moves the counters. Returns its id."""
    values = {"workspace_id": workspace_id, "campaign_id": campaign_id, "kind": kind, "state": state}
    amounts = {"day": day, "segments": segments, "cost": cost, "now": now}
    tried = dict(zip(Attempt._fields, attempt or _NO_ATTEMPT, strict=True))
    return int(connection.execute(_ADD, {**values, **amounts, **tried}).scalar_one())


def get(connection: Connection, outlay_id: int) -> Outlay | None:
    """One outlay."""
    row = connection.execute(_GET, {"id": outlay_id}).one_or_none()
    return None if row is None else Outlay(*row)


def unseen(connection: Connection, contact_id: int, attempt_id: str) -> Outlay | None:
    """What an attempt may have cost of which nobody knows whether it was sent."""
    row = connection.execute(_UNSEEN, {"contact_id": contact_id, "attempt": attempt_id}).one_or_none()
    return None if row is None else Outlay(*row)


def by_sid(connection: Connection, sids: Iterable[str]) -> dict[str, Outlay]:
    """Outlays among the carrier's ids."""
    return {row[1]: Outlay(*row) for row in _BY_SID.fetch(connection, sids)}


def change(connection: Connection, old: Outlay, new: Outlay, now: int) -> bool:
    """Write what became of an outlay; ``False`` when somebody else has changed it meanwhile."""
    values = {"state": new.state, "segments": new.segments, "cost": new.cost_micros, "priced": new.priced}
    guard = {"old_state": old.state, "old_cost": old.cost_micros, "old_priced": old.priced}
    row = {**values, **guard, "sid": new.sid, "id": old.id, "now": now}
    return connection.execute(_CHANGE, row).rowcount == 1
