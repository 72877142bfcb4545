"""Lists of what came in: single replies, and conversations by their latest one.

A conversation is everything with one number; it is found through its latest reply, so that a page walks the
replies from the newest on and stops when it is full.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, RowMapping, TextClause, text

WAITS = "answered_at IS NULL AND kind IN ('reply','unclear')"
_ASLEEP = (
    "(SELECT v.number FROM conversations v WHERE v.workspace_id = :workspace AND v.snoozed_until > :now"
    " AND v.snoozed_reply >= (SELECT max(n.id) FROM replies n WHERE n.sender = v.number))"
)
_UNREAD = (
    f"(r.sender IN (SELECT u.sender FROM replies u WHERE u.{WAITS} AND u.unread = 1)"
    f" AND r.sender NOT IN {_ASLEEP})"
)
_OPEN = (
    f"(EXISTS (SELECT 1 FROM replies u WHERE u.sender = r.sender AND u.{WAITS})"
    f" AND r.sender NOT IN {_ASLEEP})"
)
# A doubt stands at the contact until somebody has decided; of a stranger nothing waits but the text.
_DOUBTFUL = "u.kind = 'unclear' AND (d.doubt IS NOT NULL OR (d.id IS NULL AND u.answered_at IS NULL))"
_UNCLEAR = (
    "EXISTS (SELECT 1 FROM replies u LEFT JOIN contacts d ON d.id = u.contact_id"
    f" WHERE u.sender = r.sender AND {_DOUBTFUL})"
)
_SHOWN = {
    "all": "1 = 1",
    "unread": _UNREAD,
    "unanswered": _OPEN,
    "snoozed": f"r.sender IN {_ASLEEP}",
    "unclear": _UNCLEAR,
}
"""What a list of conversations holds, by the name of its filter."""

_WHO = "c.id AS contact_id, coalesce(c.first_name, '') AS first_name, coalesce(c.last_name, '') AS last_name"
_REPLY = (
    f"r.id, r.sender AS number, r.recipient, {_WHO}, r.received_at, r.kind, r.body, r.campaign_id,"
    " p.name AS campaign_name, m.touch, r.answered_at, r.unread"
)
_JOINS = (
    "replies r LEFT JOIN contacts c ON c.id = r.contact_id LEFT JOIN campaigns p ON p.id = r.campaign_id"
    " LEFT JOIN scheduled_messages m ON m.id = r.message_id"
)
_NOTED = "LEFT JOIN conversations v ON v.workspace_id = r.workspace_id AND v.number = r.sender"
_LATEST = (
    "NOT EXISTS (SELECT 1 FROM replies n WHERE n.sender = r.sender"
    " AND (n.received_at, n.id) > (r.received_at, r.id))"
)
_NEWEST = "ORDER BY r.received_at DESC, r.id DESC LIMIT :limit OFFSET :offset"
_BY_ID = "ORDER BY r.id DESC LIMIT :limit"


_IN_REPLY = "lower(r.body) LIKE :search ESCAPE '\\'"


def matching(search: str, body: str = _IN_REPLY) -> tuple[str, dict[str, str]]:
    """A condition for a search in name, number and text (the SQL of it), and what it binds."""
    search = search.replace("\x00", "").strip()
    if not search:
        return "", {}
    escaped = search.casefold()
    for special in ("\\", "%", "_"):
        escaped = escaped.replace(special, "\\" + special)
    parts = ["c.name_folded LIKE :search ESCAPE '\\'", body]
    bound = {"search": f"%{escaped}%"}
    digits = re.sub(r"\D", "", search) if re.fullmatch(r"[\d\s()+./-]+", search) else ""
    if len(digits) >= 2:
        parts.append("r.sender LIKE :digits")
        bound["digits"] = f"%{digits}%"
    return f" AND ({' OR '.join(parts)})", bound


_IN_ANY = (
    "EXISTS (SELECT 1 FROM replies b WHERE b.sender = r.sender AND lower(b.body) LIKE :search ESCAPE '\\')"
)


@lru_cache(maxsize=64)
def _reply_statements(where: str, order: str) -> tuple[TextClause, TextClause]:
    page = text(f"SELECT {_REPLY} FROM {_JOINS} WHERE {where} {order}")
    return page, text(f"SELECT count(*) FROM {_JOINS} WHERE {where}")


def _of(workspace: int, campaign: str | None, kind: str | None) -> tuple[str, dict[str, Any]]:
    where, values = "r.workspace_id = :workspace", {"workspace": workspace}
    for column, value in (("campaign_id", campaign), ("kind", kind)):
        if value is not None:
            where += f" AND r.{column} = :{column}"
            values[column] = value  # type: ignore[assignment]
    return where, dict(values)


def replies(
    conn: Connection,
    workspace: int,
    *,
    unanswered: bool,
    campaign: str | None,
    search: str,
    limit: int,
    offset: int,
) -> tuple[list[RowMapping], int]:
    """A page of what came in, the newest first, and how many match."""
    where, values = _of(workspace, campaign, None)
    if unanswered:
        where += f" AND r.{WAITS.replace('kind', 'r.kind')}"
    found, bound = matching(search)
    values |= bound
    page, counted = _reply_statements(where + found, _NEWEST)
    rows = list(conn.execute(page, {**values, "limit": limit, "offset": offset}).mappings())
    if len(rows) < limit and (rows or not offset):
        return rows, offset + len(rows)
    return rows, int(conn.execute(counted, values).scalar_one())


def replies_before(
    conn: Connection, workspace: int, *, campaign: str | None, kind: str | None, before: int, limit: int
) -> list[RowMapping]:
    """A page of what came in by the order of its rows, the latest first, behind the row ``before``."""
    where, values = _of(workspace, campaign, kind)
    page, _ = _reply_statements(f"{where} AND r.id < :before", _BY_ID)
    return list(conn.execute(page, {**values, "before": before, "limit": limit}).mappings())


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which conversations.

    Attributes:
        now: campaign instant; who sleeps until later is neither unread nor unanswered.
        shown: the name of a filter.
        search: part of the name, the number or of any text that came in.
        kept: numbers that stay in the list whatever the filter says: somebody is reading them.
        kept_unread: those of them that stay among the unread.
    """

    now: int
    shown: str
    search: str = ""
    kept: tuple[str, ...] = ()
    kept_unread: tuple[str, ...] = ()


@lru_cache(maxsize=128)
def _statement(what: str, where: str, paged: bool) -> TextClause:
    return text(f"SELECT {what} FROM {_JOINS} {_NOTED} WHERE {where}{f' {_NEWEST}' if paged else ''}")


_CONVERSATION = (
    f"{_REPLY}, (SELECT count(*) FROM replies u WHERE u.sender = r.sender AND u.{WAITS}) AS unanswered,"
    f" (SELECT count(*) FROM replies u WHERE u.sender = r.sender AND u.{WAITS} AND u.unread = 1) AS new,"
    f" CASE WHEN {_UNCLEAR} THEN 1 ELSE 0 END AS unclear, coalesce(v.note, '') AS note,"
    f" CASE WHEN r.sender IN {_ASLEEP} THEN v.snoozed_until END AS snoozed_until"
)


class _List:
    """One list of conversations: those with something unread first, each part by the latest reply."""

    def __init__(self, conn: Connection, workspace: int, wanted: Wanted) -> None:
        self.conn = conn
        found, bound = matching(wanted.search, _IN_ANY)
        self.values: dict[str, Any] = {"workspace": workspace, "now": wanted.now, **bound}
        shown, unread = _SHOWN[wanted.shown], _UNREAD
        if wanted.kept:
            shown = f"({shown} OR {self._among('kept', wanted.kept)})"
        if wanted.kept_unread:
            unread = f"({unread} OR {self._among('new', wanted.kept_unread)})"
        self.where = f"r.workspace_id = :workspace AND {_LATEST} AND {shown}{found}"
        # who sleeps is never unread, and the list of the unread holds nothing else
        self.parts = ("1 = 1",) if wanted.shown in ("unread", "snoozed") else (unread, f"NOT {unread}")

    def _among(self, name: str, numbers: tuple[str, ...]) -> str:
        bound = {f"{name}{at}": number for at, number in enumerate(numbers)}
        self.values |= bound
        return f"r.sender IN ({', '.join(f':{each}' for each in bound)})"

    def read(self, what: str, more: str, **bound: Any) -> list[RowMapping]:
        statement = _statement(what, f"{self.where} AND {more}", "limit" in bound)
        return list(self.conn.execute(statement, {**self.values, **bound}).mappings())

    def count(self, more: str, **bound: Any) -> int:
        return int(self.read("count(*) AS number", more, **bound)[0]["number"])


def conversations(
    conn: Connection, workspace: int, wanted: Wanted, *, limit: int, offset: int
) -> tuple[list[RowMapping], int]:
    """A page of conversations, those with something unread first, the newest first; and how many match.

    Raises:
        KeyError: there is no such filter.
    """
    listed = _List(conn, workspace, wanted)
    rows: list[RowMapping] = []
    start = offset
    for part in listed.parts:
        if len(rows) < limit:
            rows += listed.read(_CONVERSATION, part, limit=limit - len(rows), offset=start)
        start = max(0, start - listed.count(part)) if part is not listed.parts[-1] else 0
    if len(rows) < limit and (rows or not offset):
        return rows, offset + len(rows)
    return rows, listed.count("1 = 1")


def rank(conn: Connection, workspace: int, number: str, wanted: Wanted) -> int | None:
    """Where a conversation stands in its list, from 0; ``None`` when it is not in it."""
    listed = _List(conn, workspace, wanted)
    before = 0
    for part in listed.parts:
        found = listed.read("r.received_at, r.id", f"{part} AND r.sender = :number", number=number)
        if found:
            newer = f"{part} AND (r.received_at, r.id) > (:at, :id)"
            return before + listed.count(newer, at=found[0]["received_at"], id=found[0]["id"])
        before += listed.count(part) if part is not listed.parts[-1] else 0
    return None


_ALL = text("SELECT count(DISTINCT sender) FROM replies WHERE workspace_id = :workspace")
_WAITING = text(
    "SELECT count(DISTINCT u.sender), count(DISTINCT CASE WHEN u.unread = 1 THEN u.sender END)"
    f" FROM replies u WHERE u.workspace_id = :workspace AND u.{WAITS} AND u.sender NOT IN {_ASLEEP}"
)
_SNOOZED = text(f"SELECT count(*) FROM {_ASLEEP} AS asleep")
_IN_DOUBT = text(
    "SELECT count(DISTINCT u.sender) FROM replies u LEFT JOIN contacts d ON d.id = u.contact_id"
    f" WHERE u.workspace_id = :workspace AND {_DOUBTFUL}"
)
_SOME_UNREAD = text(
    f"SELECT count(*) FROM (SELECT 1 AS one FROM replies u WHERE u.{WAITS} AND u.unread = 1"
    f" AND u.workspace_id = :workspace AND u.sender NOT IN {_ASLEEP} GROUP BY u.sender LIMIT :most) AS new"
)


def counts(conn: Connection, workspace: int, now: int) -> dict[str, int]:
    """How many conversations each filter shows."""
    values = {"workspace": workspace, "now": now}
    unanswered, unread = conn.execute(_WAITING, values).one()
    return {
        "all": int(conn.execute(_ALL, {"workspace": workspace}).scalar_one()),
        "unread": int(unread),
        "unanswered": int(unanswered),
        "snoozed": int(conn.execute(_SNOOZED, values).scalar_one()),
        "unclear": int(conn.execute(_IN_DOUBT, {"workspace": workspace}).scalar_one()),
    }


def some_unread(conn: Connection, workspace: int, now: int, most: int) -> int:
    """How many conversations are unread, counted up to ``most``: asked with every look at the overview."""
    return int(conn.execute(_SOME_UNREAD, {"workspace": workspace, "now": now, "most": most}).scalar_one())
