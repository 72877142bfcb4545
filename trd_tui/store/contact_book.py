"""Pages of all contacts of a workspace, whatever campaigns they are in."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, text

from trd_tui.store import suppressions
from trd_tui.store.contact_list import SUPPRESSED, searched

_COLUMNS = (
    "c.id, c.number, c.first_name, c.last_name, c.company, c.email, c.city, c.state, c.zip, c.timezone,"
    " c.bad_number, c.created_at"
)
_STANDS = (
    "EXISTS (SELECT 1 FROM enrolments e JOIN campaigns k ON k.id = e.campaign_id AND k.deleted_at IS NULL"
    " WHERE e.contact_id = c.id AND e.status = :status)"
)
_CAMPAIGNS = text(
    "SELECT e.contact_id, count(*) AS campaigns, max(e.last_sent_at) AS last_sent_at,"
    " sum(CASE WHEN e.status IN ('active','held') THEN 1 ELSE 0 END) AS open_campaigns"
    " FROM enrolments e JOIN campaigns k ON k.id = e.campaign_id AND k.deleted_at IS NULL"
    " WHERE e.contact_id IN :ids GROUP BY e.contact_id"
).bindparams(bindparam("ids", expanding=True))


def page(
    conn: Connection,
    workspace_id: int,
    *,
    status: str | None,
    suppressed: bool,
    search: str,
    limit: int,
    offset: int,
) -> tuple[list[dict[str, Any]], int]:
    """A page in the order in which they came, and how many contacts match; erased ones are none.

    Args:
        conn: any connection.
        workspace_id: whose contacts.
        status: who stands so in any campaign that is not deleted; ``None`` = all.
        suppressed: only those who must not be texted.
        search: part of a name, or at least two digits of the number.
        limit: rows of the page.
        offset: rows before it.
    """
    found, values = searched(search)
    # an erased contact keeps its row under a name that begins with no plus
    parts = ["c.workspace_id = :workspace", "c.number LIKE '+%'", *found]
    values["workspace"] = workspace_id
    if status:
        parts.append(_STANDS)
        values["status"] = status
    if suppressed:
        parts.append(SUPPRESSED)
    where = f"FROM contacts c WHERE {' AND '.join(parts)}"
    chosen = text(f"SELECT {_COLUMNS} {where} ORDER BY c.id LIMIT :limit OFFSET :offset")
    rows = [dict(row) for row in conn.execute(chosen, values | {"limit": limit, "offset": offset}).mappings()]
    total = int(conn.execute(text(f"SELECT count(*) {where}"), values).scalar_one())
    ids = [row["id"] for row in rows]
    standing = {row["contact_id"]: row for row in conn.execute(_CAMPAIGNS, {"ids": ids}).mappings()}
    stopped = suppressions.which(conn, [row["number"] for row in rows], workspace_id)
    for row in rows:
        stands = standing.get(row["id"])
        row["campaigns"] = int(stands["campaigns"]) if stands else 0
        row["open_campaigns"] = int(stands["open_campaigns"]) if stands else 0
        row["last_sent_at"] = stands["last_sent_at"] if stands else None
        row["suppressed"] = stopped.get(row["number"])
    return rows, total
