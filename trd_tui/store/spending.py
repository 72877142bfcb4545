"""What days have cost and what is promised for them: the counters behind every daily budget.

A message belongs to the day of its campaign's calendar on which it was claimed, whatever day its result or
its real price comes. Each day is counted for its campaign and, under an empty scope, for all campaigns.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection, text

from trd_tui.domain.purse import AS_ESTIMATED, Purse
from trd_tui.store.driver import execute_many, fetch_all

EVERYBODY = ""
"""The scope under which all campaigns of a workspace are added up."""

_MOVE = text(
    "INSERT INTO spend_days (workspace_id, scope, day, spent_micros, reserved_micros, priced_micros)"
    " VALUES (:workspace_id, :scope, :day, :spent, :reserved, :priced)"
    " ON CONFLICT (workspace_id, scope, day) DO UPDATE SET"
    " spent_micros = spend_days.spent_micros + excluded.spent_micros,"
    " reserved_micros = spend_days.reserved_micros + excluded.reserved_micros,"
    " priced_micros = spend_days.priced_micros + excluded.priced_micros"
)
_DAY = text(
    "SELECT spent_micros, reserved_micros, priced_micros FROM spend_days"
    " WHERE workspace_id = :workspace_id AND scope = :scope AND day = :day"
)
_LEARN = text("UPDATE campaigns SET price_milli = :milli WHERE id = :campaign_id AND price_milli < :milli")
_LEARN_FOR_ALL = text("UPDATE control SET price_milli = :milli WHERE id = 1 AND price_milli < :milli")
_DEAREST = text("SELECT price_milli FROM control WHERE id = 1")
_UNPRICED = text(
    "SELECT 1 FROM spend_days WHERE scope = '' AND day >= :day AND spent_micros > priced_micros LIMIT 1"
)


@dataclass(slots=True)
class DayBook:
    """Gathers what one transaction does to days; `write` it after the campaigns' counters.

    Attributes:
        dearest: by campaign, the dearest message in thousandths of its estimate, where it was above it.
    """

    dearest: dict[str, int] = field(default_factory=dict)
    _days: dict[tuple[int, str, int], list[int]] = field(default_factory=dict)

    def add(
        self,
        workspace_id: int,
        campaign_id: str | None,
        day: int,
        *,
        spent: int = 0,
        reserved: int = 0,
        priced: int = 0,
    ) -> None:
        """Move a day's amounts (micro-dollars); day 0 is before days were kept."""
        if not day:
            return
        for scope in (EVERYBODY,) if campaign_id is None else (EVERYBODY, campaign_id):
            sums = self._days.setdefault((workspace_id, scope, day), [0, 0, 0])
            sums[0] += spent
            sums[1] += reserved
            sums[2] += priced

    def learn(self, campaign_id: str, milli: int) -> None:
        """Note how dear a message was, in thousandths of its estimate."""
        if milli > self.dearest.get(campaign_id, AS_ESTIMATED):
            self.dearest[campaign_id] = milli

    def write(self, connection: Connection) -> None:
        """Move the days, and remember what was dearer than its estimate."""
        execute_many(
            connection,
            _MOVE,
            [
                {
                    "workspace_id": workspace_id,
                    "scope": scope,
                    "day": day,
                    "spent": spent,
                    "reserved": reserved,
                    "priced": priced,
                }
                for (workspace_id, scope, day), (spent, reserved, priced) in sorted(self._days.items())
                if spent or reserved or priced
            ],
        )
        execute_many(
            connection,
            _LEARN,
            [{"campaign_id": id_, "milli": milli} for id_, milli in sorted(self.dearest.items())],
        )

    def write_last(self, connection: Connection) -> None:
        """Tell all campaigns, too. The control row comes last in every transaction."""
        if self.dearest:
            connection.execute(_LEARN_FOR_ALL, {"milli": max(self.dearest.values())})


def purse_of_day(
    connection: Connection, workspace_id: int, scope: str, day: int, limit: int | None, dearest: int
) -> Purse:
    """What is left of a daily budget (micro-dollars).

    Args:
        connection: a transaction.
        workspace_id: whose budget it is.
        scope: a campaign, or `EVERYBODY`.
        day: ordinal.
        limit: the budget.
        dearest: the dearest message of the scope, in thousandths of its estimate.
    """
    values = {"workspace_id": workspace_id, "scope": scope, "day": day}
    found = fetch_all(connection, _DAY, values)
    spent, reserved, priced = found[0] if found else (0, 0, 0)
    return Purse(limit, int(spent), int(reserved), int(priced), dearest)


def dearest_of_all(connection: Connection) -> int:
    """The dearest message of all campaigns, in thousandths of its estimate."""
    return int(connection.execute(_DEAREST).scalar_one())


def unpriced_since(connection: Connection, day: int) -> bool:
    """Whether anything sent on a day (ordinal) or later has no real price yet."""
    return connection.execute(_UNPRICED, {"day": day}).first() is not None
