"""Bringing a database to this version's tables: created, upgraded, or refused.

Alembic costs 300 ms to import, so a database that is up to date is recognised by one row, without it.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from trd_tui.store.database import SyncDatabase
from trd_tui.store.errors import NewerDatabaseError, NotADatabaseError, name_of

HEAD = "0025"
"""The revision of `trd_tui.store.schema`; a test compares it with the last migration."""

_MIGRATIONS = Path(__file__).parent / "migrations"

_LOCK_KEY = 0x545244
"""PostgreSQL advisory lock under which one process upgrades and others wait."""


def ensure_schema(url: str) -> None:
    """Create the tables, or upgrade them to this version, in one transaction.

    Two processes may call it at once: the second waits for the first and finds the work done.

    Args:
        url: the database, as `trd_tui.store.database.parse_url` reads it.

    Raises:
        NewerDatabaseError: a newer version of the program made it.
        NotADatabaseError: it holds tables of another program.
        StoreError: it cannot be opened or written; the message says why.
    """
    database = SyncDatabase(url)
    try:
        if database.read(stored_revision) != HEAD:
            database.write(_bring_up, name_of(database.url))
    finally:
        database.close()


def stored_revision(connection: Connection) -> str | None:
    """The revision that the database says it has; ``None`` for one without our tables."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return revision


def _bring_up(connection: Connection, where: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
    found = stored_revision(connection)
    if found == HEAD:
        return
    if found is None and (strangers := inspect(connection).get_table_names()):
        raise NotADatabaseError(
            f"the database {where} holds tables of another program ({sorted(strangers)[0]}, ...);"
            " point TRD_DATABASE_URL at a new one, then run trd init"
        )

    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise NewerDatabaseError(
            f"the database {where} was made by a newer version of TRD (revision {found}, this one knows"
            f" {HEAD}); upgrade the program with: pip install --upgrade trd_tui"
        )
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
