"""Why campaigns and senders stand still that nobody has paused: the reason stands in the audit."""

from __future__ import annotations

import json
from typing import NamedTuple

from sqlalchemy import Connection, text

from trd_tui.domain.allowance import USED_UP
from trd_tui.store.audit import SYSTEM


class OwnPause(NamedTuple):
    """A campaign that a rule of its own has paused, or a sender that the carrier refuses, and the reason.

    Attributes:
        id: the campaign's, or the sender's address.
        name: what it is called; of a sender its address.
        reason: why.
        entry: of the audit; another one is another pause.
        is_sender: whether it is a sender.
    """

    id: str
    name: str
    reason: str
    entry: int = 0
    is_sender: bool = False

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
    f"SELECT c.id, c.name, a.after, a.id AS entry FROM campaigns c JOIN audit a ON a.id = ({_LAST})"
    " WHERE c.status = 'paused' AND c.deleted_at IS NULL AND a.act = 'pause' AND a.actor = :system"
)
_OF_ONE = text(f"{_SELECT} AND c.id = :id")
_OF_ALL = text(f"{_SELECT} ORDER BY c.id LIMIT :limit")
_SENDERS = text(
    "SELECT s.address, a.after, a.id AS entry FROM senders s JOIN audit a ON a.id ="
    " (SELECT max(x.id) FROM audit x WHERE x.subject = 'sender' AND x.subject_id = s.address"
    " AND x.act IN ('pause','resume'))"
    " WHERE s.paused_until > :now AND a.act = 'pause' AND a.actor = :system ORDER BY s.id LIMIT :limit"
)


class PausedBy(NamedTuple):
    """Who has paused a campaign last.

    Attributes:
        name: as the audit shows them.
        login: the login name of the system.
        reason: why, where no person has: a rule of its own did; else empty.
    """

    name: str
    login: str
    reason: str


_PAUSED = text(
    "SELECT act, actor, login, before, after FROM audit WHERE subject = 'campaign' AND subject_id = :id"
    " AND act IN ('pause','delete') ORDER BY id DESC"
)


def paused_by(connection: Connection, id_: str) -> PausedBy | None:
    """Who has paused a campaign last, also by deleting it while it sent; ``None`` where none is known."""
    for act, name, login, before, after in connection.execute(_PAUSED, {"id": id_}):
        if act == "pause" or json.loads(before or "{}").get("status") == "active":
            return PausedBy(name, login, _reason(after) if name == SYSTEM.name else "")
    return None


def own_pause(connection: Connection, id_: str) -> str | None:
    """The reason for which a campaign has paused by itself; ``None`` when it has not."""
    found = connection.execute(_OF_ONE, {"id": id_, "system": SYSTEM.name}).first()
    return None if found is None else _reason(found.after)


def own_pauses(connection: Connection, limit: int) -> list[OwnPause]:
    """Campaigns that have paused by themselves, at most so many."""
    found = connection.execute(_OF_ALL, {"limit": limit, "system": SYSTEM.name})
    return [OwnPause(row.id, row.name, _reason(row.after), row.entry) for row in found]


def paused_senders(connection: Connection, now: int, limit: int) -> list[OwnPause]:
    """Senders that nobody has paused and from which nothing goes at a campaign instant, at most so many."""
    found = connection.execute(_SENDERS, {"now": now, "limit": limit, "system": SYSTEM.name})
    return [OwnPause(row.address, row.address, _reason(row.after), row.entry, True) for row in found]


def _reason(after: str | None) -> str:
    return str(json.loads(after or "{}").get("reason") or "a rule of its own says so")
