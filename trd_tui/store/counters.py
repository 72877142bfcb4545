"""The one way to move a counter: in the transaction that moves the rows which it counts.

A caller gathers what its rows did in `CampaignDelta`, `TouchDelta` and `HourDelta`, then calls `apply`
once. Tables are always touched in the same order (campaigns, touches, variants, totals, hourly totals)
and rows in key order, so that two transactions on PostgreSQL wait for each other and never deadlock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, TextClause, text

from trd_tui.store.driver import ByIds, execute_many

HOUR_MS = 3_600_000

DELETED = "deleted"
"""The totals row of campaigns that are hidden, whatever their status."""


@dataclass(slots=True)
class CampaignDelta:
    """What one transaction changes in one campaign's counters; each field is added to its column.

    Attributes:
        next_due_min: an instant to which ``next_due_at`` comes forward if it is later; for rows added.
        recompute_next_due: set ``next_due_at`` from the rows as they now are; for rows that were taken
            or re-dated. One index probe a campaign.
        last_activity: an instant to which ``last_activity_at`` moves up if it is earlier.
    """

    contact_count: int = 0
    open_count: int = 0
    texted_count: int = 0
    waiting_count: int = 0
    in_flight_count: int = 0
    held_count: int = 0
    sent_count: int = 0
    delivered_count: int = 0
    failed_count: int = 0
    replied_count: int = 0
    opted_out_count: int = 0
    touches_planned: int = 0
    touches_resolved: int = 0
    segment_count: int = 0
    cost_micros: int = 0
    reserved_micros: int = 0
    priced_micros: int = 0
    by_hand_micros: int = 0
    next_due_min: int | None = None
    recompute_next_due: bool = False
    last_activity: int | None = None

    def due(self, instant: int) -> None:
        """Note a row that was added for an instant."""
        if self.next_due_min is None or instant < self.next_due_min:
            self.next_due_min = instant

    def active_at(self, instant: int) -> None:
        """Note a send, a reply or an act."""
        if self.last_activity is None or instant > self.last_activity:
            self.last_activity = instant


@dataclass(slots=True)
class TouchDelta:
    """What one transaction changes in the counters of one touch, and of its variant if it has any."""

    sent_count: int = 0
    delivered_count: int = 0
    failed_count: int = 0
    replied_count: int = 0
    opted_out_count: int = 0


TouchKey = tuple[str, int, str | None]
"""Campaign id, position of the touch, and the variant; ``None`` for a touch with one text."""


@dataclass(slots=True)
class HourDelta:
    """What one transaction changes in one hour's totals.

    A send belongs to the hour of its ``sent_at``, a delivery or failure to that of its ``final_at``, a
    reply to that of the enrolment's ``replied_at``.
    """

    sent_count: int = 0
    delivered_count: int = 0
    failed_count: int = 0
    replied_count: int = 0


COUNTERS: tuple[str, ...] = tuple(field.name for field in fields(CampaignDelta))[:-3]
"""The counter columns of ``campaigns``."""

TOTALS: tuple[str, ...] = (
    "contact_count",
    "texted_count",
    "waiting_count",
    "sent_count",
    "delivered_count",
    "failed_count",
    "replied_count",
    "opted_out_count",
)
"""The counters that are also kept per campaign status."""

TOUCH_COUNTERS: tuple[str, ...] = tuple(field.name for field in fields(TouchDelta))
HOUR_COUNTERS: tuple[str, ...] = tuple(field.name for field in fields(HourDelta))


def _added(names: Iterable[str]) -> str:
    return ", ".join(f"{name} = {name} + :{name}" for name in names)


def _upsert(table: str, keys: tuple[str, ...], counters: tuple[str, ...]) -> TextClause:
    columns = (*keys, *counters)
    moved = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in counters)
    return text(
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(f':{name}' for name in columns)})"
        f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {moved}"
    )


# The casts tell PostgreSQL the type of a parameter that is null.
_MOVE_CAMPAIGN = text(
    f"UPDATE campaigns SET {_added(COUNTERS)},"
    " next_due_at = CASE WHEN CAST(:next_due_min AS BIGINT) < coalesce(next_due_at, 9223372036854775807)"
    " THEN CAST(:next_due_min AS BIGINT) ELSE next_due_at END,"
    " last_activity_at = CASE WHEN CAST(:last_activity AS BIGINT) > last_activity_at"
    " THEN CAST(:last_activity AS BIGINT) ELSE last_activity_at END"
    " WHERE id = :campaign_id"
)

_RECOMPUTE_DUE = text(
    "UPDATE campaigns SET next_due_at = (SELECT min(m.scheduled_for) FROM scheduled_messages m"
    " WHERE m.campaign_id = campaigns.id AND m.state = 'scheduled') WHERE id = :campaign_id"
)

_MOVE_TOUCH = text(
    f"UPDATE touches SET {_added(TOUCH_COUNTERS)} WHERE campaign_id = :campaign_id AND position = :position"
)

_MOVE_VARIANT = text(
    f"UPDATE touch_variants SET {_added(TOUCH_COUNTERS)}"
    " WHERE campaign_id = :campaign_id AND touch = :position AND name = :variant"
)

_STANDING = ByIds(
    "SELECT id, workspace_id, CASE WHEN deleted_at IS NULL THEN status ELSE 'deleted' END"
    " FROM campaigns WHERE id IN :ids"
)

_MOVE_TOTALS = _upsert("totals", ("workspace_id", "status"), ("campaign_count", *TOTALS))
_MOVE_HOURS = _upsert("hourly_totals", ("workspace_id", "hour"), HOUR_COUNTERS)

_COUNTERS_OF = text(f"SELECT workspace_id, {', '.join(TOTALS)} FROM campaigns WHERE id = :id")


def apply(
    conn: Connection,
    deltas: Mapping[str, CampaignDelta],
    now: int,
    *,
    touches: Mapping[TouchKey, TouchDelta] | None = None,
    hours: Mapping[int, HourDelta] | None = None,
) -> None:
    """Move the counters of campaigns, of their touches, of the totals and of the hours.

    Call it after the rows themselves were changed: ``recompute_next_due`` looks at them.

    Args:
        conn: a writing transaction.
        deltas: by campaign id.
        now: campaign instant whose hour gets what the campaigns' deltas say, unless ``hours`` says more.
        touches: by campaign id, position and variant; a variant counts in its touch as well.
        hours: by hours since the epoch; for transactions whose rows carry different instants.

    Raises:
        LookupError: a delta names a campaign that does not exist.
    """
    if deltas:
        _move_campaigns(conn, deltas)
    if touches:
        _move_touches(conn, touches)
    if not deltas and not hours:
        return
    workspaces = _move_totals(conn, deltas)
    _move_hours(conn, deltas, now, hours, workspaces)


def move_status(conn: Connection, campaign_id: str, old: str | None, new: str | None) -> None:
    """Carry a campaign's counters from one totals row to another; call it beside the change of its status.

    Args:
        conn: the transaction that has updated the campaign's row, so that it stays as it is.
        campaign_id: the campaign.
        old: the status that it had, ``DELETED`` if it was hidden, ``None`` if it is new.
        new: the status that it has now, ``DELETED`` if it is hidden, ``None`` if its row goes away.

    Raises:
        LookupError: there is no such campaign.
    """
    if old == new:
        return
    found = conn.execute(_COUNTERS_OF, {"id": campaign_id}).one_or_none()
    if found is None:
        raise LookupError(f"there is no campaign {campaign_id}")
    workspace, *counts = found
    rows = []
    for status, sign in sorted(((old, -1), (new, 1)), key=lambda pair: pair[0] or ""):
        if status is not None:
            values = {name: sign * value for name, value in zip(TOTALS, counts, strict=True)}
            rows.append({"workspace_id": workspace, "status": status, "campaign_count": sign, **values})
    conn.execute(_MOVE_TOTALS, rows)


def _values(delta: object, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(delta, name) for name in names}


def _move_campaigns(conn: Connection, deltas: Mapping[str, CampaignDelta]) -> None:
    ids = sorted(deltas)
    names = (*COUNTERS, "next_due_min", "last_activity")
    rows = [{"campaign_id": id_, **_values(deltas[id_], names)} for id_ in ids]
    execute_many(conn, _MOVE_CAMPAIGN, rows)
    execute_many(
        conn, _RECOMPUTE_DUE, [{"campaign_id": id_} for id_ in ids if deltas[id_].recompute_next_due]
    )


def _move_touches(conn: Connection, deltas: Mapping[TouchKey, TouchDelta]) -> None:
    sums: dict[tuple[str, int], dict[str, Any]] = {}
    parts: list[dict[str, Any]] = []
    for id_, position, variant in sorted(deltas, key=lambda key: (key[0], key[1], key[2] or "")):
        moved = _values(deltas[id_, position, variant], TOUCH_COUNTERS)
        where = {"campaign_id": id_, "position": position}
        if variant is not None:
            parts.append({**where, "variant": variant, **moved})
        whole = sums.get((id_, position))
        if whole is None:
            sums[id_, position] = {**where, **moved}
        else:
            whole.update({name: whole[name] + value for name, value in moved.items()})
    execute_many(conn, _MOVE_TOUCH, list(sums.values()))
    execute_many(conn, _MOVE_VARIANT, parts)


def _move_totals(conn: Connection, deltas: Mapping[str, CampaignDelta]) -> dict[str, int]:
    """Add up the deltas per status; returns each campaign's workspace."""
    if not deltas:
        return {}
    workspaces: dict[str, int] = {}
    sums: dict[tuple[int, str], list[int]] = {}
    for id_, workspace, status in _STANDING.fetch(conn, deltas):
        workspaces[id_] = workspace
        delta = deltas[id_]
        moved = [getattr(delta, name) for name in TOTALS]
        if any(moved):
            before = sums.get((workspace, status))
            sums[workspace, status] = (
                moved if before is None else [a + b for a, b in zip(before, moved, strict=True)]
            )
    if len(workspaces) != len(deltas):
        missing = ", ".join(sorted(set(deltas) - set(workspaces)))
        raise LookupError(f"there is no campaign {missing}")
    if sums:
        conn.execute(
            _MOVE_TOTALS,
            [
                {
                    "workspace_id": key[0],
                    "status": key[1],
                    "campaign_count": 0,
                    **dict(zip(TOTALS, sums[key], strict=True)),
                }
                for key in sorted(sums)
            ],
        )
    return workspaces


def _move_hours(
    conn: Connection,
    deltas: Mapping[str, CampaignDelta],
    now: int,
    hours: Mapping[int, HourDelta] | None,
    workspaces: Mapping[str, int],
) -> None:
    rows: list[dict[str, Any]] = []
    if hours is not None:
        # One transaction works for one workspace: the one of its campaigns.
        workspace = next(iter(workspaces.values()), 1)
        rows = [
            {"workspace_id": workspace, "hour": hour, **_values(hours[hour], HOUR_COUNTERS)}
            for hour in sorted(hours)
        ]
    else:
        sums: dict[int, list[int]] = {}
        for id_, delta in deltas.items():
            total = sums.setdefault(workspaces[id_], [0] * len(HOUR_COUNTERS))
            for at, name in enumerate(HOUR_COUNTERS):
                total[at] += getattr(delta, name)
        rows = [
            {"workspace_id": key, "hour": now // HOUR_MS, **dict(zip(HOUR_COUNTERS, sums[key], strict=True))}
            for key in sorted(sums)
            if any(sums[key])
        ]
    if rows:
        conn.execute(_MOVE_HOURS, rows)
