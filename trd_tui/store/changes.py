"""Has anybody committed anything? Asked many times a second by whoever shows what is in the database."""

from __future__ import annotations

from trd_tui.store.looking import Looking
from trd_tui.store.writes import WRITES

_WRITES = f"SELECT {WRITES}"
_VISIBLE = "SELECT hashtextextended(CAST(pg_current_snapshot() AS text), 0)"


class Changes(Looking):
    """One connection that asks nothing else."""

    _writes = -1

    @property
    def version(self) -> int:
        """SQLite: differs after any commit that the last :meth:`token` saw, signs of life among them."""
        return self._version

    @property
    def at_once(self) -> bool:
        """Whether the answer takes microseconds, so that it need not be waited for in another thread."""
        return self._database.is_sqlite

    def token(self) -> int:
        """A number that differs after another connection has committed a change.

        SQLite: ``PRAGMA data_version``, which is read from shared memory, and where that differs the count of
        writes, so that signs of life are no change. PostgreSQL: which transactions are visible now. The
        write-ahead log's position would not do: it moves before the change can be seen, so that a reader in
        between would take the new number and the old rows.

        Raises:
            StoreError: the database cannot be read now.
        """
        with self._asking() as cursor:
            if not self._database.is_sqlite:
                return int(cursor.execute(_VISIBLE).fetchone()[0])
            version = cursor.execute("PRAGMA data_version").fetchone()[0]
            if version != self._version:
                self._writes = int(cursor.execute(_WRITES).fetchone()[0])
                self._version = version
            return self._writes

    def _opened(self) -> None:
        if self._database.is_sqlite:  # who asks stands between a person and the next key
            self._cursor.execute("PRAGMA busy_timeout = 20")
