"""Putting in many finished rows at once: a demonstration, a restored copy, a test's starting point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, insert, select, text

from trd_tui.store.schema import metadata

ROWS_AT_ONCE = 5_000
"""Rows of one statement; about 50 ms of the writer."""


def is_empty(connection: Connection) -> bool:
    """Whether nobody has put a campaign or a contact into this database yet."""
    return all(
        connection.execute(select(func.count()).select_from(metadata.tables[name])).scalar_one() == 0
        for name in ("campaigns", "contacts", "suppressions", "senders")
    )


def insert_rows(connection: Connection, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Insert rows with the ids that they bring, table after table, in the order of their foreign keys.

    The caller answers for the counters: they come in with the rows that they count.

    Args:
        connection: a writing transaction.
        rows: by table name; every row of a table has the same keys.
    """
    for table in metadata.sorted_tables:
        part = rows.get(table.name, ())
        for start in range(0, len(part), ROWS_AT_ONCE):
            connection.execute(insert(table), list(part[start : start + ROWS_AT_ONCE]))
        if part and "id" in part[0] and connection.dialect.name == "postgresql" and "id" in table.columns:
            _carry_on_after(connection, table.name)


def _carry_on_after(connection: Connection, table: str) -> None:
    """PostgreSQL's sequences do not see ids that a row brings; set them behind the highest."""
    sequence = connection.execute(
        text("SELECT pg_get_serial_sequence(:table, 'id')"), {"table": table}
    ).scalar_one()
    if sequence is not None:
        connection.execute(
            text(f"SELECT setval(CAST(:sequence AS regclass), (SELECT max(id) FROM {table}))"),
            {"sequence": sequence},
        )
