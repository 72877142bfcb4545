"""Has anybody committed anything? Asked by whoever shows what is in the database."""

from __future__ import annotations

import os
from pathlib import Path

from trd_tui.store.looking import Looking
from trd_tui.store.signs import LogSigns, ServerSigns, Signs
from trd_tui.store.writes import LISTENS, WRITES

_SHOWN = (
    "coalesce((SELECT stopped FROM control WHERE id = 1), 0),"
    " (SELECT carrier_trouble FROM control WHERE id = 1)"
)
_SEEN = f"SELECT {WRITES}, {_SHOWN}"
_VISIBLE = f"SELECT {LISTENS}, hashtextextended(CAST(pg_current_snapshot() AS text), 0), {_SHOWN}"


class Changes(Looking):
    """One connection that asks nothing else."""

    _writes = -1
    _is_told = True

    stopped = False
    """Whether the emergency stop was set at the last :meth:`token`; it costs no question of its own."""

    trouble: str | None = None
    """Why the carrier could not be asked, in a word; of the same moment."""

    @property
    def version(self) -> int:
        """Differs after any commit of which the last :meth:`token` knew; SQLite counts signs of life, too."""
        return self._version if self._database.is_sqlite else self._heard

    @property
    def is_told(self) -> bool:
        """Whether :meth:`signs` tell of writes, as the last :meth:`token` found."""
        return self._is_told

    def signs(self) -> Signs:
        """What tells of writes, so that nobody need ask; the last :meth:`token` was answered.

        Raises:
            OSError: nobody does.
        """
        if not self._is_told:
            raise OSError("the server tells this connection of nothing")
        if self._database.is_sqlite:
            return LogSigns(Path(os.path.realpath(str(self._database.url.database)) + "-wal"))
        return ServerSigns(self._descriptor)

    def _descriptor(self) -> int:
        if self._raw is None:
            raise OSError("the connection is gone")
        return int(self._raw.driver_connection.fileno())

    @property
    def at_once(self) -> bool:
        """Whether the answer takes microseconds, so that it need not be waited for in another thread."""
        return self._database.is_sqlite

    def token(self) -> int:
        """A number that differs after another connection has committed a change.

        SQLite: ``PRAGMA data_version``, which is read from shared memory, and where that differs the count of
        writes, so that signs of life are no change. PostgreSQL: how often the server has told of a change,
        which it does once it can be seen, or, where it does not tell, which transactions are visible now. A
        position in the write-ahead log would not do: it moves before, so that a reader in between would take
        the new number and the old rows.

        Raises:
            StoreError: the database cannot be read now.
        """
        with self._asking() as cursor:
            if not self._database.is_sqlite:
                # with the answer comes what was told
                listens, visible, stopped, self.trouble = cursor.execute(_VISIBLE).fetchone()
                self.stopped, self._is_told = bool(stopped), bool(listens)
                return self._heard if listens else int(visible)
            version = cursor.execute("PRAGMA data_version").fetchone()[0]
            if version != self._version:
                self._writes, stopped, self.trouble = cursor.execute(_SEEN).fetchone()
                self._version, self.stopped = version, bool(stopped)
            return self._writes

    def _opened(self) -> None:
        if self._database.is_sqlite:  # who asks stands between a person and the next key
            self._cursor.execute("PRAGMA busy_timeout = 20")
