"""All acts of all people and processes, as a list and as a file."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection

from trd_tui.domain.instants import iso
from trd_tui.services.administration_views import AuditEntry, AuditPage, AuditQuery
from trd_tui.services.export import harmless
from trd_tui.services.export_files import whole_or_not_at_all
from trd_tui.store import audit_list
from trd_tui.store.audit_list import NamedAct
from trd_tui.store.database import Database

COLUMNS = ("at", "actor", "login", "act", "subject", "subject_id", "name", "before", "after")
"""What a file of the audit holds."""

_PAGE = 1_000


def _filters(query: AuditQuery) -> dict[str, str]:
    return {name: getattr(query, name) for name in ("actor", "act", "campaign", "search")}


async def page(db: Database, query: AuditQuery) -> AuditPage:
    """A page of the acts that match, the newest first, and how many there are."""

    def read(conn: Connection) -> AuditPage:
        filters = _filters(query)
        rows = audit_list.page(conn, filters, query.limit, query.offset)
        return AuditPage(tuple(map(_entry, rows)), audit_list.count(conn, filters))

    return await db.read(read)


async def rank(db: Database, act_id: int, query: AuditQuery) -> int:
    """At which place, from 0, an act stands; acts are only ever added."""
    return await db.read(audit_list.rank, _filters(query), act_id)


async def names(db: Database, of: str) -> Sequence[tuple[str, int]]:
    """People (``actor``) or kinds of act (``act``), each with the number of their acts, the most first."""
    return await db.read(audit_list.names, of)


async def export(
    db: Database, query: AuditQuery, file: Path, progress: Callable[[int, int], None] | None = None
) -> int:
    """Write the acts that match into a new CSV file, the newest first; returns how many.

    Args:
        db: the database.
        query: which acts; all of them, whatever its page.
        file: where; readable by its owner only.
        progress: told after every page how many are written, of how many; what it raises ends the export
            and leaves no file.

    Raises:
        ExportRefusedError: there is such a file.
    """
    filters = _filters(query)
    first = await page(db, replace(query, limit=_PAGE, offset=0))
    rows, total, done = first.rows, first.total, 0
    with whole_or_not_at_all(file.parent, file.name) as (_, out):
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        while rows:
            writer.writerows(_values(row) for row in rows)
            done += len(rows)
            if progress:
                progress(done, max(done, total))
            found = await db.read(audit_list.before, filters, rows[-1].at, rows[-1].id, _PAGE)
            rows = tuple(map(_entry, found))
    return done


def _values(row: AuditEntry) -> list[object]:
    # what begins with a plus may be a number, and numbers stay as they are
    named = {"subject_id": "number"} if row.subject_id[1:].isdigit() else {}
    said = [harmless(named.get(name, name), getattr(row, name)) for name in COLUMNS[1:-2]]
    changed = [json.dumps(dict(each), ensure_ascii=False) if each else "" for each in (row.before, row.after)]
    return [iso(row.at), *said, *changed]


def _entry(found: NamedAct) -> AuditEntry:
    row = found.row
    return AuditEntry(
        row.id, row.at, row.actor, row.login, row.act, row.subject, row.subject_id, found.name or "",
        _read(row.before), _read(row.after),
    )  # fmt: skip


def _read(said: str | None) -> dict[str, object]:
    found = json.loads(said) if said else {}
    return found if isinstance(found, dict) else {"": found}
