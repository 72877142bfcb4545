"""The last look before a call to the carrier: has anybody, in whatever process, said stop meanwhile?"""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from trd_tui.store.lease import SCHEDULER
from trd_tui.store.looking import Looking
from trd_tui.store.writes import LISTENS, WRITES


class Sight(NamedTuple):
    """What a sender sees right before a call.

    Attributes:
        stopped: whether the emergency stop is on.
        fence: grows with every act that a sender must see; `Lookout.refused` says what it means.
        token: fencing token of the present owner of the lease.
    """

    stopped: bool
    fence: int
    token: int


NOTHING_SEEN = Sight(stopped=False, fence=-1, token=0)

_SIGHT = (
    "SELECT coalesce((SELECT stopped FROM control WHERE id = 1), 0),"
    " coalesce((SELECT fence FROM control WHERE id = 1), 0),"
    f" coalesce((SELECT token FROM leases WHERE name = '{SCHEDULER}'), 0)"
)
_SIGHT_OF = {True: f"{_SIGHT}, {WRITES}", False: f"{_SIGHT}, {LISTENS}"}
# SQLite takes the partial index only where the query repeats its condition word for word.
_REFUSED = (
    "SELECT m.id, CASE WHEN p.status <> 'active' OR p.deleted_at IS NOT NULL THEN 'its campaign was stopped'"
    " WHEN s.number IS NOT NULL THEN 'the number is suppressed'"
    " WHEN e.status <> 'active' THEN 'the contact''s sequence has ended'"
    " WHEN c.doubt IS NOT NULL THEN 'the contact may have opted out'"
    " ELSE 'its sender is paused' END"
    " FROM scheduled_messages m JOIN campaigns p ON p.id = m.campaign_id"
    " JOIN enrolments e ON e.id = m.enrolment_id JOIN contacts c ON c.id = m.contact_id"
    " LEFT JOIN suppressions s ON s.workspace_id = m.workspace_id AND s.number = m.recipient"
    " LEFT JOIN senders d ON d.workspace_id = m.workspace_id AND d.address = m.sender"
    " WHERE m.state IN ('sending','unknown') AND m.state = 'sending'"
    " AND (p.status <> 'active' OR p.deleted_at IS NOT NULL OR s.number IS NOT NULL"
    "  OR e.status <> 'active' OR c.doubt IS NOT NULL OR d.paused_until > :now)"
)


class Lookout(Looking):
    """Looks on behalf of whoever is about to call.

    On SQLite a look costs 2 µs while nobody has committed anything since the last one; a server is asked each
    time, in about 0.1 ms. It is not made a coroutine of: between the answer and the call that it is for
    nothing else shall happen.
    """

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._sight = NOTHING_SEEN
        self._changes = -1

    @property
    def changes(self) -> int | None:
        """Other than before where the last look saw that somebody, this process too, has changed something.

        Signs of life do not count. ``None`` on a server that does not tell this connection.
        """
        if self._database.is_sqlite:
            return self._changes
        return self._heard if self._changes else None

    def look(self) -> Sight:
        """What holds now; whatever was committed before this call began is seen.

        Raises:
            StoreError: the database cannot be read now.
        """
        if self._unchanged():
            return self._sight
        with self._asking() as cursor:
            if self._database.is_sqlite:
                version = cursor.execute("PRAGMA data_version").fetchone()[0]
                if version == self._version:
                    return self._sight
                self._version = version
            stopped, fence, token, self._changes = cursor.execute(
                _SIGHT_OF[self._database.is_sqlite]
            ).fetchone()
            self._sight = Sight(bool(stopped), fence, token)
        return self._sight

    def _unchanged(self) -> bool:
        """The usual case without any ceremony, because every call to a carrier pays it."""
        if self._cursor is None or not self._database.is_sqlite:
            return False
        try:
            return bool(self._cursor.execute("PRAGMA data_version").fetchone()[0] == self._version)
        except sqlite3.Error:
            return False  # whoever asks properly meets it again, and says what it is

    def refused(self, now: int) -> dict[int, str]:
        """Messages whose intent is committed and that must not be called any more, with the reason.

        Args:
            now: campaign instant.

        Raises:
            StoreError: the database cannot be read now.
        """
        statement = _REFUSED if self._database.is_sqlite else _REFUSED.replace(":now", "%(now)s")
        with self._asking() as cursor:
            return dict(cursor.execute(statement, {"now": now}).fetchall())
