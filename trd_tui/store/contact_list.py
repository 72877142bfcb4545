"""Pages of one campaign's contacts: where each stands, what was last and what comes next."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, RowMapping, TextClause, bindparam, text

from trd_tui.store import suppressions

_CONTACT_COUNT = text("SELECT contact_count FROM campaigns WHERE id = :id")

_COLUMNS = (
    "e.id AS enrolment_id, e.contact_id, c.number, c.first_name, c.last_name, c.company, e.status,"
    " e.sent_count, e.touches_planned, e.touches_resolved, e.last_sent_at, e.ended_touch, e.end_reason,"
    " e.replied_at, e.opted_out_at, c.bad_number"
)
_NEXT = text(
    "SELECT enrolment_id, touch, scheduled_for, state, reason FROM scheduled_messages"
    " WHERE enrolment_id IN :enrolments AND state IN ('scheduled','sending','unknown','held')"
).bindparams(bindparam("enrolments", expanding=True))
_TRIED = text(
    "SELECT enrolment_id, touch, state, sent_at, final_at, error_code FROM scheduled_messages"
    " WHERE enrolment_id IN :enrolments AND state IN ('sent','delivered','undelivered','failed')"
    " ORDER BY id"
).bindparams(bindparam("enrolments", expanding=True))


_COUNTS = text("SELECT status, count(*) FROM enrolments WHERE campaign_id = :id GROUP BY status")


def counts(conn: Connection, campaign_id: str) -> dict[str, int]:
    """A campaign's contacts by state."""
    return {status: int(number) for status, number in conn.execute(_COUNTS, {"id": campaign_id})}


SUPPRESSED = (
    "EXISTS (SELECT 1 FROM suppressions s WHERE s.workspace_id = c.workspace_id AND s.number = c.number)"
)
"""Of a contact ``c``: whether its number must not be texted."""


def searched(search: str) -> tuple[list[str], dict[str, Any]]:
    """Conditions on a contact ``c`` and their values: part of a name, or two digits or more of its number."""
    search = search.replace("\x00", "").strip()
    if not search:
        return [], {}
    digits = re.sub(r"\D", "", search) if re.fullmatch(r"[\d\s()+./-]+", search) else ""
    folded = search.casefold()
    for special in ("\\", "%", "_"):
        folded = folded.replace(special, "\\" + special)
    found = "c.name_folded LIKE :search ESCAPE '\\'"
    if len(digits) < 2:
        return [found], {"search": f"%{folded}%"}
    return [f"({found} OR c.number LIKE :digits)"], {"search": f"%{folded}%", "digits": f"%{digits}%"}


@lru_cache(maxsize=32)
def _statements(status: bool, contacts: tuple[str, ...]) -> tuple[TextClause, TextClause]:
    own = ["e.status = :status"] if status else []
    where = " AND ".join(["e.campaign_id = :id", *own, *contacts])
    who = "JOIN contacts c ON c.id = e.contact_id"
    joined = f"enrolments e {who}"
    if contacts:
        which = f"{joined} WHERE {where} ORDER BY e.id LIMIT :limit OFFSET :offset"
    else:  # the rows before the page are passed over in the index, not read with their contacts
        one = f"SELECT e.id FROM enrolments e WHERE {where} ORDER BY e.id LIMIT :limit OFFSET :offset"
        which = f"({one}) x JOIN enrolments e ON e.id = x.id {who} ORDER BY e.id"
    page = text(f"SELECT {_COLUMNS} FROM {which}")
    counted = joined if contacts else "enrolments e"
    return page, text(f"SELECT count(*) FROM {counted} WHERE {where}")


def page(
    conn: Connection,
    campaign_id: str,
    *,
    status: str | None,
    search: str,
    limit: int,
    offset: int,
    suppressed: bool = False,
) -> tuple[list[dict[str, Any]], int]:
    """A page in the order of enrolment, and how many contacts match.

    Args:
        conn: any connection.
        campaign_id: the campaign.
        status: one enrolment status; ``None`` = all.
        search: part of a name, or at least two digits of the number.
        limit: rows of the page.
        offset: rows before it.
        suppressed: only those who must not be texted.
    """
    conditions, values = searched(search)
    if suppressed:
        conditions.append(SUPPRESSED)
    values["id"] = campaign_id
    if status:
        values["status"] = status
    found, counted = _statements(bool(status), tuple(conditions))
    rows = [dict(row) for row in conn.execute(found, {**values, "limit": limit, "offset": offset}).mappings()]
    _add_next(conn, rows)
    _add_last(conn, rows)
    stopped = suppressions.which(conn, [row["number"] for row in rows])
    for row in rows:
        row["suppressed"] = stopped.get(row["number"])
    if len(rows) < limit and (rows or not offset):
        return rows, offset + len(rows)
    if not status and not conditions:
        return rows, int(conn.execute(_CONTACT_COUNT, values).scalar_one_or_none() or 0)
    return rows, int(conn.execute(counted, values).scalar_one())


def _add_next(conn: Connection, rows: list[dict[str, Any]]) -> None:
    """Add the message that waits for each contact of the page; there is at most one each."""
    waiting: dict[int, RowMapping] = {}
    if rows:
        ids = [row["enrolment_id"] for row in rows]
        waiting = {row["enrolment_id"]: row for row in conn.execute(_NEXT, {"enrolments": ids}).mappings()}
    for row in rows:
        message = waiting.get(row["enrolment_id"])
        row["next_touch"] = message and message["touch"]
        row["next_at"] = message and message["scheduled_for"]
        row["next_state"] = message and message["state"]
        row["reason"] = row.pop("end_reason") or (message and message["reason"]) or row["bad_number"]
        del row["bad_number"]


def _add_last(conn: Connection, rows: list[dict[str, Any]]) -> None:
    """Add the last touch that was tried for each contact of the page, and what became of it."""
    tried: dict[int, RowMapping] = {}
    if rows:
        ids = [row["enrolment_id"] for row in rows]
        tried = {row["enrolment_id"]: row for row in conn.execute(_TRIED, {"enrolments": ids}).mappings()}
    for row in rows:
        message = tried.get(row["enrolment_id"])
        row["last_touch"] = message and message["touch"]
        row["last_state"] = message and message["state"]
        row["last_at"] = message and (message["sent_at"] or message["final_at"])
