"""Runs the migrations on the connection that `trd_tui.store.migrate` hands over, inside its transaction."""

from __future__ import annotations

from alembic import context

from trd_tui.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite can roll DDL back when BEGIN is our own, which it is: a failed upgrade leaves nothing half done.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
