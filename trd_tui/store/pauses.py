"""Why campaigns stand still that nobody has paused: a rule of their own has, with its reason in the audit."""

from __future__ import annotations

import json
from typing import NamedTuple

from sqlalchemy import Connection, text

from trd_tui.domain.allowance import USED_UP
from trd_tui.store.audit import SYSTEM


class OwnPause(NamedTuple):
    """A campaign that a rule of its own has paused, and the reason."""

    id: str
    name: str
    reason: str

    @property
    def used_up(self) -> bool:
        """Whether it is its budget, so that a larger one is the remedy."""
        return self.reason == USED_UP


# Behind a resume, a reason of before says nothing any more: a deletion, too, leaves a campaign paused.
_LAST = (
    "SELECT max(x.id) FROM audit x WHERE x.subject = 'campaign' AND x.subject_id = c.id"
    " AND x.act IN ('pause','resume','undo pause')"
)
_SELECT = (
    f"SELECT c.id, c.name, a.after FROM campaigns c JOIN audit a ON a.id = ({_LAST})"
    " WHERE c.status = 'paused' AND c.deleted_at IS NULL AND a.act = 'pause' AND a.actor = :system"
)
_OF_ONE = text(f"{_SELECT} AND c.id = :id")
_OF_ALL = text(f"{_SELECT} ORDER BY c.id LIMIT :limit")


def own_pause(connection: Connection, id_: str) -> str | None:
    """The reason for which a campaign has paused by itself; ``None`` when it has not."""
    found = connection.execute(_OF_ONE, {"id": id_, "system": SYSTEM.name}).first()
    return None if found is None else _reason(found.after)


def own_pauses(connection: Connection, limit: int) -> list[OwnPause]:
    """Campaigns that have paused by themselves, at most so many."""
    found = connection.execute(_OF_ALL, {"limit": limit, "system": SYSTEM.name})
    return [OwnPause(row.id, row.name, _reason(row.after)) for row in found]


def _reason(after: str | None) -> str:
    return str(json.loads(after or "{}").get("reason") or "a rule of its own says so")
